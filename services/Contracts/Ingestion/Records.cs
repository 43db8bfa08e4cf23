using EquityPlatform.Contracts.Bus;

namespace EquityPlatform.Contracts.Ingestion;

/// <summary>A district, school or department (OneRoster <c>orgs</c>). Later records of the same id replace earlier ones.</summary>
/// <param name="Kind"><c>district</c>, <c>school</c>, <c>department</c>, <c>local</c>, <c>state</c> or <c>national</c>.</param>
public sealed record OrganizationRecorded(string OrgId, string Kind, string Name, string? ParentOrgId, string? NcesId)
{
    public const string Type = "organization-recorded/1";
}

/// <summary>A school year or term. <paramref name="EndDate"/> is exclusive; a school year is named by the year it ends.</summary>
/// <param name="InstructionalDays">Days in session, where the source states them (for a derived calendar).</param>
public sealed record SessionRecorded(string SessionId, string Title, string Kind, DateOnly StartDate, DateOnly EndDate, string? ParentSessionId, int SchoolYear, int? InstructionalDays)
{
    public const string Type = "session-recorded/1";
}

/// <summary>One day of a school's calendar. A <c>makeup</c> day counts as instructional.</summary>
/// <param name="Kind"><c>instructional</c>, <c>nonInstructional</c> or <c>makeup</c>.</param>
/// <param name="Weight">Part of a whole day of school, in ten-thousandths: 5000 for a half day, 0 for a day without school.</param>
public sealed record CalendarDayRecorded(string SchoolId, DateOnly Date, string Kind, int Weight = 10_000)
{
    public const string Type = "calendar-day-recorded/1";
}

/// <summary>How a source reports attendance, and for which span (both ends inclusive).</summary>
/// <param name="Mode"><c>exceptions</c>: a day in session without a row is present; <c>all</c>: it is missing.</param>
/// <param name="Derived">True where the platform filled in what the source did not declare.</param>
public sealed record AttendanceCoverageDeclared(string Mode, DateOnly From, DateOnly To, bool Derived)
{
    public const string Type = "attendance-coverage-declared/1";
}

/// <summary>Group facts of a student, without names or dates of birth. Later records replace earlier ones.</summary>
/// <param name="StudentKey">Random pseudonym; never an id of a source system.</param>
/// <param name="Sex"><c>female</c>, <c>male</c>, <c>other</c>, <c>unspecified</c> or null (not reported).</param>
/// <param name="Races">Raw answers, sorted: <c>americanIndianOrAlaskaNative</c>, <c>asian</c>, <c>blackOrAfricanAmerican</c>, <c>nativeHawaiianOrOtherPacificIslander</c>, <c>white</c>, <c>twoOrMore</c>;
/// beside the standard <c>middleEasternOrNorthAfrican</c>, <c>otherRace</c>, <c>declinedToRespond</c>.</param>
/// <param name="RaceEthnicity">Roll-up under <paramref name="Scheme"/>; a code of <see cref="StudentGroups"/>.</param>
/// <param name="Scheme">Version of the roll-up: <c>ED-2007</c> (72 FR 59266), or <c>SPD15-2024</c> (one combined question, with <c>middleEastern</c>) where the source chose it.</param>
public sealed record StudentDemographicsRecorded(string StudentKey, string? Sex, bool? Hispanic, IReadOnlyList<string> Races, string RaceEthnicity, string Scheme)
{
    public const string Type = "student-demographics-recorded/1";
}

/// <summary>
/// Whether a student takes part in a program, one record per student, program and begin date; later records
/// replace earlier ones, and one with a begin date replaces one without.
/// </summary>
/// <param name="Program"><c>englishLearner</c>, <c>iep</c>, <c>section504</c>, <c>economicallyDisadvantaged</c>, <c>frl</c>, <c>homeless</c>, <c>foster</c>, <c>migrant</c>, <c>military</c>, <c>titleI</c>, <c>gifted</c>.</param>
/// <param name="Participates">False is a statement ("no"), not missing.</param>
/// <param name="BeginDate">First day, null if the source gives none.</param>
/// <param name="EndDate">First day after (exclusive), null while it lasts.</param>
public sealed record StudentProgramRecorded(string StudentKey, string Program, bool Participates, DateOnly? BeginDate, DateOnly? EndDate)
{
    public const string Type = "student-program-recorded/1";
}

/// <summary>A student's enrolment in a school in one school year. Replaces the earlier record of the same student, school and year.</summary>
/// <param name="ExitDate">First day after (exclusive).</param>
/// <param name="Grade">CEDS code (<c>KG</c>, <c>01</c>..<c>12</c>, ...) or null.</param>
/// <param name="Derived">True if taken from the earliest begin to the latest end of section enrolments.</param>
/// <param name="Rows">Rows that state it (user row, and the section enrolment rows that give the two ends).</param>
/// <param name="Withdrawn">True if the source no longer knows this enrolment.</param>
public sealed record SchoolEnrollmentRecorded(string StudentKey, string SchoolId, int SchoolYear, DateOnly EntryDate, DateOnly ExitDate, string? Grade, bool Derived, IReadOnlyList<RowOrigin> Rows, bool Withdrawn = false)
{
    public const string Type = "school-enrollment-recorded/1";
}

/// <summary>
/// Attendance of a student on one day at one school. Replaces the earlier record of the same student, school and day
/// (a correction).
/// </summary>
/// <param name="Category"><c>absentExcused</c>, <c>absentUnexcused</c>, <c>tardy</c>, <c>earlyDeparture</c>, <c>partial</c>, <c>present</c>.</param>
/// <param name="AbsentPortion">Part of the day missed, in ten-thousandths of a day (10000 = the whole day).</param>
public sealed record AttendanceRecorded(string StudentKey, string SchoolId, int SchoolYear, DateOnly Date, string Category, int AbsentPortion)
{
    public const string Type = "attendance-recorded/1";
}

/// <summary>
/// A record no longer holds: the source says so, or a complete file left it out. What it said until then is taken back; records that ended are not removed but recorded with their
/// end. Recorded again if it comes back.
/// </summary>
/// <param name="Kind"><c>organization</c>, <c>session</c>, <c>calendarDay</c>, <c>demographics</c>, <c>program</c>, <c>attendance</c>, ...</param>
/// <param name="Cause"><c>missing</c> (a complete file no longer holds it) <c>deleted</c> (the source says so) or <c>takenBack</c> (the feed that recorded it was given up part way).</param>
/// <param name="RecordId">Id of an organization or session.</param>
/// <param name="Date">Day it is about, or its first day.</param>
public sealed record RecordRemoved(string Kind, string Cause, string? StudentKey, string? RecordId, string? SchoolId, int? SchoolYear, DateOnly? Date, string? Program)
{
    public const string Type = "record-removed/1";
}

/// <summary>A feed was applied: every fact of it lies before this event in the log.</summary>
public sealed record FeedApplied(Guid FeedId, int RowsRead, int RowsAccepted, int RowsUnchanged, int RowsQuarantined, int WouldDelete, int RowsParked = 0, int Removed = 0)
{
    public const string Type = "feed-applied/1";
}
