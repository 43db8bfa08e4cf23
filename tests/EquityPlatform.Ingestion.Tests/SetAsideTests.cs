using System.Net;
using System.Net.Http.Json;
using System.Text;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Rows that were set aside: corrected in place, or waiting until what they refer to has come.</summary>
public sealed class SetAsideTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    const string Feeds = IngestionHost.Root + "/feeds";

    [Fact]
    public async Task A_row_that_waits_is_read_when_its_student_comes_with_the_feed_and_row_it_came_from()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        var early = await client.FeedAsync(new UploadPart[] { new("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\nu099,s1,2024-09-03,day,absentExcused,,\n"u8.ToArray()) }.AsMultipart());
        early.Counts.ShouldBe(new(1, 0, 0, 0, 0, Parked: 1));
        (await RowsAsync(client, early.FeedId)).ShouldHaveSingleItem().ShouldBe(new SetAsideRow("attendance.csv", 2, "waiting", "ref.missing", "userSourcedId"));
        var head = await service.Log.HeadAsync(IngestionHost.Tenant, default);

        await client.FeedAsync(Baseline.With("users.csv", "u001,,,true,s1,student,user1,,Given1,Family1,,001417", "u099,,,true,s1,student,user9,,Nina,Neu,,009417,user9@example.org,,,,09,\r\nu001,,,true,s1,student,user1,,Given1,Family1,,001417").AsBody());
        await Eventually.Async(async () => (await RowsAsync(client, early.FeedId)).Count == 0, TimeSpan.FromSeconds(60), "the row is read again");
        var recorded = await service.Log.ReadAllAsync(IngestionHost.Tenant, head, null, null, default).Where(e => e.Type == "attendance-recorded/1").SingleAsync();
        (recorded.Source!.Feed, recorded.Source.File, recorded.Source.Row).ShouldBe((early.FeedId, "attendance.csv", 2));
        var replay = (await client.GetFromJsonAsync<FeedPage>(Feeds, IngestionHost.Web))!.Items[0];
        (replay.Replay, replay.Counts.Accepted).ShouldBe((true, 1));
    }

    [Fact]
    public async Task A_row_is_corrected_in_place_and_only_columns_are_recorded()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        var client = service.Client();
        var feed = await client.FeedAsync(Baseline.With("users.csv", "u003,,,true,s1,student,user3,,Given3,Family3", "u003,,,true,s1,robot,user3,,Dorothea,Unverkennbar").AsBody());
        var rows = await RowsAsync(client, feed.FeedId);
        rows.ShouldContain(new SetAsideRow("users.csv", 4, "open", "enum.unknown", "role"));
        await using (var source = NpgsqlDataSource.Create(database))
            ((string)(await source.CreateCommand("select coalesce(string_agg(s::text, ''), '') from ingestion.set_aside s").ExecuteScalarAsync())!).ShouldNotContain("Unverkennbar");

        var (id, values) = (Guid.NewGuid(), new Dictionary<string, string?> { ["role"] = "student" });
        await (await client.PostAsJsonAsync($"{Feeds}/{feed.FeedId}/rows", new RowCorrection(id, "users.csv", 99, values))).ShouldBeProblem(HttpStatusCode.NotFound, "row.unknown");
        await (await client.PostAsJsonAsync($"{Feeds}/{feed.FeedId}/rows", new RowCorrection(id, "users.csv", 4, new Dictionary<string, string?> { ["password"] = "x" }))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "row.column-unknown");
        for (var twice = 0; twice < 2; twice++)
            (await client.PostAsJsonAsync($"{Feeds}/{feed.FeedId}/rows", new RowCorrection(id, "users.csv", 4, values))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await client.SettledAsync(id)).Counts.Accepted.ShouldBe(1);
        await Eventually.Async(async () => (await RowsAsync(client, feed.FeedId)).All(r => r.File != "users.csv"), TimeSpan.FromSeconds(60), "the row is settled");
        var corrected = await service.Log.ReadAllAsync(IngestionHost.Tenant, 0, null, null, default).Where(e => e.Type == "row-corrected/1").SingleAsync();
        corrected.Json.ShouldContain("role");
        corrected.Json.ShouldNotContain("student");
        var student = await service.Log.ReadAllAsync(IngestionHost.Tenant, 0, null, null, default).Where(e => e.Type == "student-recorded/1").Where(e => e.Source!.Row == 4).SingleAsync();
        student.Source!.Feed.ShouldBe(feed.FeedId);
    }

    [Fact]
    public async Task A_row_that_is_read_again_names_its_student_by_the_same_number()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(Baseline.With("users.csv", "u001,,,true,s1,student,user1,,Given1", "u001,,,true,s1,student,user1,{state:S-77},Given1").AsBody());
        var feed = await client.FeedAsync(new UploadPart[]
        {
            new("declarations.csv", "propertyName,value\nidentifier.attendance.csv,state\n"u8.ToArray()),
            new("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\nS-77,s1,2024-09-03,day,ill,,\n"u8.ToArray()),
        }.AsMultipart());
        (await RowsAsync(client, feed.FeedId)).ShouldHaveSingleItem().Code.ShouldBe("enum.unknown");
        var id = Guid.NewGuid();
        (await client.PostAsJsonAsync($"{Feeds}/{feed.FeedId}/rows", new RowCorrection(id, "attendance.csv", 2, new Dictionary<string, string?> { ["category"] = "absentExcused" }))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await client.SettledAsync(id)).Counts.Accepted.ShouldBe(1);
        await Eventually.Async(async () => (await RowsAsync(client, feed.FeedId)).Count == 0, because: "the row is settled");
    }

    [Fact]
    public async Task A_corrected_period_changes_the_day_that_its_periods_add_up_to()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        await client.FeedAsync(Baseline.AsBody());
        var feed = await client.FeedAsync(new UploadPart[]
        {
            new("declarations.csv", "propertyName,value\nattendance.mode,exceptions\nattendance.from,2024-09-01\nattendance.to,2024-09-30\nattendance.periodsPerDay,2\n"u8.ToArray()),
            new("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,period\nu001,s1,2024-09-03,period,absentExcused,P1\nu001,s1,2024-09-03,period,asleep,P2\n"u8.ToArray()),
        }.AsMultipart());
        var id = Guid.NewGuid();
        (await client.PostAsJsonAsync($"{Feeds}/{feed.FeedId}/rows", new RowCorrection(id, "attendance.csv", 3, new Dictionary<string, string?> { ["category"] = "absentUnexcused" }))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await client.SettledAsync(id)).Counts.Accepted.ShouldBe(1);
        var days = await service.Log.ReadAllAsync(IngestionHost.Tenant, 0, null, null, default).Where(e => e.Type == "attendance-recorded/1").Select(e => (SideFiles.AttendanceRecorded)e.Data).ToListAsync();
        days.Select(d => (d.Category, d.AbsentPortion)).ShouldBe([("partial", 5_000), ("absentUnexcused", 10_000)]);
    }

    [Fact]
    public async Task A_user_without_a_role_is_read_when_the_row_of_roles_is_corrected()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        var package = TestData.GrandBend("grandbend-oneroster-1.2.zip");
        var lines = System.Text.Encoding.UTF8.GetString(TestData.Unzip(package)["roles.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var at = Array.FindIndex(lines, line => line.Contains(",student,", StringComparison.Ordinal));
        lines[at] = lines[at].Replace(",student,", ",robot,", StringComparison.Ordinal);
        var feed = await client.FeedAsync(package.WithFile("roles.csv", string.Join('\n', lines)).AsBody());
        var rows = await RowsAsync(client, feed.FeedId);
        rows.ShouldContain(new SetAsideRow("roles.csv", at + 1, "open", "enum.unknown", "role"));
        rows.ShouldContain(r => r.File == "users.csv" && r.Code == "user.no-role");
        (await client.PostAsJsonAsync($"{Feeds}/{feed.FeedId}/rows", new RowCorrection(Guid.NewGuid(), "roles.csv", at + 1, new Dictionary<string, string?> { ["role"] = "student" }))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await Eventually.Async(async () => (await RowsAsync(client, feed.FeedId)).All(r => r.File is not ("roles.csv" or "users.csv")), TimeSpan.FromSeconds(60), "role and user are read");
    }

    [Fact]
    public async Task A_complete_file_that_comes_later_says_it_anew()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        var feed = await client.FeedAsync(Baseline.With("users.csv", "u003,,,true,s1,student,user3", "u003,,,true,s1,robot,user3").AsBody());
        (await RowsAsync(client, feed.FeedId)).ShouldNotBeEmpty();
        await client.FeedAsync(Baseline.AsBody());
        (await RowsAsync(client, feed.FeedId)).ShouldBeEmpty();
    }

    static async Task<IReadOnlyList<SetAsideRow>> RowsAsync(HttpClient client, Guid feed) => (await client.GetFromJsonAsync<SetAsideRowList>($"{Feeds}/{feed}/rows", IngestionHost.Web))!.Items;
}
