namespace EquityPlatform.Contracts.Interventions;

/// <summary>
/// A goal was set. Counts of the baseline stay inside the service: small groups must not leave it outside a release.
/// </summary>
/// <param name="BaselineSha256">Hash of the evidence that the baseline was frozen from.</param>
public sealed record GoalSet(Guid GoalId, string Title, string Indicator, int IndicatorVersion, string Dimension, string Group, string School,
    int BaselineSchoolYear, Guid BaselineSnapshotId, string BaselineSha256, int TargetTenThousandths, DateOnly DueDate, string Owner)
{
    public const string Type = "goal-set/1";
}

/// <summary>A plan was opened under a goal.</summary>
public sealed record PlanOpened(Guid GoalId, Guid PlanId, DateOnly StartDate, DateOnly ReviewDate, Guid? ReplacesPlanId)
{
    public const string Type = "plan-opened/1";
}

/// <summary>A decision was taken on the named evidence. Its reason is free text and stays inside.</summary>
/// <param name="Kind">One of <see cref="DecisionKinds"/>.</param>
public sealed record DecisionRecorded(Guid GoalId, Guid PlanId, Guid DecisionId, string Kind, Guid EvidenceSnapshotId, string EvidenceSha256,
    DateOnly? NextReviewDate, int AuthorityVersion)
{
    public const string Type = "decision-recorded/1";
}
