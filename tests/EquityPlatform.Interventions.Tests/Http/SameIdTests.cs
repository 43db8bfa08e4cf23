using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;
using static EquityPlatform.Interventions.Tests.Http.District;

namespace EquityPlatform.Interventions.Tests.Http;

/// <summary>Two people's programs that use one id at the same moment: one is accepted, the other hears of the conflict.</summary>
public sealed class SameIdTests(District district) : IClassFixture<District>
{
    const int Rounds = 15;

    [Fact]
    public async Task Other_content_under_one_goal_id_at_once_is_a_conflict()
    {
        using var leader = district.As(Roles.DistrictLeader);
        for (var round = 0; round < Rounds; round++)
        {
            var ask = district.AskGoal();
            SetGoalRequest[] asks = [ask, ask with { Title = "Fewer missed days for the same group" }, ask with { Owner = "Vice principal" }];
            var answers = await Task.WhenAll(asks.Select(one => leader.PostAsJsonAsync("/api/interventions/v1/goals", one)));
            Accepted(answers);
            var title = (await GetAsync<GoalView>(leader, $"goals/{ask.GoalId}")).Title;
            asks.Where((_, i) => answers[i].StatusCode == HttpStatusCode.Created).Select(one => one.Title).ShouldBe([title]);
        }
    }

    [Fact]
    public async Task The_same_content_under_one_id_at_once_is_accepted_twice_and_stored_once()
    {
        using var leader = district.As(Roles.DistrictLeader);
        for (var round = 0; round < Rounds; round++)
        {
            var ask = district.AskGoal();
            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => leader.PostAsJsonAsync("/api/interventions/v1/goals", ask)));
            answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
            (await GetAsync<GoalView>(leader, $"goals/{ask.GoalId}")).Revision.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Other_content_under_one_plan_id_at_once_is_a_conflict()
    {
        using var leader = district.As(Roles.DistrictLeader);
        for (var round = 0; round < Rounds; round++)
        {
            var goal = await district.GoalAsync();
            var ask = AskPlan();
            OpenPlanRequest[] asks = [ask, ask with { Purpose = "Another reason why this plan would help the students" }];
            var answers = await Task.WhenAll(asks.Select(one => PostAsync(leader, $"goals/{goal}/plans", one, 1)));
            Accepted(answers);
        }
    }

    [Fact]
    public async Task Other_content_under_one_decision_id_at_once_is_a_conflict()
    {
        using var leader = district.As(Roles.DistrictLeader);
        for (var round = 0; round < Rounds; round++)
        {
            var (goal, plan) = await district.PlanAsync();
            var ask = district.AskDecision(plan);
            RecordDecisionRequest[] asks = [ask, ask with { Reason = "Another reason: the phone list by language helped more families than planned." }];
            var answers = await Task.WhenAll(asks.Select(one => PostAsync(leader, $"goals/{goal}/decisions", one, 2)));
            Accepted(answers);
        }
    }

    static void Accepted(HttpResponseMessage[] answers)
    {
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1, string.Join(", ", answers.Select(answer => (int)answer.StatusCode)));
        answers.Where(answer => answer.StatusCode != HttpStatusCode.Created)
            .ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Conflict || answer.StatusCode == HttpStatusCode.PreconditionFailed);
    }
}
