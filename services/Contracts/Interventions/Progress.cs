namespace EquityPlatform.Contracts.Interventions;

/// <summary>
/// A goal's picture over time (<c>GET /goals/{id}/progress</c>). Values come from the indicators service: stored copies of what
/// deciders saw then, and what it says now; nothing is computed anew here.
/// </summary>
/// <param name="AsOf">Day of reading in the district's time zone.</param>
/// <param name="GoalLine">From the baseline to the target on the due date.</param>
/// <param name="Lines">One per definition version; the goal's own version first. Another version never moves the goal's line.</param>
/// <param name="Rules">Each plan's rules against what is known now.</param>
/// <param name="Now"><c>read</c>, or <c>unavailable</c> if the indicators service did not answer; stored points are shown all the same.</param>
public sealed record GoalProgress(Guid GoalId, DateOnly AsOf, GoalLine GoalLine, IReadOnlyList<ProgressLine> Lines, IReadOnlyList<RuleStanding> Rules, string Now);

/// <summary>The straight line people agreed on.</summary>
/// <param name="FromNumerator">Baseline numerator; the rate is exactly numerator over denominator.</param>
/// <param name="ExpectedTodayTenThousandths">Where the line stands on the day of reading, rounded to a ten-thousandth; for display.</param>
public sealed record GoalLine(DateOnly From, long FromNumerator, long FromDenominator, DateOnly To, int ToTenThousandths, int ExpectedTodayTenThousandths);

/// <summary>Points of one definition version, in time order.</summary>
/// <param name="Official">True for the version frozen in the goal.</param>
public sealed record ProgressLine(int IndicatorVersion, bool Official, IReadOnlyList<ProgressPoint> Points);

/// <summary>One value of the goal's indicator, group and school.</summary>
/// <param name="Kind"><c>baseline</c>, <c>then</c> (seen by a decision) or <c>now</c> (read at this moment).</param>
/// <param name="Date">Day it was frozen or read; a school year that ended since stands on its last day.</param>
/// <param name="State">One of <see cref="ValueState"/>; a missing value stays missing.</param>
/// <param name="Rate">Numerator over denominator, 0..1, for display.</param>
/// <param name="TargetReached">Null unless the state is value or zero.</param>
/// <param name="DecisionId">The decision that saw it (kind <c>then</c>).</param>
public sealed record ProgressPoint(string Kind, DateOnly Date, int SchoolYear, string State, long? Numerator, long? Denominator, int? Students, double? Rate, double? Low,
    double? High, bool? TargetReached, Guid? SnapshotId, Guid? DecisionId, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived);

/// <summary>Whether a plan's rule is reached by the latest value of the goal's own definition version.</summary>
/// <param name="Rule"><c>success</c> or <c>stop</c>.</param>
/// <param name="Standing"><c>reached</c>, <c>notReached</c>, <c>datePassed</c> (its date is over and the threshold, if any, is not reached) or <c>unknown</c> (no value).</param>
/// <param name="ThenStanding">The same for the latest decision's evidence; null if the plan has no decision.</param>
public sealed record RuleStanding(Guid PlanId, string Rule, PlanRule Stated, string Standing, string? ThenStanding);
