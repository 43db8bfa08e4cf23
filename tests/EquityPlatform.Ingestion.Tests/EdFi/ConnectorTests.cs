using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Testing;

namespace EquityPlatform.Ingestion.Tests.EdFi;

/// <summary>Reading an Ed-Fi API from the first time to the next changes.</summary>
public sealed class ConnectorTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory, InlineData("7.3"), InlineData("6.1")]
    public async Task Everything_is_read_once_and_then_only_what_changed(string version)
    {
        await using var district = await EdFiDistrict.StartAsync(postgres);
        district.Api.Switches.Version = version;
        (await district.ConfigureAsync()).ShouldSatisfyAllConditions(s => s.HasSecret.ShouldBeTrue(), s => s.State.ShouldBe("idle"));
        var (first, feed) = await district.RunAsync();
        first.LastRun!.Outcome.ShouldBe("stored");
        feed!.State.ShouldBe("applied", feed.Message);
        feed.Files.Single(f => f.File == "students.jsonl (users.csv)").Counts.Accepted.ShouldBe(960);
        first.Resources.Single(r => r.Resource == "students").ShouldSatisfyAllConditions(r => r.Outcome.ShouldBe("read"), r => r.Items.ShouldBe(960), r => r.Version.ShouldBe(district.Api.Store.Newest));
        first.Resources.Single(r => r.Resource == "grades").Outcome.ShouldBe("absent");

        // Nothing changed: windows only, and no feed
        var (quiet, none) = await district.RunAsync();
        (quiet.LastRun!.Outcome, none).ShouldBe(("unchanged", null));
        district.Api.Requests.ShouldAllBe(r => r.Contains("limit=1"));

        // A student's race, a deleted absence, a changed entry date
        var head = await district.Service.Log.HeadAsync(IngestionHost.Tenant, default);
        district.Api.Store.Change("studentEducationOrganizationAssociations", EdFiDistrict.OfStudent("604822"), s => s["hispanicLatinoEthnicity"] = true);
        district.Api.Store.Delete("studentSchoolAttendanceEvents", EdFiDistrict.OfStudent("604822")).ShouldBeTrue();
        district.Api.Store.Change("studentSchoolAssociations", EdFiDistrict.OfStudent("604823"), s => s["entryDate"] = "2021-09-01");
        var (_, second) = await district.RunAsync();
        second!.State.ShouldBe("applied", second.Message);
        district.Api.Requests.ShouldContain(r => r.StartsWith("students?studentUniqueId=604822&"));
        district.Api.Requests.ShouldNotContain(r => r.StartsWith("students?offset") || r.StartsWith("students?pageSize"));
        var news = (await district.EventsAsync(head)).Where(e => !e.Type.StartsWith("feed-", StringComparison.Ordinal)).ToList();
        news.Select(e => e.Type).ShouldContain("student-demographics-recorded/1");
        news.Select(e => e.Type).ShouldContain("enrollment-stated/1");
        news.ShouldContain(e => e.Type == "record-removed/1" && e.StreamId.StartsWith("attendance-", StringComparison.Ordinal));
        // Nobody else is touched
        news.Select(e => e.StreamId.Split('-')[1]).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_resource_that_the_key_may_not_see_or_that_fails_stops_no_other_and_is_caught_up_with()
    {
        await using var district = await EdFiDistrict.StartAsync(postgres);
        district.Api.Switches.Forbidden.Add("disciplineActions");
        district.Api.Switches.Fail("courses", new(500, 1000));
        await district.ConfigureAsync();
        var (state, feed) = await district.RunAsync();
        (state.LastRun!.Outcome, feed!.State).ShouldBe(("partly", "applied"));
        (Of(state, "disciplineActions").Outcome, Of(state, "courses").Outcome, Of(state, "students").Outcome).ShouldBe(("forbidden", "failed", "read"));
        Of(state, "courses").Version.ShouldBeNull();

        district.Api.Switches.Fail("courses", new(500, 0));
        district.Api.Switches.Forbidden.Clear();
        var (after, second) = await district.RunAsync();
        after.LastRun!.Outcome.ShouldBe("stored");
        second!.Files.Select(f => f.File).ShouldBe(["courses.jsonl (courses.csv)", "disciplineActions.jsonl (disciplineActions.csv)"], ignoreOrder: true);

        static EdFiResource Of(EdFiSource state, string resource) => state.Resources.Single(r => r.Resource == resource);
    }

    [Fact]
    public async Task Throttling_faults_and_an_expired_token_are_waited_for()
    {
        await using var district = await EdFiDistrict.StartAsync(postgres);
        district.Api.Switches.Fail("students", new(429, 2, RetryAfter: 0));
        district.Api.Switches.Fail("schools", new(503, 2));
        district.Api.Switches.Fail("sessions", new(401, 1));
        await district.ConfigureAsync();
        var (state, feed) = await district.RunAsync();
        (state.LastRun!.Outcome, feed!.State).ShouldBe(("stored", "applied"));
    }

    [Theory, InlineData("7.3"), InlineData("6.1")]
    public async Task An_item_that_changes_between_two_pages_takes_no_other_with_it(string version)
    {
        await using var district = await EdFiDistrict.StartAsync(postgres);
        district.Api.Switches.Version = version;
        await district.ConfigureAsync();
        await district.RunAsync();
        // All students change; while their window is read page by page, some change once more and leave it
        foreach (var student in district.Api.Store.Items("students", null, null))
            district.Api.Store.Change("students", s => s["id"]!.ToString() == student.Id, s => s["middleName"] = "Second");
        var changed = 0;
        district.Api.Switches.BeforePage = (resource, n) =>
        {
            if (resource == "students" && changed++ is > 0 and < 20)
                foreach (var at in new[] { 3 * changed, 600 + changed })
                    district.Api.Store.Change("students", s => s["id"]!.ToString() == district.Api.Store.Items("students", null, null)[at].Id, s => s["middleName"] = "Third");
        };
        await district.RunAsync();
        district.Api.Switches.BeforePage = null;
        await district.RunAsync();
        var identities = (await district.EventsAsync()).Where(e => e.Type == "student-identity-recorded/1").GroupBy(e => e.StreamId).ToList();
        identities.Count.ShouldBe(960);
        identities.ShouldAllBe(student => student.Count() >= 2);
    }

    [Fact]
    public async Task Without_change_queries_everything_is_compared_and_what_is_gone_is_found()
    {
        await using var district = await EdFiDistrict.StartAsync(postgres);
        district.Api.Switches.ChangeQueries = false;
        await district.ConfigureAsync();
        await district.RunAsync();
        var (_, same) = await district.RunAsync();
        same!.Counts.Accepted.ShouldBe(0);
        var head = await district.Service.Log.HeadAsync(IngestionHost.Tenant, default);
        district.Api.Store.Delete("schools", s => s["schoolId"]!.ToString() == "255901107");
        district.Api.Store.Put("schools", JsonNode.Parse("""{"schoolId":255901107,"nameOfInstitution":"Renamed","localEducationAgencyReference":{"localEducationAgencyId":255901}}""")!.AsObject());
        await district.RunAsync();
        (await district.NewsAsync(head)).ShouldBe(["organization-recorded/1"]);
    }

    [Fact]
    public async Task A_snapshot_that_is_gone_starts_the_reading_over()
    {
        await using var district = await EdFiDistrict.StartAsync(postgres);
        await district.ConfigureAsync(new(district.Api.Address, EdFiDistrict.Key, UseSnapshot: true));
        district.Api.Switches.SnapshotIsGone = true;
        var (state, none) = await district.RunAsync();
        (state.LastRun!.Outcome, none).ShouldBe(("edfi.snapshot-gone", null));
        state.Resources.ShouldBeEmpty();
        district.Api.Switches.SnapshotIsGone = false;
        var (_, feed) = await district.RunAsync();
        feed!.State.ShouldBe("applied");
    }

    [Fact]
    public async Task Only_those_who_may_configure_a_source_and_never_one_inside_the_own_network()
    {
        await using var district = await EdFiDistrict.StartAsync(postgres, ("Ingestion:EdFi:AllowPrivateAddresses", "false"));
        foreach (var address in new[] { "http://127.0.0.1:5432/", "http://169.254.169.254/latest", "http://[::1]/", "http://localhost/", "http://10.1.2.3/", "ftp://ods.example.org/", "https://user:pw@ods.example.org/", "file:///etc/passwd", "http://[::ffff:127.0.0.1]/", "" })
            await (await district.Client.PutAsJsonAsync($"{IngestionHost.Root}/ed-fi/x", new ConfigureEdFiSource(address, "k"))).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "edfi.address");
        await (await district.Service.Client("principal").PutAsJsonAsync($"{IngestionHost.Root}/ed-fi/x", new ConfigureEdFiSource("https://ods.example.org/", "k"))).ShouldBeProblem(HttpStatusCode.Forbidden, "auth.role");
        await (await district.Client.PostAsJsonAsync($"{IngestionHost.Root}/ed-fi/x/run", new RunEdFiSource())).ShouldBeProblem(HttpStatusCode.NotFound, "edfi.unknown");
        // A name that leads inside is found out when it is called
        await district.ConfigureAsync(new("http://ip6-localhost.example.invalid/", "k"));
        (await district.RunAsync()).State.LastRun!.Outcome.ShouldBe("edfi.discovery");
    }

    [Fact]
    public async Task The_secret_is_nowhere_but_in_the_configuration_and_a_wrong_one_is_told()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var district = await EdFiDistrict.StartAsync(database);
        await district.ConfigureAsync(new(district.Api.Address, "other-key"));
        (await district.RunAsync()).State.LastRun!.Outcome.ShouldBe("edfi.key-refused");
        await district.ConfigureAsync();
        await district.RunAsync();
        await using var source = Npgsql.NpgsqlDataSource.Create(database);
        foreach (var table in new[] { "mt_events", "edfi_source", "edfi_due", "edfi_resource", "edfi_cycle", "edfi_page", "feed", "feed_upload" })
        {
            await using var command = source.CreateCommand($"select count(*) from ingestion.{table} t where t::text like '%{EdFiDistrict.Secret}%'");
            (await command.ExecuteScalarAsync()).ShouldBe(0L, table);
        }
        await using var left = source.CreateCommand("select (select count(*) from ingestion.edfi_cycle) + (select count(*) from ingestion.edfi_page)");
        (await left.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task A_reading_that_was_cut_off_goes_on_where_it_was()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var district = await EdFiDistrict.StartAsync(database);
        await district.ConfigureAsync();
        // From this resource on the API is gone
        foreach (var resource in new[] { "studentSchoolAttendanceEvents", "studentSectionAttendanceEvents", "disciplineIncidents" })
            district.Api.Switches.Fail(resource, new(502, 1000));
        var (state, none) = await district.RunAsync();
        (state.LastRun!.Outcome, state.State, none).ShouldBe(("edfi.unreachable", "reading", null));
        foreach (var resource in new[] { "studentSchoolAttendanceEvents", "studentSectionAttendanceEvents", "disciplineIncidents" })
            district.Api.Switches.Fail(resource, new(502, 0));
        var (_, feed) = await district.RunAsync();
        feed!.State.ShouldBe("applied");
        district.Api.Requests.ShouldNotContain(r => r.StartsWith("students?"));
        district.Api.Requests.ShouldContain(r => r.StartsWith("studentSchoolAttendanceEvents?"));
        feed.Files.Single(f => f.File == "students.jsonl (users.csv)").Counts.Accepted.ShouldBe(960);
    }
}
