namespace EquityPlatform.Contracts.Ingestion;

/// <summary>One result in one assessment on one scale. Replaces the earlier record of the same student, assessment, subject, date and scale.</summary>
/// <param name="Grade">Grade tested, CEDS code.</param>
/// <param name="Result">As the source wrote it. A mark of suppression is not zero.</param>
/// <param name="Numeric">The number in it, in ten-thousandths; null if there is none.</param>
/// <param name="Met">Whether the standard was met, where the source says so.</param>
public sealed record AssessmentResultRecorded(string StudentKey, string AssessmentId, string? Subject, int SchoolYear, DateOnly Date, string? Grade, string? Scale, string? Result, long? Numeric,
    string? PerformanceLevel, bool? Met, bool? Accommodated, string? NotTestedReason)
{
    public const string Type = "assessment-result-recorded/1";
}

/// <summary>A mark in a course or class, for a term or for one piece of work.</summary>
/// <param name="Item">Piece of work; null for a mark of the term.</param>
/// <param name="Numeric">In ten-thousandths, like credits.</param>
public sealed record GradeRecorded(string StudentKey, string? CourseId, string? SectionId, string? SchoolId, int SchoolYear, string? Term, string? Item, DateOnly? Date, string? Letter, long? Numeric,
    int? AttemptedCredits, int? EarnedCredits, string? Result)
{
    public const string Type = "grade-recorded/1";
}

/// <summary>A finished course. Replaces the earlier record of the same student, course, school year and term.</summary>
/// <param name="Level">For example AP, IB, honors.</param>
public sealed record TranscriptCourseRecorded(string StudentKey, string CourseId, int SchoolYear, string? Term, string? Letter, long? Numeric, int? AttemptedCredits, int? EarnedCredits, string? Result, string? Level)
{
    public const string Type = "transcript-course-recorded/1";
}

/// <summary>One answer of one response to a survey. Anonymous is normal.</summary>
/// <param name="Numeric">In ten-thousandths; null where the answer was a text, which is not kept.</param>
public sealed record SurveyAnswerRecorded(string SurveyId, string ResponseId, string? StudentKey, string? SchoolId, int? SchoolYear, DateOnly? Date, string QuestionCode, long? Numeric)
{
    public const string Type = "survey-answer-recorded/1";
}
