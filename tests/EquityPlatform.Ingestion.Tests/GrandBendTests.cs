using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.ServiceHost.Feeds;
using EquityPlatform.Testing;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>The sample district through HTTP and the database, from upload to events.</summary>
public sealed class GrandBendTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly IReadOnlyList<UploadPart> Sample =
    [
        new("package.zip", TestData.GrandBend()), new("attendance.csv", TestData.GrandBend("attendance.csv")),
        new("programs.csv", TestData.GrandBend("programs.csv")), new("declarations.csv", TestData.GrandBend("declarations.csv")),
    ];

    [Fact]
    public async Task Is_loaded_once_and_a_changed_row_is_one_event()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        var client = service.Client();
        var feed = await client.FeedAsync(Sample.AsMultipart(), "?source=grand-bend");
        feed.ShouldSatisfyAllConditions(f => f.State.ShouldBe("applied"), f => f.Progress.ShouldBe(100), f => f.Counts.Quarantined.ShouldBe(0), f => f.Counts.WouldDelete.ShouldBe(0));
        feed.Files.Single(f => f.File == "enrollments.csv").Counts.ShouldBe(new(13_972, 13_972, 0, 0, 0));
        feed.Files.Single(f => f.File == "users.csv").Counts.ShouldBe(new(1_028, 1_028, 0, 0, 0));
        feed.Files.Single(f => f.File == "attendance.csv").Counts.Accepted.ShouldBe(1_916);
        var head = await service.Log.HeadAsync(IngestionHost.Tenant, default);
        feed.Position.ShouldBe(head);

        // The same files again
        var again = await client.FeedAsync(Sample.AsMultipart(), "?source=grand-bend");
        (again.FeedId, again.Repeated, again.Code).ShouldBe((feed.FeedId, true, "feed.repeated"));
        (await service.Log.HeadAsync(IngestionHost.Tenant, default)).ShouldBe(head);

        // The same files under an id of the client's: a feed of its own, which finds nothing new
        var other = await client.FeedAsync(Sample.AsMultipart(), $"?source=grand-bend&feedId={Guid.NewGuid()}");
        (other.State, other.Code, other.Counts.Accepted).ShouldBe(("applied", "feed.no-change", 0));
        (await EventsAfter(service, head)).Select(e => e.Type).ShouldBe(["feed-received/1", "feed-applied/2"]);

        // One row changed
        head = await service.Log.HeadAsync(IngestionHost.Tenant, default);
        var changed = TestData.GrandBend().With("demographics.csv", "stu-604822,,,2008-09-13,female,", "stu-604822,,,2008-09-13,male,");
        var third = await client.FeedAsync(changed.AsBody(), "?source=grand-bend");
        third.Counts.Accepted.ShouldBe(1);
        var news = await EventsAfter(service, head);
        news.Select(e => e.Type).ShouldBe(["feed-received/1", "student-demographics-recorded/1", "feed-applied/2"]);
        news[1].Source.ShouldBe(new EventSource(third.FeedId, "demographics.csv", 3));

        // The first files once more take it back: a new feed, not a repeat
        head = await service.Log.HeadAsync(IngestionHost.Tenant, default);
        var back = await client.FeedAsync(Sample.AsMultipart(), "?source=grand-bend");
        back.FeedId.ShouldNotBe(feed.FeedId);
        (await EventsAfter(service, head)).Count.ShouldBe(3);

        await NothingPersonalIsLeft(database);
        await AStudentIsFoundByKeyOnly(service);
    }

    static async Task<List<RecordedEvent>> EventsAfter(IngestionHost service, long position)
    {
        var events = new List<RecordedEvent>();
        await foreach (var e in service.Log.ReadAllAsync(IngestionHost.Tenant, position, null, null, default))
            events.Add(e);
        return events;
    }

    /// <summary>Every row of every table as text, searched for names, birth dates, e-mail addresses and ids of the source in the clear.</summary>
    static async Task NothingPersonalIsLeft(string database)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(database);
        var dump = new StringBuilder();
        var tables = new List<string>();
        await using (var command = source.CreateCommand("select table_name from information_schema.tables where table_schema = 'ingestion' and table_type = 'BASE TABLE'"))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                tables.Add(reader.GetString(0));
        tables.ShouldContain("mt_events");
        foreach (var table in tables)
        {
            await using var command = source.CreateCommand($"select t::text from ingestion.{table} t");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                dump.AppendLine(reader.GetString(0));
        }
        // What is sealed or signed is random text, in which any short name turns up now and then
        dump.ToString().ShouldContain("\"envelope\"");
        dump = new(Regex.Replace(dump.ToString(), @"[A-Za-z0-9+/]{40,}={0,2}", ""));
        var words = Regex.Matches(dump.ToString(), @"[\p{L}@.\-\d]+").Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        words.ShouldContain("255901001");
        var files = TestData.Unzip(TestData.GrandBend());
        var schoolWords = new[] { "orgs.csv", "courses.csv" }.SelectMany(f => Regex.Matches(Encoding.UTF8.GetString(files[f]), @"\p{L}+").Select(m => m.Value)).ToHashSet(StringComparer.Ordinal);
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(files["users.csv"]).Split('\n').Skip(1).Where(l => l.Length > 0))
        {
            var fields = line.Split(',');
            secrets.UnionWith([fields[0], fields[6], fields[8], fields[9], fields[11], fields[12]]);
        }
        foreach (var line in Encoding.UTF8.GetString(files["demographics.csv"]).Split('\n').Skip(1).Where(l => l.Length > 0))
            secrets.Add(line.Split(',')[3]);
        secrets.RemoveWhere(s => s.Length < 3 || schoolWords.Contains(s));
        secrets.Count.ShouldBeGreaterThan(2_000);
        words.Intersect(secrets).ShouldBeEmpty();
    }

    static async Task AStudentIsFoundByKeyOnly(IngestionHost service)
    {
        var steward = service.Client();
        await (await service.Client(Roles.Principal).PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = "stu-604822" })).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        await (await steward.PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = "STU-604822" })).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
        await (await service.Client(tenant: "elsewhere").PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = "stu-604822" })).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
        var answer = await steward.PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = "stu-604822", purpose = "Question of a parent" });
        var found = (await answer.Content.ReadFromJsonAsync<StudentFound>(IngestionHost.Web))!;
        var history = (await steward.GetFromJsonAsync<StudentHistoryView>($"{IngestionHost.Root}/students/{found.StudentKey}/events?purpose=review", IngestionHost.Web))!;
        history.StudentKey.ShouldBe(found.StudentKey);
        history.Events.Count(e => e.Type == "student-demographics-recorded/1").ShouldBe(3);
        history.Events.Count(e => e.Type == "attendance-recorded/1").ShouldBe(TestData.Text("grand-bend/attendance.csv").Split('\n').Count(l => l.StartsWith("stu-604822,", StringComparison.Ordinal)));
        history.Events.ShouldAllBe(e => e.Origin != null && e.User == "demo:data-steward");
        history.Events.Select(e => e.Seq).ShouldBeInOrder();
        var disclosed = (await EventsAfter(service, history.Events[^1].Seq)).Where(e => e.Type == "student-data-disclosed/1").ToList();
        disclosed.Count.ShouldBe(2);
        disclosed.ShouldAllBe(e => e.Json.Contains(found.StudentKey));
        await (await service.Client(tenant: "elsewhere").GetAsync($"{IngestionHost.Root}/students/{found.StudentKey}/events")).ShouldBeProblem(HttpStatusCode.NotFound, "student.unknown");
    }

    sealed record StudentHistoryView(string StudentKey, IReadOnlyList<StreamEvent> Events);
}
