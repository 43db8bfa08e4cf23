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
    /// <summary>A stay at a school that the source itself states.</summary>
    SourceEnrollment = 20,
    /// <summary>Groups of a member of staff.</summary>
    Staff = 21,
    StaffAssignment = 22,
    DisciplineIncident = 23,
    DisciplineInvolvement = 24,
    DisciplineAction = 25,
    AssessmentResult = 26,
    GradeResult = 27,
    TranscriptCourse = 28,
    /// <summary>One answer of a response.</summary>
    SurveyResponse = 29,
    ExternalIntervention = 30,
    InterventionParticipation = 31,
    /// <summary>Number of a student in another system than the source's own.</summary>
    Identifier = 32,
    /// <summary>Piece of work that marks are given for.</summary>
    LineItem = 33,
    /// <summary>Mark for a piece of work.</summary>
    Result = 34,
    PeriodAttendance = 35,
    /// <summary>Attendance of a day, as its periods add up to.</summary>
    PeriodDay = 36,
}

internal static class RecordKinds
{
    /// <summary>Records whose key begins with the id of their person (and a line break, if more follows). Others have ids of their own, or a pseudonym.</summary>
    public static bool BeginsWithPerson(this RecordKind kind) => kind
        is RecordKind.Person or RecordKind.Identity or RecordKind.BirthDate or RecordKind.Identifier or RecordKind.Demographics or RecordKind.Program or RecordKind.SourceEnrollment
        or RecordKind.Attendance or RecordKind.PeriodAttendance or RecordKind.PeriodDay or RecordKind.Staff or RecordKind.StaffAssignment
        or RecordKind.DisciplineInvolvement or RecordKind.DisciplineAction or RecordKind.AssessmentResult or RecordKind.GradeResult or RecordKind.TranscriptCourse or RecordKind.InterventionParticipation;
}
