using System.Net;
using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.Testing;
using static EquityPlatform.Interventions.Tests.Http.District;

namespace EquityPlatform.Interventions.Tests.Http;

/// <summary>Who may, what is refused, and what happens when the indicators service is in trouble.</summary>
public sealed class BorderTests(District district) : IClassFixture<District>
{
    [Fact]
    public async Task A_parameter_that_cannot_be_read_is_refused_in_words_at_every_address() =>
        (await MalformedParameters.TryAllAsync(role => district.As(role), "interventions")).ShouldContain("/api/interventions/v1/goals?limit");

    [Fact]
    public async Task A_principal_may_not_scale_and_the_attempt_is_recorded()
    {
        var (goal, plan) = await district.PlanAsync();
        using var principal = district.As(Roles.Principal);
        var ask = district.AskDecision(plan, "scale");
        for (var i = 0; i < 2; i++) // sent twice, recorded once
        {
            using var answer = await PostAsync(principal, $"goals/{goal}/decisions", ask, 2);
            (await RefusalAsync(answer)).ShouldBe((403, "decision.no-authority"));
        }
        using var leader = district.As(Roles.DistrictLeader);
        var view = await GetAsync<GoalView>(leader, $"goals/{goal}");
        view.Decisions.ShouldBeEmpty();
        var refused = view.RefusedDecisions.ShouldHaveSingleItem();
        (refused.Kind, refused.By, refused.Code, refused.AuthorityVersion).ShouldBe(("scale", "demo:principal", "decision.no-authority", 1));
        refused.RolesHeld.ShouldBe([Roles.Principal]);
        var stored = await GetAsync<JsonElement>(leader, $"streams/goal-{goal}/events");
        stored.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()).ShouldBe(["goal-set/1", "plan-opened/1", "decision-refused/1"]);
        (await GetAsync<GoalView>(principal, $"goals/{goal}")).MayDecide.ShouldBe(["refine", "replace"]);
        using var allowed = await PostAsync(leader, $"goals/{goal}/decisions", ask, 3); // the same decision by someone who may
        allowed.StatusCode.ShouldBe(HttpStatusCode.Created, await allowed.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(Roles.Educator)]
    [InlineData(Roles.EquityAnalyst)]
    [InlineData(Roles.CommunityMember)]
    [InlineData(Roles.Service)]
    public async Task Nobody_else_decides_and_each_attempt_is_recorded(string role)
    {
        var (goal, plan) = await district.PlanAsync();
        using var someone = district.As(role);
        using var answer = await PostAsync(someone, $"goals/{goal}/decisions", district.AskDecision(plan)); // refused whatever the revision
        (await RefusalAsync(answer)).ShouldBe((403, "decision.no-authority"));
        using var leader = district.As(Roles.DistrictLeader);
        (await GetAsync<GoalView>(leader, $"goals/{goal}")).RefusedDecisions.ShouldHaveSingleItem().By.ShouldBe($"demo:{role}");
    }

    [Fact]
    public async Task A_principal_acts_in_the_own_school_only()
    {
        using var principal = district.As(Roles.Principal);
        using var elsewhere = await PostAsync(principal, "goals", district.AskGoal("255901107"));
        (await RefusalAsync(elsewhere)).ShouldBe((403, "goal.no-authority"));
        using var own = await PostAsync(principal, "goals", district.AskGoal());
        own.StatusCode.ShouldBe(HttpStatusCode.Created);
        var other = await district.GoalAsync(district.AskGoal("255901107"));
        using var read = await principal.GetAsync($"/api/interventions/v1/goals/{other}");
        (await RefusalAsync(read)).ShouldBe((403, "goal.other-school"));
        (await GetAsync<GoalList>(principal, "goals?limit=200")).Items.ShouldAllBe(g => g.School == Examples.School || g.School == "district");
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData(Roles.CommunityMember, 403)]
    [InlineData(Roles.Integrator, 403)]
    [InlineData(Roles.Operator, 403)]
    [InlineData(Roles.PrivacyOfficer, 403)]
    [InlineData(Roles.Educator, 200)]
    [InlineData(Roles.Auditor, 200)]
    [InlineData(Roles.DataSteward, 200)]
    [InlineData(Roles.EquityAnalyst, 200)]
    [InlineData(Roles.Service, 200)]
    public async Task Who_may_read_goals(string? role, int status)
    {
        using var someone = district.As(role);
        foreach (var path in new[] { "goals", "attention" })
            ((int)(await someone.GetAsync($"/api/interventions/v1/{path}")).StatusCode).ShouldBe(status, path);
    }

    [Fact]
    public async Task Everyone_signed_in_may_see_who_decides()
    {
        using var someone = district.As(Roles.CommunityMember);
        var map = await GetAsync<AuthorityMapView>(someone, "authority");
        map.Version.ShouldBe(1);
        map.Rules.Where(r => r.Act == "stop").ShouldHaveSingleItem().Role.ShouldBe(Roles.DistrictLeader);
    }

    [Fact]
    public async Task Another_district_sees_nothing()
    {
        var (goal, plan) = await district.PlanAsync();
        using var other = district.As(Roles.DistrictLeader, "other-district");
        foreach (var path in new[] { $"goals/{goal}", $"goals/{goal}/progress", $"goals/{goal}/history", $"plans/{plan}", $"goals/{goal}/evidence/{goal}" })
            (await RefusalAsync(await other.GetAsync($"/api/interventions/v1/{path}"))).Status.ShouldBe(404, path);
        (await GetAsync<GoalList>(other, "goals")).Items.ShouldBeEmpty();
        using var decide = await PostAsync(other, $"goals/{goal}/decisions", district.AskDecision(plan), 2);
        (await RefusalAsync(decide)).ShouldBe((404, "goal.absent"));
    }

    [Fact]
    public async Task Vague_goals_are_refused_with_a_code()
    {
        using var leader = district.As(Roles.DistrictLeader);
        async Task Refused(SetGoalRequest ask, string code)
        {
            using var answer = await PostAsync(leader, "goals", ask);
            (await RefusalAsync(answer)).ShouldBe((422, code));
        }
        var ask = district.AskGoal();
        await Refused(new(Guid.NewGuid(), null, null, null, null, null, null, null, null, null, null, null), "goal.title-missing");
        await Refused(ask with { TargetTenThousandths = null }, "goal.target-missing");
        await Refused(ask with { TargetTenThousandths = 3000 }, "goal.target-not-better");
        await Refused(ask with { DueDate = Today.AddDays(-1) }, "goal.due-passed");
        await Refused(ask with { BaselineSnapshotId = null }, "goal.baseline-missing");
        await Refused(ask with { BaselineSnapshotId = Guid.NewGuid() }, "goal.baseline-unknown");
        await Refused(ask with { BaselineSnapshotId = district.Freeze(group: "no") }, "goal.baseline-other-group");
        (await RefusalAsync(await leader.GetAsync($"/api/interventions/v1/goals/{ask.GoalId}"))).ShouldBe((404, "goal.absent"));
    }

    [Theory]
    [InlineData("""{"goalId":"not-an-id"}""")]
    [InlineData("""{"goalId":"0f0e0d0c-0000-4000-8000-000000000000","targetTenThousandths":12.5}""")]
    [InlineData("""{"goalId":"0f0e0d0c-0000-4000-8000-000000000000","dueDate":"soon"}""")]
    [InlineData("{")]
    public async Task Unreadable_json_is_400(string json)
    {
        using var leader = district.As(Roles.DistrictLeader);
        using var answer = await leader.PostAsync("/api/interventions/v1/goals", new StringContent(json, Encoding.UTF8, "application/json"));
        (await RefusalAsync(answer)).ShouldBe((400, "request.json"));
    }

    [Fact]
    public async Task A_decision_without_new_evidence_is_refused()
    {
        var ask = district.AskGoal();
        var (goal, plan) = await district.PlanAsync(ask);
        using var leader = district.As(Roles.DistrictLeader);
        async Task Refused(Guid? snapshot, string code)
        {
            using var answer = await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan) with { EvidenceSnapshotId = snapshot }, 2);
            (await RefusalAsync(answer)).ShouldBe((422, code));
        }
        await Refused(null, "decision.evidence-missing");
        await Refused(Guid.NewGuid(), "decision.evidence-unknown");
        await Refused(ask.BaselineSnapshotId, "decision.evidence-not-newer");
        await Refused(district.Freeze(ago: TimeSpan.FromDays(2)), "decision.evidence-not-newer");
        await Refused(district.Freeze(school: "255901107"), "decision.evidence-other-school");
        (await GetAsync<GoalView>(leader, $"goals/{goal}")).Revision.ShouldBe(2);
    }

    [Fact]
    public async Task The_copy_keeps_what_the_indicators_service_said_even_if_it_changes_its_mind()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        var ask = district.AskDecision(plan);
        using var decided = await PostAsync(leader, $"goals/{goal}/decisions", ask, 2);
        decided.StatusCode.ShouldBe(HttpStatusCode.Created);
        var before = await leader.GetByteArrayAsync($"/api/interventions/v1/goals/{goal}/evidence/{ask.EvidenceSnapshotId}");
        district.Put(Examples.Snapshot(ask.EvidenceSnapshotId!.Value, 1));
        (await leader.GetByteArrayAsync($"/api/interventions/v1/goals/{goal}/evidence/{ask.EvidenceSnapshotId}")).ShouldBe(before);
    }

    [Fact]
    public async Task Nothing_is_recorded_while_the_indicators_service_is_away()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        var ask = district.AskDecision(plan);
        district.Indicators.Down = true;
        try
        {
            using var away = await PostAsync(leader, $"goals/{goal}/decisions", ask, 2);
            (await RefusalAsync(away)).ShouldBe((503, "indicators.unavailable"));
            (await GetAsync<GoalProgress>(leader, $"goals/{goal}/progress")).Now.ShouldBe("unavailable");
        }
        finally
        {
            district.Indicators.Down = false;
        }
        using var back = await PostAsync(leader, $"goals/{goal}/decisions", ask, 2);
        back.StatusCode.ShouldBe(HttpStatusCode.Created, await back.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"snapshotId":"00000000-0000-4000-8000-00000000beef"}""")]
    [InlineData("[]")]
    [InlineData("oops")]
    public async Task An_answer_that_cannot_be_read_is_502(string answer)
    {
        var id = Guid.NewGuid();
        district.Indicators.Snapshots[id] = answer;
        using var leader = district.As(Roles.DistrictLeader);
        using var refused = await PostAsync(leader, "goals", district.AskGoal() with { BaselineSnapshotId = id });
        (await RefusalAsync(refused)).ShouldBe((502, "indicators.bad-answer"));
    }

    [Fact]
    public async Task What_leaves_the_service_holds_no_numbers_of_the_group_and_no_reasons()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        using var decided = await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan), 2);
        decided.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var integrator = district.As(Roles.Integrator);
        var feed = await integrator.GetStringAsync("/api/interventions/v1/events?after=0");
        var types = feed.Split('\n').Where(l => l.Contains(goal.ToString(), StringComparison.Ordinal)).Select(l => JsonElement.Parse(l).GetProperty("type").GetString());
        types.ShouldBe(["goal-set/1", "plan-opened/1", "decision-recorded/1"]);
        feed.ShouldNotContain("numerator");
        feed.ShouldNotContain(Examples.Refine.Reason!);
        feed.ShouldNotContain("decision-refused");
    }

    [Fact]
    public async Task Progress_shows_then_and_now_and_keeps_missing_missing()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        using var decided = await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan), 2);
        decided.StatusCode.ShouldBe(HttpStatusCode.Created);
        var now = Examples.Snapshot(Guid.NewGuid(), 18);
        district.Indicators.Years.AddRange([new(2027, null, null, true), new(2026, new(2025, 8, 1), new(2026, 6, 1), true), new(2025, null, null, true)]);
        district.Indicators.Values[2026] = new IndicatorValues(now.Definition, 2026, now.Positions, now.Derived, now.Cells);
        district.Indicators.Values[2027] = new IndicatorValues(now.Definition, 2027, now.Positions, [], [Examples.Snapshot(Guid.NewGuid(), state: ValueState.Missing, year: 2027).Cells[0]]);
        var progress = await GetAsync<GoalProgress>(leader, $"goals/{goal}/progress");
        progress.Now.ShouldBe("read");
        var line = progress.Lines.ShouldHaveSingleItem();
        (line.Official, line.IndicatorVersion).ShouldBe((true, 1));
        line.Points.Select(p => (p.Kind, p.SchoolYear, p.State, p.Numerator)).ShouldBe(
            [("baseline", 2026, "value", 30L), ("then", 2026, "value", 20L), ("now", 2026, "value", 18L), ("now", 2027, "missing", (long?)null)], ignoreOrder: true);
        line.Points.Single(p => p.Kind == "then").DecisionId.ShouldNotBeNull();
        (progress.GoalLine.FromNumerator, progress.GoalLine.FromDenominator, progress.GoalLine.ToTenThousandths).ShouldBe((30, 100, 1500));
    }

    [Fact]
    public async Task A_read_waits_for_the_position_it_names_and_says_when_it_is_not_there()
    {
        using var leader = district.As(Roles.DistrictLeader);
        using var set = await PostAsync(leader, "goals", district.AskGoal());
        using var request = new HttpRequestMessage(HttpMethod.Get, set.Headers.Location);
        request.Headers.Add("Event-Position", set.Headers.GetValues("Event-Position"));
        using var read = await leader.SendAsync(request);
        read.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var malformed = new HttpRequestMessage(HttpMethod.Get, set.Headers.Location);
        malformed.Headers.Add("Event-Position", "interventions=soon");
        (await RefusalAsync(await leader.SendAsync(malformed))).ShouldBe((400, "position.malformed"));
    }
}
