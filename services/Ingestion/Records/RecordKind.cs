namespace EquityPlatform.Ingestion.Records;

/// <summary>Kinds of records that the service keeps the latest state of. The numbers are stored; never renumber.</summary>
internal enum RecordKind : short
{
    Organization = 1,
    Session = 2,
    Course = 3,
    Class = 4,
    Person = 5,
    Demographics = 6,
    Program = 7,
    SectionEnrollment = 8,
    /// <summary>Derived from section enrolments.</summary>
    SchoolEnrollment = 9,
    CalendarDay = 10,
    Coverage = 11,
    Attendance = 12,
    /// <summary>Names and ids of a student.</summary>
    Identity = 13,
    BirthDate = 14,
}
