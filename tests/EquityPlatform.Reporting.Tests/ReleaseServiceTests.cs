using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.Reporting.Releases;
using EquityPlatform.Reporting.Tests.Disclosure;
using EquityPlatform.ServiceHost;
using EquityPlatform.Testing;

namespace EquityPlatform.Reporting.Tests;

/// <summary>Through HTTP, on real PostgreSQL.</summary>
public sealed class ReleaseServiceTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Root = "/api/reporting/v1";
    static readonly Guid ReleaseId = Guid.Parse("5eed0000-0000-4000-8000-000000000001");
    static readonly HandMade Table = new HandMade()
        .Learners("A", "yes", 40, 8).Learners("A", "no", 160, 30).Learners("B", "yes", 60, 9).Learners("B", "no", 240, 40).Learners("C", "yes", 9, 4).Learners("C", "no", 300, 50);

    [Fact]
    public async Task A_parameter_that_cannot_be_read_is_refused_in_words_at_every_address()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        await using var host = await ReportingHost.StartAsync(await postgres.CreateDatabaseAsync(), indicators.Address);
        (await MalformedParameters.TryAllAsync(role => host.Client(role), "reporting")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Publishes_a_year_once_and_gives_every_number_a_receipt()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        await using var host = await ReportingHost.StartAsync(await postgres.CreateDatabaseAsync(), indicators.Address);
        using var analyst = host.Client(Roles.EquityAnalyst);
        using var anyone = host.Client();

        (await anyone.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2011))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await RefusedAsync(await host.Client(Roles.Principal).PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2011)), HttpStatusCode.Forbidden, "auth.role");
        var accepted = await analyst.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2011));
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        accepted.Headers.Location?.ToString().ShouldBe($"{Root}/releases/{ReleaseId}");
        var release = await SettledAsync(analyst, ReleaseId);
        release.State.ShouldBe(ReleaseState.Published, release.Reason);
        var manifest = release.Manifest.ShouldNotBeNull();
        manifest.Positions.ShouldBe(new Dictionary<string, long> { ["indicators"] = 3, ["ingestion"] = 42 }, ignoreOrder: true);
        manifest.Schools.ShouldBe([new("district", "district"), new("A", "School A"), new("B", "School B"), new("C", "School C")]);

        // The same id is the same release, another id finds the year taken
        (await analyst.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2011))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await RefusedAsync(await analyst.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(Guid.NewGuid(), 2011)), HttpStatusCode.Conflict, "release.exists");
        await RefusedAsync(await analyst.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2010)), HttpStatusCode.Conflict, "release.id-reused");
        await RefusedAsync(await analyst.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(Guid.Empty, 2011)), HttpStatusCode.UnprocessableEntity, "release.id-missing");
        await RefusedAsync(await host.Client(Roles.DistrictLeader, "elsewhere").PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2011)), HttpStatusCode.Conflict, "release.id-reused");

        // Everybody may read it, whole or in parts
        var listed = await anyone.GetFromJsonAsync<Page<ReleaseSummary>>($"{Root}/releases?tenant={ReportingHost.Tenant}");
        listed.ShouldNotBeNull().Items.ShouldHaveSingleItem().ReleaseId.ShouldBe(ReleaseId);
        foreach (var file in manifest.Files)
        {
            var bytes = await anyone.GetByteArrayAsync($"{Root}/releases/{ReleaseId}/{file.Name}");
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(file.Sha256);
            bytes.LongLength.ShouldBe(file.Bytes);
        }
        var data = (await anyone.GetFromJsonAsync<ReleaseData>($"{Root}/releases/{ReleaseId}/data.json")).ShouldNotBeNull();
        var tables = (await anyone.GetFromJsonAsync<ReleasedTables>($"{Root}/releases/{ReleaseId}/tables")).ShouldNotBeNull();
        tables.Tables.SelectMany(t => t.Cells).ShouldBe(data.Cells);
        var one = (await anyone.GetFromJsonAsync<ReleasedTables>($"{Root}/releases/{ReleaseId}/tables?indicator=chronic-absence&school=B")).ShouldNotBeNull();
        one.Tables.ShouldHaveSingleItem().Cells.ShouldBe(data.Cells.Where(c => c is { Indicator: "chronic-absence", School: "B" }));
        await RefusedAsync(await anyone.GetAsync($"{Root}/releases/{ReleaseId}/tables?tenant=elsewhere"), HttpStatusCode.NotFound, "release.unknown");
        await RefusedAsync(await anyone.GetAsync($"{Root}/releases/{Guid.NewGuid()}"), HttpStatusCode.NotFound, "release.unknown");

        data.Cells.Where(c => c.State == ValueState.Suppressed).ShouldAllBe(c => c.Receipt == null && c.Numerator == null);
        var cell = data.Cells.Single(c => c is { Indicator: "chronic-absence", School: "B", Dimension: "englishLearner", Group: "yes" });
        var receipt = (await anyone.GetFromJsonAsync<NumberReceipt>($"{Root}/receipts/{cell.Receipt!.ToLowerInvariant().Insert(5, "-")}")).ShouldNotBeNull();
        (receipt.Cell, receipt.Definition.Code, receipt.Definition.Version, receipt.SchoolName).ShouldBe((cell, "chronic-absence", 1, "School B"));
        receipt.Files.ShouldBe(manifest.Files);
        await RefusedAsync(await anyone.GetAsync($"{Root}/receipts/0000000000"), HttpStatusCode.NotFound, "receipt.unknown");
    }

    [Fact]
    public async Task The_way_to_rows_needs_role_and_purpose_and_is_recorded_first()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        await using var host = await ReportingHost.StartAsync(await postgres.CreateDatabaseAsync(), indicators.Address);
        var cell = (await PublishAsync(host)).Cells.Single(c => c is { Indicator: "chronic-absence", School: "B", Dimension: "englishLearner", Group: "yes" });
        var path = $"{Root}/receipts/{cell.Receipt}/rows";
        await RefusedAsync(await host.Client().GetAsync($"{path}?purpose=x"), HttpStatusCode.Unauthorized, "auth.required");
        await RefusedAsync(await host.Client(Roles.DistrictLeader).GetAsync($"{path}?purpose=x"), HttpStatusCode.Forbidden, "auth.role");
        await RefusedAsync(await host.Client(Roles.Auditor).GetAsync(path), HttpStatusCode.UnprocessableEntity, "purpose.missing");
        await RefusedAsync(await host.Client(Roles.Auditor, "elsewhere").GetAsync($"{path}?purpose=x"), HttpStatusCode.NotFound, "receipt.unknown");
        (await host.EventsAsync()).ShouldNotContain(e => e.Type == StudentDataDisclosed.Type);

        var rows = (await host.Client(Roles.Auditor).GetFromJsonAsync<ReceiptRows>($"{path}?purpose=Yearly%20audit")).ShouldNotBeNull();
        (rows.Numerator, rows.NumeratorNow, rows.Denominator, rows.DenominatorNow, rows.Agrees).ShouldBe((9, 9, 60, 60, true));
        rows.Students.Sum(s => s.Numerator).ShouldBe(9);
        rows.Shared.ShouldHaveSingleItem().File.ShouldBe("academicSessions.csv");
        var disclosed = (await host.EventsAsync()).Where(e => e.Type == StudentDataDisclosed.Type).ShouldHaveSingleItem();
        var record = disclosed.Data.ShouldBeOfType<StudentDataDisclosed>();
        (record.User, record.Purpose, record.StudentKeys.Count).ShouldBe(("demo:auditor", "Yearly audit", 60));

        // The data moves on, the release does not
        indicators.Cells = [.. indicators.Cells.Select(c => c == Table.Truth.Single(t => t is { Indicator: "chronic-absence", School: "B", Dimension: "englishLearner", Group: "yes" }) ? c with { Numerator = 10 } : c)];
        rows = (await host.Client(Roles.Auditor).GetFromJsonAsync<ReceiptRows>($"{path}?purpose=Yearly%20audit")).ShouldNotBeNull();
        (rows.Numerator, rows.NumeratorNow, rows.Agrees).ShouldBe((9, 10, false));

        indicators.Down = true;
        await RefusedAsync(await host.Client(Roles.Auditor).GetAsync($"{path}?purpose=x"), HttpStatusCode.ServiceUnavailable, "indicators.unavailable");
    }

    [Fact]
    public async Task A_job_waits_for_the_indicators_and_goes_on_after_a_restart()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        indicators.Down = true;
        var database = await postgres.CreateDatabaseAsync();
        await using (var first = await ReportingHost.StartAsync(database, indicators.Address))
        {
            using var leader = first.Client(Roles.DistrictLeader);
            (await leader.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2011))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            await Eventually.Async(async () => (await leader.GetFromJsonAsync<ReleaseSummary>($"{Root}/releases/{ReleaseId}"))?.ReasonCode == "indicators.unavailable");
            await RefusedAsync(await first.Client().GetAsync($"{Root}/releases/{ReleaseId}"), HttpStatusCode.NotFound, "release.unknown");
        }
        indicators.Down = false;
        await using var second = await ReportingHost.StartAsync(database, indicators.Address);
        (await SettledAsync(second.Client(Roles.DistrictLeader), ReleaseId)).State.ShouldBe(ReleaseState.Published);
        (await second.EventsAsync()).Select(e => e.Type).ShouldBe([ReleaseRequested.Type, ReleaseFrozen.Type]);
    }

    [Fact]
    public async Task Frozen_bytes_are_not_made_anew_when_the_job_is_killed_before_its_event()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        var database = await postgres.CreateDatabaseAsync();
        byte[] before;
        await using (var first = await ReportingHost.StartAsync(database, indicators.Address))
        {
            await PublishAsync(first);
            before = await first.Client().GetByteArrayAsync($"{Root}/releases/{ReleaseId}/data.json");
        }
        // As if the process had died between keeping the files and noting that the release is out; the data moved on since
        await using (var connection = new Npgsql.NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            await using var back = new Npgsql.NpgsqlCommand("update reporting.release set state = 'running', progress = 90; insert into reporting.release_queue select tenant_id, release_id, requested_at from reporting.release", connection);
            await back.ExecuteNonQueryAsync();
        }
        indicators.Cells = new HandMade().Learners("A", "yes", 50, 10).Learners("A", "no", 100, 20).Truth;
        await using var second = await ReportingHost.StartAsync(database, indicators.Address);
        (await SettledAsync(second.Client(Roles.DistrictLeader), ReleaseId)).State.ShouldBe(ReleaseState.Published);
        (await second.Client().GetByteArrayAsync($"{Root}/releases/{ReleaseId}/data.json")).ShouldBe(before);
        (await second.EventsAsync()).Count(e => e.Type == ReleaseFrozen.Type).ShouldBe(1);
    }

    [Fact]
    public async Task Values_of_two_moments_are_fetched_again()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        indicators.PositionOfCall = call => call < 3 ? call : 77;
        await using var host = await ReportingHost.StartAsync(await postgres.CreateDatabaseAsync(), indicators.Address);
        (await PublishAsync(host)).Positions["ingestion"].ShouldBe(77);
        indicators.Asked.Count(path => path.StartsWith("/api/indicators/v1/values", StringComparison.Ordinal)).ShouldBe(6);
    }

    [Fact]
    public async Task A_year_without_values_fails_with_a_reason_and_does_not_block_the_year()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        await using var host = await ReportingHost.StartAsync(await postgres.CreateDatabaseAsync(), indicators.Address);
        using var leader = host.Client(Roles.DistrictLeader);
        for (var i = 0; i < 2; i++)
        {
            var id = Guid.NewGuid();
            (await leader.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(id, 2019))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            var failed = await SettledAsync(leader, id);
            (failed.State, failed.ReasonCode).ShouldBe((ReleaseState.Failed, "release.no-values"));
            (await leader.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(id, 2019))).StatusCode.ShouldBe(HttpStatusCode.Accepted, "a repeat gets the same answer");
        }
        (await host.Client().GetFromJsonAsync<Page<ReleaseSummary>>($"{Root}/releases?tenant={ReportingHost.Tenant}")).ShouldNotBeNull().Items.ShouldBeEmpty();
        (await leader.GetFromJsonAsync<Page<ReleaseSummary>>($"{Root}/releases")).ShouldNotBeNull().Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_the_year()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        await using var host = await ReportingHost.StartAsync(await postgres.CreateDatabaseAsync(), indicators.Address);
        using var leader = host.Client(Roles.DistrictLeader);
        var same = Guid.NewGuid();
        Guid[] ids = [same, same, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), same];
        var answers = await Task.WhenAll(ids.Select(id => leader.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(id, 2011))));
        ids.Zip(answers).Where(x => x.Second.StatusCode == HttpStatusCode.Accepted).Select(x => x.First).Distinct().Count().ShouldBe(1, string.Join("; ", await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()))));
        answers.Where(a => a.StatusCode != HttpStatusCode.Accepted).ShouldAllBe(a => a.StatusCode == HttpStatusCode.Conflict);
    }

    /// <summary>G11: the true values of hidden cells are planted as numbers that occur nowhere else, and looked for everywhere.</summary>
    [Fact]
    public async Task Hidden_values_are_in_no_answer_file_event_or_table()
    {
        const long Planted = 7_318_529;
        var hidden = new HashSet<(string, string, string)>();
        foreach (var cell in Table.Release().Cells.Where(c => c.State == ValueState.Suppressed))
            hidden.Add((cell.School, cell.Dimension, cell.Group));
        // Days of hidden groups get a telltale number; every count stays plausible
        var truth = Table.Truth.Select(c => c.Indicator == "average-daily-attendance" && c.Numerator > 0 && hidden.Contains((c.School, c.Dimension, c.Group))
            ? c with { Numerator = Planted + hidden.Count, Denominator = 15_750_000, Rate = (double)Planted / 15_750_000, Low = 0.7318529, High = 0.87318529 } : c).ToList();
        await using var indicators = await PlayedIndicators.StartAsync(truth);
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await ReportingHost.StartAsync(database, indicators.Address);
        await PublishAsync(host);
        List<string> texts = [];
        foreach (var role in new[] { null, Roles.DistrictLeader, Roles.Auditor })
            foreach (var path in new[] { "", "/tables", "/tables?indicator=average-daily-attendance", "/tables?school=C", "/data.json", "/data.csv" })
                texts.Add(await host.Client(role).GetStringAsync($"{Root}/releases/{ReleaseId}{path}"));
        texts.Add(await host.Client().GetStringAsync($"{Root}/releases?tenant={ReportingHost.Tenant}"));
        texts.Add(await host.Client(Roles.Integrator).GetStringAsync($"{Root}/events?after=0"));
        texts.Add(await host.Client(Roles.Auditor).GetStringAsync($"{Root}/streams/release-{ReleaseId}/events"));
        await using var connection = new Npgsql.NpgsqlConnection(database);
        await connection.OpenAsync();
        foreach (var table in new[] { "release", "release_file", "release_receipt", "mt_events" })
        {
            await using var dump = new Npgsql.NpgsqlCommand($"select coalesce(string_agg(t::text, ' '), '') from reporting.{table} t", connection);
            texts.Add((string)(await dump.ExecuteScalarAsync())!);
        }
        texts.ShouldAllBe(t => !t.Contains("73185", StringComparison.Ordinal));
        texts.ShouldContain(t => t.Contains("suppressed", StringComparison.Ordinal));
    }

    static async Task<ReleaseData> PublishAsync(ReportingHost host)
    {
        using var leader = host.Client(Roles.DistrictLeader);
        (await leader.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(ReleaseId, 2011))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var release = await SettledAsync(leader, ReleaseId);
        release.State.ShouldBe(ReleaseState.Published, release.Reason);
        return (await host.Client().GetFromJsonAsync<ReleaseData>($"{Root}/releases/{ReleaseId}/data.json")).ShouldNotBeNull();
    }

    static async Task<ReleaseSummary> SettledAsync(HttpClient client, Guid id)
    {
        ReleaseSummary? release = null;
        await Eventually.Async(async () => (release = await client.GetFromJsonAsync<ReleaseSummary>($"{Root}/releases/{id}"))?.State is ReleaseState.Published or ReleaseState.Failed);
        return release.ShouldNotBeNull();
    }

    static async Task RefusedAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }
}
