namespace EquityPlatform.Contracts.Ingestion;

/// <summary>Who must act on a finding: responsibilities, never persons.</summary>
public static class FindingOwners
{
    /// <summary>Whoever sets up exports in the district's student information system.</summary>
    public const string SisAdministrator = "sisAdministrator";

    /// <summary>Whoever enters data at the school.</summary>
    public const string SchoolClerk = "schoolClerk";

    /// <summary>Whoever looks after mappings and declarations here.</summary>
    public const string DataSteward = "dataSteward";

    /// <summary>Whoever makes the file outside the district.</summary>
    public const string Vendor = "vendor";

    /// <summary>Whoever runs this platform.</summary>
    public const string Platform = "platform";

    public static readonly IReadOnlyList<string> All = [SisAdministrator, SchoolClerk, DataSteward, Vendor, Platform];
}

/// <summary>Sources of a district with what is open about their files.</summary>
public sealed record QualitySources(IReadOnlyList<SourceQuality> Items);

/// <param name="StillSetAside">Rows that can still be corrected in place or wait for what they refer to.</param>
/// <param name="LastFeedState">State of the newest feed.</param>
public sealed record SourceQuality(string Source, int OpenFindings, int StillSetAside, DateTimeOffset LastFeedAt, string LastFeedState);

/// <summary>What is wrong with the files of a source, as their last feeds left it.</summary>
/// <param name="Open">A finding is open until a later feed of the same file no longer has it.</param>
/// <param name="Closed">Closed in the last 30 days.</param>
public sealed record QualityReport(string Source, IReadOnlyList<QualityFinding> Open, IReadOnlyList<QualityFinding> Closed);

/// <summary>The findings of one feed.</summary>
public sealed record FeedQuality(Guid FeedId, string Source, IReadOnlyList<QualityFinding> Findings);

/// <summary>Equal findings about one file.</summary>
/// <param name="Subject">What makes two files the same: the mapping that reads them, else the name.</param>
/// <param name="File">As it was named last.</param>
/// <param name="Count">Rows (or other places) in the last feed that had it.</param>
/// <param name="StillSetAside">Rows of this file with this finding that can still be corrected in place or wait.</param>
/// <param name="Schools">Of <paramref name="Count"/>, the rows that name a school; a row may name several, and some files name none.</param>
/// <param name="FirstSeen">When the feed came that had it first, since it was last closed.</param>
/// <param name="AgeDays">Whole days since then.</param>
/// <param name="Owner">Who must act, one of <see cref="FindingOwners"/>.</param>
/// <param name="Assigned">The owner was set by a person; null where it follows from the code.</param>
/// <param name="State"><c>open</c>, <c>closed</c>, or <c>notApplied</c> for a feed that is held or was never applied.</param>
public sealed record QualityFinding(string Subject, string File, string Code, string Severity, int Count, int StillSetAside, IReadOnlyList<string> Columns, IReadOnlyList<SchoolCount> Schools,
    DateTimeOffset FirstSeen, DateTimeOffset LastSeen, Guid LastFeed, int AgeDays, string Owner, FindingAssignment? Assigned, string State, DateTimeOffset? ClosedAt);

/// <summary>Rows of one school.</summary>
public sealed record SchoolCount(string SchoolId, int Count);

/// <summary>Who said whose task a finding is, and when.</summary>
public sealed record FindingAssignment(string By, DateTimeOffset At);

/// <summary>Says who must act on a finding. Saying it again changes nothing.</summary>
public sealed record AssignFinding(string Source, string Subject, string Code, string Owner);

/// <summary>What came of a source in a school year, by school, held against the days of school.</summary>
/// <param name="Years">School years of the source, newest first.</param>
/// <param name="Until">Days after it are not expected yet.</param>
/// <param name="AttendanceMode"><c>exceptions</c>, <c>all</c>, or null where nobody said and no attendance came.</param>
/// <param name="CountedAt">When this was counted; null: it is being counted for the first time.</param>
public sealed record CompletenessReport(string Source, int SchoolYear, IReadOnlyList<int> Years, DateOnly Until, string? AttendanceMode, DateTimeOffset? CountedAt, IReadOnlyList<SchoolCompleteness> Schools);

/// <summary>One school. A number that is null is missing: nothing came, which is not the same as none.</summary>
/// <param name="Enrolled">Students with an enrolment in the year.</param>
/// <param name="Tested">Of these, students with a result of any assessment in the year.</param>
/// <param name="ExpectedDays">Days of school until now.</param>
/// <param name="ReceivedDays">Of these, days with at least one row of attendance.</param>
/// <param name="OtherDays">Days with attendance that are no days of school by the calendar.</param>
/// <param name="LastDay">Last day with attendance.</param>
/// <param name="CalendarDerived">No calendar came for the school; its days were worked out from what other schools sent and the sessions.</param>
/// <param name="Weeks">Only of a school that was asked for.</param>
public sealed record SchoolCompleteness(string SchoolId, int? Enrolled, int? Tested, int ExpectedDays, int ReceivedDays, int OtherDays, DateOnly? LastDay, bool CalendarDerived, IReadOnlyList<WeekCompleteness>? Weeks);

/// <summary>Attendance of one school in one week.</summary>
/// <param name="Monday">First day of the week.</param>
/// <param name="Rows">Rows of attendance; null is missing.</param>
public sealed record WeekCompleteness(DateOnly Monday, int ExpectedDays, int ReceivedDays, int? Rows);
