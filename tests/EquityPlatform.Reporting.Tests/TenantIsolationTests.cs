using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.Reporting.Tests.Disclosure;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Tenancy;

namespace EquityPlatform.Reporting.Tests;

public sealed class TenantIsolationTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Root = "/api/reporting/v1";
    static readonly HandMade Table = new HandMade()
        .Learners("A", "yes", 40, 8).Learners("A", "no", 160, 30).Learners("B", "yes", 60, 9).Learners("B", "no", 240, 40);

    [Fact]
    public async Task Tables_and_routes_show_a_district_to_itself_only()
    {
        await using var indicators = await PlayedIndicators.StartAsync(Table.Truth);
        await using var host = await ReportingHost.StartAsync(postgres.ConnectionString, indicators.Address);
        var released = new Dictionary<string, Guid>();
        foreach (var tenant in (string[])[ReportingHost.Tenant, "other"])
        {
            released[tenant] = Guid.NewGuid();
            using var leader = host.Client(Roles.DistrictLeader, tenant);
            (await leader.PostAsJsonAsync($"{Root}/releases", new ReleaseRequest(released[tenant], 2011))).IsSuccessStatusCode.ShouldBeTrue();
            await Eventually.Async(async () => (await leader.GetFromJsonAsync<ReleaseSummary>($"{Root}/releases/{released[tenant]}"))?.State == ReleaseState.Published);
        }
        // Asked for and not public yet: nobody works on it, as it waits in nobody's queue
        var secret = Guid.NewGuid();
        await using (var plant = postgres.Database.CreateCommand($"""
            insert into reporting.public_id values ('{secret}', '{ReportingHost.Tenant}');
            insert into reporting.release (tenant_id, release_id, school_year, state, requested_by, requested_at) values ('{ReportingHost.Tenant}', '{secret}', 2010, 'requested', 'demo:secretive', now())
            """))
            await plant.ExecuteNonQueryAsync();

        await RowSecurity.ShouldCoverAsync(postgres, "reporting", new Dictionary<string, string>
        {
            ["release_queue"] = "which releases wait, for the worker of all districts",
            ["public_id"] = "which district an id belongs to that the public may use",
        });
        var seen = await RowSecurity.ShouldHideAsync(postgres.Logins, "reporting", Random.Shared.Next());
        foreach (var table in (string[])["mt_events", "mt_streams", "release", "release_file", "release_receipt"])
            seen.ShouldContain(table);
        await RolePrivileges.WriterShouldOnlyAppendAsync(postgres.Logins, "reporting");
        await RolePrivileges.ServiceShouldOnlyReadTheLogAsync(postgres.Logins, "reporting");

        StudentExits.ShouldAllBeRecorded(host.App.Services, new Dictionary<string, string>
        {
            ["data\\.(json|csv)$)}"] = "tables under disclosure control, made for everybody",
        }).Count.ShouldBe(6);

        // What is published is for everybody; what is not, and the history behind it, is the district's
        var own = released[ReportingHost.Tenant];
        var eyes = new ForeignEyes(host.App.Services, (role, tenant) => host.Client(role, tenant), new Dictionary<string, string> { ["id"] = $"release-{own}" }, "purpose=test&after=0");
        await eyes.ShouldSeeNothingAsync(ReportingHost.Tenant, [$"\"releaseId\":\"{own}\"", "release-frozen/1"], atLeastRoutes: 1);
        foreach (var tenant in (string[])["other", "elsewhere"])
            foreach (var answer in await (eyes with { Values = new Dictionary<string, string> { ["id"] = $"{secret}", ["file"] = "data.json" }, Query = $"tenant={ReportingHost.Tenant}" }).WalkAsync(tenant, withPublic: true))
                answer.Body.ShouldNotContain("secretive", Case.Sensitive, answer.Route);
        using var stranger = host.Client(Roles.DistrictLeader, "other");
        (await stranger.GetAsync($"{Root}/releases/{secret}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        using var colleague = host.Client(Roles.DistrictLeader);
        (await colleague.GetAsync($"{Root}/releases/{secret}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }
}
