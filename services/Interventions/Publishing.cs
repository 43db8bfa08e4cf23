using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;
using Published = EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Interventions;

/// <summary>What leaves the service. Numbers of small groups and free text of plans and reasons stay inside; refused attempts do, too.</summary>
internal static class Publishing
{
    public static PublishedContract? Publish(RecordedEvent e) => e.Data switch
    {
        GoalSet goal => new(Published.GoalSet.Type, new Published.GoalSet(goal.GoalId, goal.Title, goal.Indicator, goal.IndicatorVersion, goal.Dimension, goal.Group, goal.School,
            goal.Baseline.SchoolYear, goal.Baseline.SnapshotId, goal.Baseline.Sha256, goal.Target, goal.Due, goal.Owner)),
        PlanOpened plan => new(Published.PlanOpened.Type, new Published.PlanOpened(plan.GoalId, plan.PlanId, plan.Start, plan.Review, plan.Replaces)),
        DecisionRecorded decision => new(Published.DecisionRecorded.Type, new Published.DecisionRecorded(decision.GoalId, decision.PlanId, decision.DecisionId, decision.Kind,
            decision.Evidence.SnapshotId, decision.Evidence.Sha256, decision.NextReview, decision.AuthorityVersion)),
        _ => null,
    };
}
