using EquityPlatform.Contracts;
using EquityPlatform.Testing.Tenancy;
using static EquityPlatform.Interventions.Tests.Http.District;

namespace EquityPlatform.Interventions.Tests.Http;

public sealed class TenantIsolationTests(District district) : IClassFixture<District>
{
    [Fact]
    public async Task Tables_and_routes_show_a_district_to_itself_only()
    {
        var (goal, plan) = await district.PlanAsync();
        using (var leader = district.As(Roles.DistrictLeader))
            (await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan), 2)).IsSuccessStatusCode.ShouldBeTrue();
        await district.Log.AppendAsync(new("other", $"goal-{Guid.NewGuid()}", "goal", EventSourcing.ExpectedVersion.NoStream,
            [new(Guid.NewGuid(), Examples.TheGoal with { GoalId = Guid.NewGuid() }), new(Guid.NewGuid(), Examples.ThePlan with { PlanId = Guid.NewGuid() })], new("demo:district-leader"), Guid.NewGuid()), default);
        var position = await district.Log.HeadAsync("other", default);
        await district.BoardAsync("other", position);

        await RowSecurity.ShouldCoverAsync(district, "interventions");
        var seen = await RowSecurity.ShouldHideAsync(district.Logins, "interventions", Random.Shared.Next());
        foreach (var table in (string[])["mt_events", "mt_streams", "eq_progress", "goal_board", "plan_board"])
            seen.ShouldContain(table);
        await RolePrivileges.WriterShouldOnlyAppendAsync(district.Logins, "interventions");
        await RolePrivileges.ServiceShouldOnlyReadTheLogAsync(district.Logins, "interventions");

        StudentExits.ShouldAllBeRecorded(district.Services, new Dictionary<string, string> { ["/evidence/{snapshotId:guid}"] = "numbers of groups, as they were frozen" }).Count.ShouldBe(5);
        var eyes = new ForeignEyes(district.Services, (role, tenant) => district.As(role, tenant),
            new Dictionary<string, string> { ["goalId"] = $"{goal}", ["planId"] = $"{plan}", ["snapshotId"] = $"{Guid.NewGuid()}", ["id"] = $"goal-{goal}" }, "purpose=test&after=0");
        await eyes.ShouldSeeNothingAsync(Tenant, ["Fewer English learners are chronically absent", $"\"goalId\":\"{goal}\"", "Call home in the family", "Assistant principal"], atLeastRoutes: 6);
    }
}
