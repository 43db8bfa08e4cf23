using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Testing.Tenancy;

namespace EquityPlatform.Indicators.Tests.Service;

public sealed class TenantIsolationTests(IndicatorsHost host) : IClassFixture<IndicatorsHost>
{
    [Fact]
    public async Task Tables_and_routes_show_a_district_to_itself_only()
    {
        foreach (var tenant in (string[])["own", "other"])
            await host.ApplyAsync(tenant, TestFeed.Small().Events);
        var ask = new FreezeEvidence(Guid.NewGuid(), "chronic-absence", 2026, "A", "englishLearner", "yes");
        foreach (var tenant in (string[])["own", "other"])
            (await host.Client(Roles.EquityAnalyst, tenant).PostAsJsonAsync("snapshots", tenant == "own" ? ask : ask with { SnapshotId = Guid.NewGuid() })).IsSuccessStatusCode.ShouldBeTrue();

        await RowSecurity.ShouldCoverAsync(host, "indicators");
        var seen = await RowSecurity.ShouldHideAsync(host.Logins, "indicators", Random.Shared.Next());
        foreach (var table in (string[])["mt_events", "mt_streams", "eq_progress", "organizations", "sessions", "calendar_days", "coverage_declarations", "demographics", "programs", "enrollments", "attendance", "feeds", "year_stamps"])
            seen.ShouldContain(table);
        await RolePrivileges.WriterShouldOnlyAppendAsync(host.Logins, "indicators");
        await RolePrivileges.ServiceShouldOnlyReadTheLogAsync(host.Logins, "indicators");

        StudentExits.ShouldAllBeRecorded(host.Services).Count.ShouldBe(6);
        var eyes = new ForeignEyes(host.Services, (role, tenant) => host.Client(role, tenant, role is Roles.Principal or Roles.Educator ? ["A"] : []),
            new Dictionary<string, string> { ["id"] = $"{ask.SnapshotId}", ["/streams/#id"] = $"evidence-{ask.SnapshotId}" },
            "indicator=chronic-absence&schoolYear=2026&school=A&dimension=englishLearner&group=yes&purpose=test&after=0");
        await eyes.ShouldSeeNothingAsync("own", ["School A", "Test District", $"\"snapshotId\":\"{ask.SnapshotId}\"", "\"numerator\":3", "\"a0\"", "2025-2026"], atLeastRoutes: 5);
    }
}
