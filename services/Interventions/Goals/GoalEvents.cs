namespace EquityPlatform.Interventions;

/// <summary>
/// What happens in a goal's stream. Plans and decisions stand in the stream of their goal: it is what people decide about together,
/// so one revision guards it and one stream tells its whole story.
/// </summary>
internal abstract record GoalEvent;

/// <param name="HigherIsBetter">Direction of the frozen definition.</param>
/// <param name="Target">Rate in ten-thousandths.</param>
/// <param name="Owner">Role title.</param>
internal sealed record GoalSet(Guid GoalId, string Title, string Purpose, string Indicator, int IndicatorVersion, bool HigherIsBetter, string Dimension, string Group,
    string School, EvidenceCopy Baseline, int Target, DateOnly Due, string Owner) : GoalEvent;

internal sealed record PlanOpened(Guid GoalId, Guid PlanId, string Purpose, string Cause, IReadOnlyList<RoleTask> Roles, IReadOnlyList<Step> Milestones, Dose Dose,
    DateOnly Start, DateOnly Review, StatedRule Success, StatedRule Stop, Guid? Replaces) : GoalEvent;

/// <summary>A role title and what it does.</summary>
internal sealed record RoleTask(string Role, string Task);

/// <summary>A milestone.</summary>
internal sealed record Step(string Text, DateOnly On);

/// <summary>Intended dose, e.g. 30 minutes, 3 times per week.</summary>
internal sealed record Dose(int Amount, string Unit, int Times, string Per);

/// <summary>A success or stop rule, stated before the plan starts.</summary>
/// <param name="Threshold">Rate in ten-thousandths.</param>
internal sealed record StatedRule(string Text, int? Threshold, DateOnly? By);

/// <param name="Role">Role under which the right to decide was held.</param>
/// <param name="AuthorityVersion">Version of the authority map that gave it.</param>
internal sealed record DecisionRecorded(Guid GoalId, Guid PlanId, Guid DecisionId, string Kind, string Reason, string? Changes, DateOnly? NextReview,
    EvidenceCopy Evidence, string Role, int AuthorityVersion) : GoalEvent;

/// <summary>Someone without the right to decide asked for a decision. Kept, since it shows where authority is unclear.</summary>
/// <param name="By">Account that asked.</param>
internal sealed record DecisionRefused(Guid GoalId, Guid PlanId, Guid DecisionId, string Kind, string Code, string By, IReadOnlyList<string> Roles, int AuthorityVersion) : GoalEvent;
