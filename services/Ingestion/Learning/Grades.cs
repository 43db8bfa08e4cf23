using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Learning;

/// <summary>A mark in a course or class, for a term or for one piece of work.</summary>
/// <param name="Item">Piece of work (OneRoster line item); null for a mark of the term.</param>
/// <param name="Numeric">In ten-thousandths.</param>
internal sealed record GradeRecorded(string StudentKey, string? CourseId, string? SectionId, string? SchoolId, int SchoolYear, string? Term, string? Item, DateOnly? Date, string? Letter, long? Numeric,
    int? AttemptedCredits, int? EarnedCredits, string? Result, Change Change, string Salt);

/// <summary>A finished course as the transcript has it.</summary>
internal sealed record TranscriptCourseRecorded(string StudentKey, string CourseId, int SchoolYear, string? Term, string? Letter, long? Numeric, int? AttemptedCredits, int? EarnedCredits, string? Result, string? Level,
    Change Change, string Salt);

/// <summary>A mark as a row states it.</summary>
internal sealed record Mark(string? Course, string? Section, string? School, int SchoolYear, string? Term, string? Item, DateOnly? Date, string? Letter, string? Numeric, int? Attempted, int? Earned, string? Result, string? Level);

internal sealed class GradeDraft(RecordKind kind, string user, string key, Mark mark, Place place, Row row) : Draft(kind, key, place, row)
{
    public override KeyFacts Facts => new(School: mark.School, Year: mark.SchoolYear, Day: mark.Date);
    public override string? Person => user;
    public override string Content => Memories.Write(mark);
    public override (string, string) Stream(string person) => ($"learning-{person}-{Amounts.Text(mark.SchoolYear)}", "learning");
    public override object Event(EventFacts facts) => new GradeRecorded(facts.Person, mark.Course, mark.Section, mark.School, mark.SchoolYear, mark.Term, mark.Item, mark.Date, mark.Letter, Amounts.InResult(mark.Numeric),
        mark.Attempted, mark.Earned, mark.Result, facts.Change, facts.Salt);
}

internal sealed class TranscriptDraft(string user, string course, Mark mark, Place place, Row row)
    : Draft(RecordKind.TranscriptCourse, string.Join('\n', user, course, Amounts.Text(mark.SchoolYear), mark.Term), place, row)
{
    public override KeyFacts Facts => new(Year: mark.SchoolYear);
    public override string? Person => user;
    public override string Content => Memories.Write(mark);
    public override (string, string) Stream(string person) => ($"learning-{person}-{Amounts.Text(mark.SchoolYear)}", "learning");
    public override object Event(EventFacts facts) => new TranscriptCourseRecorded(facts.Person, course, mark.SchoolYear, mark.Term, mark.Letter, Amounts.InResult(mark.Numeric), mark.Attempted, mark.Earned, mark.Result, mark.Level,
        facts.Change, facts.Salt);
}

/// <summary>Reads grades.csv and transcripts.csv. Courses need not be known: transcripts name those of other districts.</summary>
internal static class Grades
{
    public static void Read(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (user, section, date) = (reading.Student(check, "userSourcedId"), check.OptionalId("sectionSourcedId"), check.Date("date"));
        var mark = Stated(check) with { Section = section, Date = date, School = section is null ? null : reading.SectionOf(section)?.School };
        return check.Ok ? new GradeDraft(RecordKind.GradeResult, user, string.Join('\n', user, mark.Course, section, Amounts.Text(mark.SchoolYear), mark.Term), mark, check.Row.Place, check.Row) : null;
    });

    public static void ReadTranscripts(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var user = reading.Student(check, "userSourcedId");
        var mark = Stated(check) with { Level = check.Code("level") };
        return check.Ok ? new TranscriptDraft(user, mark.Course ?? "", mark, check.Row.Place, check.Row) : null;
    });

    static Mark Stated(RowCheck check)
    {
        check.Required("schoolYear");
        var (course, year) = (check.Id("courseId"), check.Integer("schoolYear", 1990, 2100) ?? 0);
        return new(course, null, null, year, check.Code("term"), null, null, check.Code("letter", 20), check.Code("numeric", 20), check.Amount("attemptedCredits", 0, 100), check.Amount("earnedCredits", 0, 100), check.Code("result"), null);
    }
}
