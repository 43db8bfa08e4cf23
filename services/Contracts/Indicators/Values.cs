namespace EquityPlatform.Contracts.Indicators;

/// <summary>One indicator for one school (or <c>district</c>), one group, one school year.</summary>
/// <param name="School">Org id of the school, or <c>district</c>.</param>
/// <param name="Dimension">Code of <see cref="StudentGroups.Dimensions"/>.</param>
/// <param name="Group">Code within the dimension.</param>
/// <param name="State">One of <see cref="ValueState"/>.</param>
/// <param name="Numerator">Integer count; for average daily attendance ten-thousandths of a day. Null unless value or zero.</param>
/// <param name="Denominator">Same unit as the numerator. Null unless value or zero.</param>
/// <param name="Students">Students behind the denominator.</param>
/// <param name="Rate">Numerator over denominator, 0..1, for display.</param>
/// <param name="Low">Lower end of the Wilson 95 % interval, 0..1.</param>
/// <param name="High">Upper end of the Wilson 95 % interval, 0..1.</param>
/// <param name="Unknown">Students of the group whose part is not known (nobody said), and who are therefore not in the denominator.</param>
public sealed record IndicatorCell(string Indicator, int Version, int SchoolYear, string School, string Dimension, string Group, string State,
    long? Numerator, long? Denominator, int? Students, double? Rate, double? Low, double? High, int Unknown = 0);

/// <summary>A versioned definition; texts are codes that the pages translate, the source is quoted.</summary>
/// <param name="Unit"><c>students</c> or <c>tenThousandthsOfADay</c>: the unit of numerator and denominator.</param>
/// <param name="HigherIsBetter">Direction, null where neither is better (enrolment).</param>
/// <param name="Parameters">What the definition fixes, e.g. <c>thresholdPercent=10</c>, <c>minimumDays=10</c>.</param>
public sealed record IndicatorDefinition(string Code, int Version, string Unit, bool? HigherIsBetter, string Source, IReadOnlyDictionary<string, string> Parameters);

/// <summary>Values at a point of history. <paramref name="Positions"/> is the vector of event positions {service: position}.</summary>
/// <param name="Derived">What was derived rather than given: <c>calendar</c>, <c>schoolEnrollment</c>, <c>attendanceCoverage</c>.</param>
/// <param name="DataAsOf">When the last feed that the values include was applied; null before the first.</param>
public sealed record IndicatorValues(IndicatorDefinition Definition, int SchoolYear, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived, IReadOnlyList<IndicatorCell> Cells,
    DateTimeOffset? DataAsOf = null);

/// <summary>A group's gap to a stated reference.</summary>
/// <param name="Difference">Group rate minus reference rate (0.05 = five percentage points), Newcombe interval beside it.</param>
/// <param name="RiskRatio">Group rate over reference rate, null where undefined; Katz interval beside it.</param>
/// <param name="TooFewToTell">True where the interval of the difference contains zero, or where there is no difference to speak of.</param>
public sealed record GapToReference(IndicatorCell Cell, double? Difference, double? DifferenceLow, double? DifferenceHigh, double? RiskRatio, double? RiskRatioLow, double? RiskRatioHigh, bool TooFewToTell);

/// <summary>Gaps of every group of a dimension to one reference (<c>all</c>, <c>allOthers</c> or a group code; <paramref name="Reference"/> is null for <c>allOthers</c>, where each gap has its own).</summary>
public sealed record GapAnalysis(IndicatorDefinition Definition, int SchoolYear, string School, string Dimension, string ReferenceCode, IndicatorCell? Reference, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived, IReadOnlyList<GapToReference> Gaps,
    DateTimeOffset? DataAsOf = null);

/// <summary>What deciders see, frozen: values with intervals, positions and the definition. Its bytes are hashed by whoever keeps a copy.</summary>
public sealed record EvidenceSnapshot(Guid SnapshotId, DateTimeOffset FrozenAt, string FrozenBy, IndicatorDefinition Definition, int SchoolYear, string School, string Dimension, string Group, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived, IReadOnlyList<IndicatorCell> Cells);

/// <summary>The way back from a number to rows: every student counted, with the rows that say so.</summary>
/// <param name="Students">Students of the denominator, in order of key.</param>
/// <param name="Shared">Rows that stand behind every student's part: sessions, calendar days (or one attendance row per date that a derived calendar took), coverage declarations.</param>
public sealed record NumberLineage(IndicatorCell Cell, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<StudentLineage> Students, IReadOnlyList<Bus.RowOrigin>? Shared = null);

/// <summary>One student's part in a number.</summary>
/// <param name="InNumerator">Counted in the numerator.</param>
/// <param name="Numerator">Amount added to the numerator (1 for students, ten-thousandths of a day for attendance).</param>
/// <param name="Denominator">Amount added to the denominator.</param>
/// <param name="Rows">Every row that this student's part was computed from.</param>
public sealed record StudentLineage(string StudentKey, bool InNumerator, long Numerator, long Denominator, IReadOnlyList<Bus.RowOrigin> Rows);

/// <summary>A school as pages list it; <c>district</c> is not among them.</summary>
public sealed record SchoolSummary(string School, string Name);

/// <summary>A school year that has enrolments, named by the year it ends.</summary>
/// <param name="StartDate">Start of its earliest session, null where no session was sent.</param>
/// <param name="EndDate">Day after its last session (exclusive).</param>
/// <param name="HasAttendance">True if at least one attendance row was sent for it.</param>
public sealed record SchoolYearSummary(int SchoolYear, DateOnly? StartDate, DateOnly? EndDate, bool HasAttendance);

/// <summary>Body of <c>POST /snapshots</c>. The same id with the same content answers the first snapshot again; other content is 409.</summary>
public sealed record FreezeEvidence(Guid SnapshotId, string Indicator, int SchoolYear, string School, string Dimension, string Group);

/// <summary>
/// A snapshot was frozen. <paramref name="Sha256"/> (lower-case hex) is over the exact bytes that <c>GET /snapshots/{id}</c> answers. The counts
/// themselves stay in the service: small groups must not leave it outside a release.
/// </summary>
public sealed record EvidenceFrozen(Guid SnapshotId, string Sha256, string Indicator, int Version, int SchoolYear, string School, string Dimension, string Group)
{
    public const string Type = "evidence-frozen/1";
}

/// <summary>What needs a look on the home page, worst first.</summary>
public sealed record GroupAttentionList(int SchoolYear, IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived, IReadOnlyList<GroupAttentionItem> Items, DateTimeOffset? DataAsOf = null);

/// <summary>One group that stands out. <paramref name="Code"/> is <c>attention.chronic-absence-above-others</c>; the gap is to all other students of the same school.</summary>
public sealed record GroupAttentionItem(string Code, IndicatorDefinition Definition, GapToReference Gap, IndicatorCell Reference);
