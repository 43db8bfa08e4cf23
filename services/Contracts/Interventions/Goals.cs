namespace EquityPlatform.Contracts.Interventions;

/// <summary>
/// Asks for a goal (<c>POST /goals</c>). Members may be absent so that a vague goal is refused with a sentence about what is missing,
/// not with a parse error.
/// </summary>
/// <param name="GoalId">Made by the client; the same id with the same content adds nothing, with other content it is 409.</param>
/// <param name="Title">What will be different for whom, in plain words; at most 160 characters.</param>
/// <param name="Purpose">Why the school or district commits to it; at most 2,000 characters.</param>
/// <param name="Indicator">Code of the indicator, e.g. <c>chronic-absence</c>.</param>
/// <param name="IndicatorVersion">Version of its definition; frozen with the goal.</param>
/// <param name="Dimension">Code of <see cref="StudentGroups.Dimensions"/>.</param>
/// <param name="Group">Code within the dimension.</param>
/// <param name="School">Org id of the school, or <c>district</c>.</param>
/// <param name="BaselineSnapshotId">Evidence snapshot that the indicators service froze; fetched, copied and hashed by this service.</param>
/// <param name="TargetTenThousandths">Rate to reach, in ten-thousandths: 1000 = 10 %.</param>
/// <param name="DueDate">Day by which it is reached.</param>
/// <param name="Owner">Role title of who answers for it, never a person's name.</param>
public sealed record SetGoalRequest(Guid GoalId, string? Title, string? Purpose, string? Indicator, int? IndicatorVersion, string? Dimension, string? Group,
    string? School, Guid? BaselineSnapshotId, int? TargetTenThousandths, DateOnly? DueDate, string? Owner);

/// <summary>Answer to an accepted goal; the stream's revision is in <c>ETag</c>, the position in <c>Event-Position</c>.</summary>
public sealed record GoalAccepted(Guid GoalId, Guid BaselineSnapshotId, string BaselineSha256);

/// <summary>
/// The frozen numbers of one evidence snapshot as this service keeps them. The whole copy is at
/// <c>GET /goals/{goalId}/evidence/{snapshotId}</c>: its bytes hash to <paramref name="Sha256"/>.
/// </summary>
/// <param name="Sha256">Lower-case hex SHA-256 of the copy's canonical JSON (RFC 8785).</param>
/// <param name="State">One of <see cref="ValueState"/>; numbers are null unless value or zero.</param>
/// <param name="Low">Lower end of the 95 % interval, 0..1.</param>
/// <param name="High">Upper end of the 95 % interval, 0..1.</param>
/// <param name="Positions">Vector of event positions {service: position} the numbers were computed at.</param>
/// <param name="Derived">What was derived rather than given.</param>
public sealed record FrozenEvidence(Guid SnapshotId, string Sha256, DateTimeOffset FrozenAt, string FrozenBy, int SchoolYear, int IndicatorVersion, string State,
    long? Numerator, long? Denominator, int? Students, double? Low, double? High, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived);

/// <summary>A goal in a list.</summary>
/// <param name="Revision">Version of the goal's stream: what <c>If-Match</c> must state.</param>
/// <param name="Status"><c>noPlan</c>, <c>inProgress</c> (at least one open plan) or <c>noOpenPlan</c> (every plan ended).</param>
/// <param name="NextReview">Earliest review date of its open plans.</param>
/// <param name="LastDecision">Kind of the latest decision, null if none.</param>
public sealed record GoalSummary(Guid GoalId, long Revision, string Title, string Indicator, int IndicatorVersion, string Dimension, string Group, string School,
    FrozenEvidence Baseline, int TargetTenThousandths, bool HigherIsBetter, DateOnly DueDate, string Owner, string Status, int Plans, int OpenPlans, DateOnly? NextReview,
    string? LastDecision, DateTimeOffset SetAt);

/// <summary>A page of goals, newest first. <paramref name="Next"/> is the cursor of the next page, null on the last.</summary>
/// <param name="Total">Only with <c>Prefer: count=exact</c>.</param>
public sealed record GoalList(IReadOnlyList<GoalSummary> Items, string? Next, long? Total);

/// <summary>A goal with everything that happened under it (<c>GET /goals/{id}</c>, with <c>ETag</c>).</summary>
/// <param name="SetBy">Account that set it.</param>
/// <param name="RefusedDecisions">Attempts by someone without the right to decide.</param>
/// <param name="MayDecide">Decision kinds that the caller may record here under the authority map.</param>
/// <param name="MayOpenPlan">Whether the caller may open a plan here.</param>
public sealed record GoalView(Guid GoalId, long Revision, string Title, string Purpose, string Indicator, int IndicatorVersion, string Dimension, string Group,
    string School, FrozenEvidence Baseline, int TargetTenThousandths, bool HigherIsBetter, DateOnly DueDate, string Owner, string Status, DateTimeOffset SetAt, string SetBy,
    IReadOnlyList<PlanView> Plans, IReadOnlyList<DecisionView> Decisions, IReadOnlyList<RefusedDecisionView> RefusedDecisions, IReadOnlyList<string> MayDecide,
    bool MayOpenPlan);
