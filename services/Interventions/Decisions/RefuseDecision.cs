using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Interventions;

/// <summary>
/// Records that someone without the right asked for a decision. The caller is refused all the same; the organisation learns where
/// its authority map and its daily practice differ.
/// </summary>
internal static class RefuseDecision
{
    public static Outcome<GoalEvent> Decide(Goal goal, RecordDecisionRequest ask, Actor by, int authorityVersion) => goal switch
    {
        not Goal.Set => Refusal.Absent("goal.absent", "There is no goal with this id."),
        Goal.Set set when set.Refused.Contains((ask.DecisionId, by.User)) => Outcome.Nothing<GoalEvent>(),
        Goal.Set set when RecordDecision.About(set, ask) is { } refusal => refusal,
        Goal.Set set => new DecisionRefused(set.As.GoalId, ask.PlanId ?? default, ask.DecisionId, ask.Kind ?? "", RecordDecision.Forbidden.Code, by.User,
            [.. by.Roles.Order(StringComparer.Ordinal)], authorityVersion),
    };
}
