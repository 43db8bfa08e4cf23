using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web;

/// <summary>What the site asks of the interventions service.</summary>
internal sealed class InterventionsClient(ServiceDoor door)
{
    private const string Service = "interventions";

    public Task<Answer<AttentionList>> Attention(CancellationToken ct) => door.Get<AttentionList>(Service, "attention", ct);

    public Task<Answer<AuthorityMapView>> Authority(CancellationToken ct) => door.Get<AuthorityMapView>(Service, "authority", ct);

    public Task<Answer<GoalList>> Goals(string? cursor, CancellationToken ct) =>
        door.Get<GoalList>(Service, cursor is null ? "goals" : "goals?cursor=" + Uri.EscapeDataString(cursor), ct);

    public Task<Answer<GoalView>> Goal(Guid id, CancellationToken ct) => door.Get<GoalView>(Service, $"goals/{id}", ct);

    public Task<Answer<GoalProgress>> Progress(Guid id, CancellationToken ct) => door.Get<GoalProgress>(Service, $"goals/{id}/progress", ct);

    public Task<Answer<Accepted>> SetGoal(SetGoalRequest ask, CancellationToken ct) => door.Post<Accepted>(Service, "goals", ask, ct);

    public Task<Answer<Accepted>> OpenPlan(Guid goal, OpenPlanRequest ask, string revision, CancellationToken ct) =>
        door.Post<Accepted>(Service, $"goals/{goal}/plans", ask, ct, revision);

    public Task<Answer<Accepted>> Decide(Guid goal, RecordDecisionRequest ask, string revision, CancellationToken ct) =>
        door.Post<Accepted>(Service, $"goals/{goal}/decisions", ask, ct, revision);
}
