namespace EquityPlatform.Contracts.Interventions;

/// <summary>Asks for a plan under a goal (<c>POST /goals/{id}/plans</c>, <c>If-Match</c> = the goal's revision).</summary>
/// <param name="PlanId">Made by the client.</param>
/// <param name="Purpose">What the plan does, in plain words; at most 2,000 characters.</param>
/// <param name="Cause">The cause of the gap that it acts on; at most 2,000 characters.</param>
/// <param name="Roles">Who does what, at least one.</param>
/// <param name="Milestones">Steps with dates from the start date to the goal's due date, at least one.</param>
/// <param name="Dose">How much, how often.</param>
/// <param name="ReviewDate">When people come back to decide; after the start date, before the goal's due date.</param>
/// <param name="Success">What counts as working.</param>
/// <param name="Stop">When it ends, decided before it starts.</param>
/// <param name="ReplacesPlanId">The plan it takes the place of, after a <c>replace</c> decision on that plan.</param>
public sealed record OpenPlanRequest(Guid PlanId, string? Purpose, string? Cause, IReadOnlyList<PlanRole>? Roles, IReadOnlyList<PlanMilestone>? Milestones,
    PlanDose? Dose, DateOnly? StartDate, DateOnly? ReviewDate, PlanRule? Success, PlanRule? Stop, Guid? ReplacesPlanId = null);

/// <summary>A role title (never a person's name) and its task.</summary>
public sealed record PlanRole(string? Role, string? Task);

/// <summary>A step and the day it is done.</summary>
public sealed record PlanMilestone(string? Text, DateOnly? Date);

/// <summary>Intended dose in whole numbers: <paramref name="Amount"/> <paramref name="Unit"/>, <paramref name="Times"/> times per <paramref name="Per"/>.</summary>
/// <param name="Unit"><c>minutes</c>, <c>hours</c>, <c>days</c>, <c>sessions</c>, <c>visits</c>, <c>calls</c> or <c>messages</c>.</param>
/// <param name="Per"><c>day</c>, <c>week</c>, <c>month</c>, <c>term</c> or <c>year</c>.</param>
public sealed record PlanDose(int? Amount, string? Unit, int? Times, string? Per);

/// <summary>
/// A rule stated beforehand: in words, with a threshold of the goal's indicator, a date, or both. A success rule is reached when
/// the indicator is at the threshold or better, a stop rule when it is at the threshold or worse; the date is by when.
/// </summary>
/// <param name="ThresholdTenThousandths">Rate in ten-thousandths: 1000 = 10 %.</param>
public sealed record PlanRule(string? Text, int? ThresholdTenThousandths, DateOnly? By);

/// <summary>Answer to an accepted plan.</summary>
public sealed record PlanAccepted(Guid GoalId, Guid PlanId);

/// <summary>A plan as it stands (<c>GET /plans/{id}</c>, with <c>ETag</c> of its goal).</summary>
/// <param name="State"><c>open</c>, <c>scaled</c> (open in more places), <c>replaced</c> or <c>stopped</c>.</param>
/// <param name="ReviewDate">Next review, moved by a refine or scale decision.</param>
/// <param name="FirstReviewDate">Review date as the plan was opened.</param>
/// <param name="ReplacedByPlanId">The plan that took its place, null until there is one.</param>
public sealed record PlanView(Guid PlanId, Guid GoalId, long Revision, string State, string Purpose, string Cause, IReadOnlyList<PlanRole> Roles,
    IReadOnlyList<PlanMilestone> Milestones, PlanDose Dose, DateOnly StartDate, DateOnly FirstReviewDate, DateOnly? ReviewDate, PlanRule Success, PlanRule Stop,
    Guid? ReplacesPlanId, Guid? ReplacedByPlanId, DateTimeOffset OpenedAt, string OpenedBy);
