namespace EquityPlatform.Indicators.Students;

/// <summary>What is known of one student in one school year. Enrolments are in order of entry, then school.</summary>
internal sealed record StudentFacts(string Key, DemographicsFact? Demographics, IReadOnlyList<ProgramFact> Programs,
    IReadOnlyList<EnrollmentFact> Enrollments, IReadOnlyList<AttendanceFact> Attendance);

internal sealed record DemographicsFact(string RaceEthnicity, string? Sex);

/// <param name="Participates">False is a statement ("no"), not silence.</param>
/// <param name="End">First day after.</param>
internal sealed record ProgramFact(string Program, bool Participates, DateOnly? Begin, DateOnly? End);

/// <summary>A span of days in one school; <paramref name="Exit"/> is the first day after.</summary>
internal sealed record EnrollmentFact(string School, DateOnly Entry, DateOnly Exit, string? Grade, bool Derived);

/// <param name="AbsentPortion">Ten-thousandths of the day missed.</param>
internal readonly record struct AttendanceFact(string School, DateOnly Day, int AbsentPortion);
