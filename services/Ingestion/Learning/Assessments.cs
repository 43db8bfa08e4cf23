using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Learning;

/// <summary>One result of a student in one assessment: the text as the source wrote it, and the number in it if there is one.</summary>
/// <param name="Scale">What the result measures (scale score, percentile, Lexile); results on several scales are several records.</param>
/// <param name="Numeric">In ten-thousandths; null for marks of suppression and for words.</param>
internal sealed record AssessmentResultRecorded(string StudentKey, string AssessmentId, string? Subject, int SchoolYear, DateOnly Date, string? Grade, string? Scale, string? Result, long? Numeric,
    string? PerformanceLevel, bool? Met, bool? Accommodated, string? NotTestedReason, Change Change, string Salt);

/// <summary>An assessment result as a row states it.</summary>
internal sealed record Score(string Assessment, string? Subject, int SchoolYear, DateOnly Date, string? Grade, string? Scale, string? Result, string? Level, bool? Met, bool? Accommodated, string? NotTested);

internal sealed class AssessmentDraft(string user, Score score, Place place, Row row)
    : Draft(RecordKind.AssessmentResult, string.Join('\n', user, score.Assessment, score.Subject, Text(score.Date), score.Scale), place, row)
{
    public override KeyFacts Facts => new(Year: score.SchoolYear, Day: score.Date);
    public override string? Person => user;
    public override string Content => Join(score.Grade, score.Result, score.Level, Amounts.Text(score.Met), Amounts.Text(score.Accommodated), score.NotTested, Amounts.Text(score.SchoolYear));
    public override (string, string) Stream(string person) => ($"learning-{person}-{Amounts.Text(score.SchoolYear)}", "learning");
    public override object Event(EventFacts facts) => new AssessmentResultRecorded(facts.Person, score.Assessment, score.Subject, score.SchoolYear, score.Date, score.Grade, score.Scale, score.Result,
        Amounts.InResult(score.Result), score.Level, score.Met, score.Accommodated, score.NotTested, facts.Change, facts.Salt);
}

/// <summary>Reads assessments.csv.</summary>
internal static class Assessments
{
    public static void Read(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (user, assessment, date) = (reading.Student(check, "userSourcedId"), check.RequiredCode("assessmentId"), check.RequiredDate("date"));
        var (subject, grade, scale) = (check.Code("subject"), Grade.Read(check, "grade"), check.Code("scale"));
        var (result, level, reason) = (check.Code("result", 60), check.Code("performanceLevel"), check.Code("notTestedReason"));
        var (met, accommodated) = (check.Boolean("met"), check.Boolean("accommodated"));
        // The source may count a test for another year than that of its day: one of last year that was taken late
        var year = check.Integer("schoolYear", 1990, 2100) ?? reading.YearOfResult(check, "date", date);
        if (check.Ok && result is null && level is null && reason is null)
            check.Quarantine("result", "assessment.no-result");
        return check.Ok ? new AssessmentDraft(user, new(assessment, subject, year, date, grade, scale, result, level, met, accommodated, reason), check.Row.Place, check.Row) : null;
    });
}
