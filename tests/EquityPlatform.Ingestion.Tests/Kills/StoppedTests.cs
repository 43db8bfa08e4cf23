using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Kills;

/// <summary>A feed that ends the service whenever it is begun: it is set aside, later feeds go on, and a person finds a way out.</summary>
public sealed class StoppedTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const int Starts = 5;
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    static readonly byte[] WithAnother = Baseline.With("users.csv", "u001,,,true,s1,student,user1", "u099,,,true,s2,student,user9,,Nina,Neu,,009417,user9@example.org,,,,09,\r\nu001,,,true,s1,student,user1")
        .With("enrollments.csv", "e9,,,k1,s1,t001", "e99,,,k1,s1,u099,student,false,2024-08-19,2024-12-21\r\ne9,,,k1,s1,t001")
        .With("demographics.csv", "u001,,,2010-01-15,female", "u099,,,2010-09-15,male,false,true,false,false,false,false,false,US,,,\r\nu001,,,2010-01-15,female");

    /// <summary>Renames a school, moves a student, corrects another, and no longer knows the class of the teacher or the second school.</summary>
    static readonly byte[] Changed = WithAnother.With("orgs.csv", "s1,,,North School", "s1,,,Northern School").With("orgs.csv", "s2,,,South School,school,061234500002,d1\r\n", "")
        .With("users.csv", "u099,,,true,s2,", "u099,,,true,s1,").With("demographics.csv", "u003,,,2010-03-15,female", "u003,,,2010-03-16,male")
        .With("academicSessions.csv", "t1,,,Fall,semester", "t1,,,Autumn,semester");
    static readonly Guid Bad = new(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 8]), Next = new(2, 0, 0, [0, 0, 0, 0, 0, 0, 0, 8]);

    [Fact]
    public async Task A_feed_that_ends_the_service_is_set_aside_later_ones_go_on_and_a_person_tries_again_or_refuses()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await KillableService.StartAsync(database);
        await service.KillAsync("feed.received", () => SendAsync(service.Client, Bad, WithAnother));
        for (var again = 1; again < Starts; again++)
            await service.KillAsync("feed.received");
        await service.RunAsync();
        var set = await StandsAsync(service.Client, Bad, "held");
        (set.Code, set.Hold!.Reasons.Single().Code, set.Hold.Effects.Count).ShouldBe(("feed.stopped", "feed.stopped", 0));
        // Later feeds go on, and one of other files does not take its place
        var side = await service.Client.FeedAsync(new Packages.UploadPart[] { new("declarations.csv", "propertyName,value\nattendance.mode,all\nattendance.from,2024-09-01\nattendance.to,2024-10-01\n"u8.ToArray()) }.AsMultipart());
        side.State.ShouldBe("applied");
        (await StandsAsync(service.Client, Bad, "held")).Code.ShouldBe("feed.stopped");

        // To let it through is not the question; to try again needs a reason and a role
        await (await DecideAsync(service.Client, Bad, "release")).ShouldBeProblem(HttpStatusCode.Conflict, "feed.not-held");
        await (await DecideAsync(service.Client, Bad, "give-up")).ShouldBeProblem(HttpStatusCode.Conflict, "feed.not-stopped");
        await (await service.Client.PostAsJsonAsync(Url(Bad, "retry"), new FeedDecision(""))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "hold.reason-missing");
        for (var twice = 0; twice < 2; twice++)
            (await DecideAsync(service.Client, Bad, "retry")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StandsAsync(service.Client, Bad, "applied")).Counts.Accepted.ShouldBe(27);

        // Again, and refused; a retry is checked like any feed
        await KilledAsync(service, database, "feed.validated", () => SendAsync(service.Client, Next, TestData.BadInput("26-bulk-truncated")));
        await service.RunAsync();
        await StandsAsync(service.Client, Next, "held");
        await DecideAsync(service.Client, Next, "retry");
        await Eventually.Async(async () => (await service.Client.SettledAsync(Next)).Code == "delete.threshold", because: "the retry is held for what it would do");
        (await DecideAsync(service.Client, Next, "refuse")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StandsAsync(service.Client, Next, "rejected")).Code.ShouldBe("hold.refused");
        await (await DecideAsync(service.Client, Next, "retry")).ShouldBeProblem(HttpStatusCode.Conflict, "feed.not-stopped");
    }

    [Fact]
    public async Task A_later_feed_of_the_same_files_takes_the_place_of_one_that_was_set_aside()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await KillableService.StartAsync(database);
        await KilledAsync(service, database, "feed.received", () => SendAsync(service.Client, Bad, WithAnother));
        await service.RunAsync();
        await StandsAsync(service.Client, Bad, "held");
        await SendAsync(service.Client, Next, Baseline);
        (await StandsAsync(service.Client, Next, "applied")).Counts.Accepted.ShouldBe(24);
        (await StandsAsync(service.Client, Bad, "rejected")).Code.ShouldBe("hold.superseded");
    }

    [Fact]
    public async Task A_first_load_that_is_given_up_leaves_nothing_that_the_next_complete_feed_does_not_state()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await KillableService.StartAsync(database);
        await KilledAsync(service, database, "news.appended", () => SendAsync(service.Client, Bad, WithAnother));
        await service.RunAsync();
        (await StandsAsync(service.Client, Bad, "interrupted")).Code.ShouldBe("feed.stopped-part");
        (await DecideAsync(service.Client, Bad, "give-up")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StandsAsync(service.Client, Bad, "rejected")).Code.ShouldBe("feed.given-up");
        (await FactsAsync(database)).Keys.ShouldNotContain(k => k.StartsWith("demographics ", StringComparison.Ordinal), "all of it was taken back");
        await SendAsync(service.Client, Next, Baseline);
        await StandsAsync(service.Client, Next, "applied");
        await ShouldSayTheSameAsync(database, Baseline);
    }

    [Theory]
    [InlineData("OrganizationRecorded")]
    [InlineData("RecordRemoved")]
    public async Task A_feed_that_is_given_up_part_way_is_put_right_by_the_next_complete_one(string about)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await KillableService.StartAsync(database);
        await service.RunAsync();
        await service.Client.FeedAsync(Baseline.AsBody());
        await SendAsync(service.Client, Bad, Changed);
        await StandsAsync(service.Client, Bad, "held");
        await KilledAsync(service, database, "news.appended", () => DecideAsync(service.Client, Bad, "release"), about);
        await service.RunAsync();
        (await StandsAsync(service.Client, Bad, "interrupted")).Code.ShouldBe("feed.stopped-part");
        // What comes later waits, and no new process begins it
        await SendAsync(service.Client, Next, Baseline);
        (await FeedAsync(service.Client, Next)).State.ShouldBe("received");

        await (await service.Client.PostAsJsonAsync(Url(Bad, "give-up"), new FeedDecision(" "))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "hold.reason-missing");
        for (var twice = 0; twice < 2; twice++)
            (await DecideAsync(service.Client, Bad, "give-up")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StandsAsync(service.Client, Bad, "rejected")).Code.ShouldBe("feed.given-up");
        // The same facts as before the feed: to the state of records, much of it is no news. Where what was given up is known, a person of it would go
        if ((await service.Client.SettledAsync(Next)).State == "held")
            await DecideAsync(service.Client, Next, "release");
        await StandsAsync(service.Client, Next, "applied");
        await Eventually.Async(async () => (await service.Client.GetFromJsonAsync<FeedPage>($"{IngestionHost.Root}/feeds", IngestionHost.Web))!.Items.All(f => f.State is "applied" or "rejected"), because: "what follows is done");
        // Up to its removals the feed is recorded as if it had been applied
        await ShouldSayTheSameAsync(database, about == "RecordRemoved" ? [Baseline, Changed, Baseline] : [Baseline]);
        await using var source = NpgsqlDataSource.Create(database);
        (await source.CreateCommand("select headers->>'reason' from ingestion.mt_events where type = 'feed-given-up/1'").ExecuteScalarAsync()).ShouldBe("Somebody looked");
        (await service.Client.FeedAsync(Changed.AsBody())).State.ShouldBe("held", "the same as the first time, and not as if it were known");
    }

    [Fact]
    public async Task An_interrupted_feed_is_tried_again_by_a_person()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await KillableService.StartAsync(database);
        await KilledAsync(service, database, "news.appended", () => SendAsync(service.Client, Bad, Baseline));
        await service.RunAsync();
        await StandsAsync(service.Client, Bad, "interrupted");
        (await DecideAsync(service.Client, Bad, "retry")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await StandsAsync(service.Client, Bad, "applied")).Counts.Accepted.ShouldBe(24);
        await ShouldSayTheSameAsync(database, Baseline);
    }

    /// <summary>Killed once, and as if so often before that it is begun no more.</summary>
    static async Task KilledAsync(KillableService service, string database, string point, Func<Task> cause, string? about = null)
    {
        await service.KillAsync(point, cause, about);
        await using var source = NpgsqlDataSource.Create(database);
        (await source.CreateCommand($"update ingestion.feed set attempts = {Starts} where attempts = 1 and feed_id in (select feed_id from ingestion.feed_queue)").ExecuteNonQueryAsync()).ShouldBe(1);
    }

    static Task<HttpResponseMessage> SendAsync(HttpClient client, Guid feed, byte[] zip) => client.PostAsync($"{IngestionHost.Root}/feeds?feedId={feed}", zip.AsBody());

    static Task<HttpResponseMessage> DecideAsync(HttpClient client, Guid feed, string decision) => client.PostAsJsonAsync(Url(feed, decision), new FeedDecision("Somebody looked"));

    static async Task<Feed> StandsAsync(HttpClient client, Guid feed, string state)
    {
        Feed? seen = null;
        await Eventually.Async(async () => (seen = await FeedAsync(client, feed)).State == state, TimeSpan.FromSeconds(60), $"the feed is {state}");
        return seen!;
    }

    static async Task<Feed> FeedAsync(HttpClient client, Guid feed) => (await client.GetFromJsonAsync<Feed>(Url(feed), IngestionHost.Web))!;

    static string Url(Guid feed, string? decision = null) => $"{IngestionHost.Root}/feeds/{feed}{(decision is null ? "" : $"/{decision}")}";

    /// <summary>What the log says now is what it says where these feeds were sent and nothing ever ended.</summary>
    async Task ShouldSayTheSameAsync(string database, params byte[][] feeds)
    {
        var calm = await postgres.CreateDatabaseAsync();
        await using (var service = await IngestionHost.StartAsync(calm))
            foreach (var feed in feeds)
                if (await service.Client().FeedAsync(feed.AsBody()) is { State: "held" } held)
                {
                    await DecideAsync(service.Client(), held.FeedId, "release");
                    await StandsAsync(service.Client(), held.FeedId, "applied");
                }
        (await FactsAsync(database)).Values.Order(StringComparer.Ordinal).ShouldBe((await FactsAsync(calm)).Values.Order(StringComparer.Ordinal));
    }

    /// <summary>The latest word of the log about every record, without what is random or sealed, as somebody sees it who only follows events.</summary>
    static async Task<Dictionary<string, string>> FactsAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("select stream_id, type, data from ingestion.mt_events order by seq_id");
        await using var reader = await command.ExecuteReaderAsync();
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            var (stream, type, data) = (reader.GetString(0), reader.GetString(1), JsonNode.Parse(reader.GetString(2))!.AsObject());
            if (type == "record-removed/1")
                foreach (var gone in facts.Keys.Where(k => k.StartsWith($"{(string?)data["kind"]} {stream} {(string?)data["recordId"] ?? (string?)data["schoolId"]}", StringComparison.Ordinal)).ToList())
                    facts.Remove(gone);
            else if (!type.StartsWith("feed-", StringComparison.Ordinal))
            {
                var kind = type[..type.LastIndexOf('-')] switch
                {
                    "student" => "person",
                    "student-demographics" => "demographics",
                    "student-identity" => "identity",
                    "student-birth-date" => "birthDate",
                    "section-enrollment" => "sectionEnrollment",
                    var other => other,
                };
                var id = data["orgId"] ?? data["sessionId"] ?? data["courseId"] ?? data["schoolId"];
                if (kind is "class")
                    id = data["classId"];
                foreach (var random in new[] { "studentKey", "personKey", "salt", "change", "sealed", "rows" })
                    data.Remove(random);
                if (kind == "school-enrollment" && (bool?)data["withdrawn"] == true)
                    facts.Remove($"{kind} {stream} {id}");
                else
                    facts[$"{kind} {stream} {id}"] = $"{kind} {data.ToJsonString()}";
            }
        }
        return facts;
    }
}
