using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing.Sealed;
using static EquityPlatform.Interventions.Tests.Http.District;

namespace EquityPlatform.Interventions.Tests.Http;

/// <summary>The path of a goal over HTTP: set, planned, decided, read again.</summary>
public sealed class WalkTests(District district) : IClassFixture<District>
{
    [Fact]
    public async Task From_a_baseline_to_a_decision_and_back()
    {
        using var leader = district.As(Roles.DistrictLeader);
        var ask = district.AskGoal();
        using var set = await PostAsync(leader, "goals", ask);
        set.StatusCode.ShouldBe(HttpStatusCode.Created);
        set.Headers.ETag!.Tag.ShouldBe("\"1\"");
        set.Headers.GetValues("Event-Position").Single().ShouldStartWith("interventions=");
        set.Headers.Location!.ToString().ShouldBe($"/api/interventions/v1/goals/{ask.GoalId}");
        var accepted = (await set.Content.ReadFromJsonAsync<GoalAccepted>())!;

        var plan = AskPlan();
        using var opened = await PostAsync(leader, $"goals/{ask.GoalId}/plans", plan, 1);
        opened.StatusCode.ShouldBe(HttpStatusCode.Created, await opened.Content.ReadAsStringAsync());
        var decision = district.AskDecision(plan.PlanId);
        using var decided = await PostAsync(leader, $"goals/{ask.GoalId}/decisions", decision, 2);
        decided.StatusCode.ShouldBe(HttpStatusCode.Created, await decided.Content.ReadAsStringAsync());

        using var read = await leader.GetAsync($"/api/interventions/v1/goals/{ask.GoalId}");
        read.Headers.ETag!.Tag.ShouldBe("\"3\"");
        var goal = (await read.Content.ReadFromJsonAsync<GoalView>())!;
        goal.Baseline.Sha256.ShouldBe(accepted.BaselineSha256);
        (goal.Baseline.Numerator, goal.Baseline.Denominator, goal.TargetTenThousandths).ShouldBe((30, 100, 1500));
        (goal.Status, goal.SetBy, goal.Revision).ShouldBe(("inProgress", "demo:district-leader", 3));
        goal.MayDecide.ShouldBe(DecisionKinds.All);
        goal.Plans.Single().ReviewDate.ShouldBe(decision.NextReviewDate);
        goal.Plans.Single().FirstReviewDate.ShouldBe(plan.ReviewDate!.Value);
        var taken = goal.Decisions.Single();
        (taken.Kind, taken.Reason, taken.RoleHeld, taken.Evidence.Numerator).ShouldBe(("refine", decision.Reason, Roles.DistrictLeader, 20));

        var copy = await leader.GetByteArrayAsync($"/api/interventions/v1/goals/{ask.GoalId}/evidence/{taken.Evidence.SnapshotId}");
        Convert.ToHexStringLower(SHA256.HashData(copy)).ShouldBe(taken.Evidence.Sha256);
        using var fetched = JsonDocument.Parse(district.Indicators.Snapshots[taken.Evidence.SnapshotId]);
        CanonicalJson.Of(fetched.RootElement).ShouldBe(System.Text.Encoding.UTF8.GetString(copy));

        var history = await GetAsync<GoalHistory>(leader, $"goals/{ask.GoalId}/history");
        history.Entries.Select(e => e.Type).ShouldBe(["goal-set/1", "plan-opened/1", "decision-recorded/1"]);
        history.Entries.ShouldAllBe(e => e.By == "demo:district-leader" && e.Reason != null);
        (await GetAsync<PlanView>(leader, $"plans/{plan.PlanId}")).State.ShouldBe("open");
        (await GetAsync<GoalList>(leader, "goals?limit=200")).Items.Single(g => g.GoalId == ask.GoalId).LastDecision.ShouldBe("refine");
    }

    [Fact]
    public async Task A_goal_set_again_is_the_same_goal_and_other_content_is_409()
    {
        using var leader = district.As(Roles.DistrictLeader);
        var ask = district.AskGoal();
        using var first = await PostAsync(leader, "goals", ask);
        using var again = await PostAsync(leader, "goals", ask);
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        again.Headers.ETag.ShouldBe(first.Headers.ETag);
        using var other = await PostAsync(leader, "goals", ask with { TargetTenThousandths = 1400 });
        (await RefusalAsync(other)).ShouldBe((409, "goal.exists"));
        (await GetAsync<GoalHistory>(leader, $"goals/{ask.GoalId}/history")).Entries.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_sent_again_is_the_same_decision_although_its_revision_is_stale()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        var ask = district.AskDecision(plan);
        using var first = await PostAsync(leader, $"goals/{goal}/decisions", ask, 2);
        using var again = await PostAsync(leader, $"goals/{goal}/decisions", ask, 2);
        (again.StatusCode, await again.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.Created, await first.Content.ReadAsStringAsync()));
        using var other = await PostAsync(leader, $"goals/{goal}/decisions", ask with { Changes = "Something else is done now" }, 3);
        (await RefusalAsync(other)).ShouldBe((409, "decision.exists"));
        (await GetAsync<GoalView>(leader, $"goals/{goal}")).Decisions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_deciders_with_the_same_picture_only_one_decides()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan), 2)));
        answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var lost in answers.Where(a => a.StatusCode != HttpStatusCode.Created))
            (await RefusalAsync(lost)).ShouldBe((412, "stream.stale"));
    }

    [Fact]
    public async Task Plans_and_decisions_need_the_revision_that_was_read()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        using var planless = await PostAsync(leader, $"goals/{goal}/plans", AskPlan());
        (await RefusalAsync(planless)).ShouldBe((428, "precondition.required"));
        using var stalePlan = await PostAsync(leader, $"goals/{goal}/plans", AskPlan(), 1);
        (await RefusalAsync(stalePlan)).ShouldBe((412, "stream.stale"));
        using var decision = await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan));
        (await RefusalAsync(decision)).ShouldBe((428, "precondition.required"));
        using var stale = await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan), 1);
        (await RefusalAsync(stale)).ShouldBe((412, "stream.stale"));
    }

    [Fact]
    public async Task A_plan_id_belongs_to_one_goal()
    {
        var (_, plan) = await district.PlanAsync();
        var other = await district.GoalAsync();
        using var leader = district.As(Roles.DistrictLeader);
        using var again = await PostAsync(leader, $"goals/{other}/plans", AskPlan() with { PlanId = plan }, 1);
        (await RefusalAsync(again)).Status.ShouldBe(409);
    }

    [Fact]
    public async Task After_a_stop_nothing_more_is_decided()
    {
        var (goal, plan) = await district.PlanAsync();
        using var leader = district.As(Roles.DistrictLeader);
        using var stop = await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan, "stop", 40), 2);
        stop.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var more = await PostAsync(leader, $"goals/{goal}/decisions", district.AskDecision(plan), 3);
        (await RefusalAsync(more)).ShouldBe((409, "decision.plan-stopped"));
        using var successor = await PostAsync(leader, $"goals/{goal}/plans", AskPlan() with { ReplacesPlanId = plan }, 3);
        (await RefusalAsync(successor)).ShouldBe((409, "plan.stopped"));
        (await GetAsync<PlanView>(leader, $"plans/{plan}")).State.ShouldBe("stopped");
    }

    [Fact]
    public async Task A_replaced_plan_has_one_successor()
    {
        var (goal, plan) = await district.PlanAsync();
        using var principal = district.As(Roles.Principal);
        using var replace = await PostAsync(principal, $"goals/{goal}/decisions", district.AskDecision(plan, "replace"), 2);
        replace.StatusCode.ShouldBe(HttpStatusCode.Created, await replace.Content.ReadAsStringAsync());
        var next = AskPlan() with { ReplacesPlanId = plan };
        using var opened = await PostAsync(principal, $"goals/{goal}/plans", next, 3);
        opened.StatusCode.ShouldBe(HttpStatusCode.Created, await opened.Content.ReadAsStringAsync());
        var plans = (await GetAsync<GoalView>(principal, $"goals/{goal}")).Plans;
        plans.Select(p => (p.State, p.ReplacedByPlanId)).ShouldBe([("replaced", next.PlanId), ("open", null)]);
    }

    [Fact]
    public async Task Lists_page_by_cursor_and_count_on_request()
    {
        for (var i = 0; i < 3; i++)
            await district.GoalAsync();
        using var leader = district.As(Roles.DistrictLeader);
        leader.DefaultRequestHeaders.Add("Prefer", "count=exact");
        var seen = new List<Guid>();
        string? cursor = null;
        long? total;
        do
        {
            var page = await GetAsync<GoalList>(leader, $"goals?limit=2&school={Examples.School}{(cursor is null ? "" : $"&cursor={cursor}")}");
            page.Items.Count.ShouldBeLessThanOrEqualTo(2);
            seen.AddRange(page.Items.Select(g => g.GoalId));
            total = page.Total;
            cursor = page.Next;
        }
        while (cursor is not null);
        seen.ShouldBeUnique();
        seen.Count.ShouldBeGreaterThanOrEqualTo(3);
        total.ShouldBe(seen.Count);
    }
}
