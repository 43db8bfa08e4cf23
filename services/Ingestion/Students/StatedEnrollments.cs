using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>A stay at a school as the source itself states it. The exit is exclusive; null while it lasts.</summary>
/// <param name="Fte">In ten-thousandths of full time.</param>
internal sealed record EnrollmentStated(string StudentKey, string SchoolId, int SchoolYear, DateOnly EntryDate, DateOnly? ExitDate, string? Grade, string? ExitReason, bool? Primary, int? Fte, Change Change, string Salt);

/// <summary>What school enrolments follow from.</summary>
/// <param name="Exit">Where the source gives none, the end of the school year.</param>
internal sealed record StatedStay(string School, int Year, DateOnly Entry, DateOnly Exit, string? Grade);

internal sealed class StatedEnrollmentDraft(string user, string school, int year, DateOnly entry, DateOnly? exit, DateOnly yearEnd, string? grade, string? reason, bool? primary, int? fte, Place place, Row row)
    : Draft(RecordKind.SourceEnrollment, $"{user}\n{school}\n{entry:O}", place, row)
{
    public override KeyFacts Facts => new(School: school, Year: year, Day: entry, Ends: exit);
    public override string? Person => user;
    public override string Content => Join(Amounts.Text(year), Text(exit), grade, reason, Amounts.Text(primary), Amounts.Text(fte));
    public override string? Memory => Memories.Write(new StatedStay(school, year, entry, exit ?? yearEnd, grade));
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) => new EnrollmentStated(facts.Person, school, year, entry, exit, grade, reason, primary, fte, facts.Change, facts.Salt);
}

/// <summary>Reads schoolEnrollments.csv. What it states wins over what section enrolments would say.</summary>
internal static class StatedEnrollments
{
    public static void Read(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (user, school) = (reading.Student(check, "userSourcedId"), reading.Organization(check, "schoolSourcedId"));
        var (entry, exit) = (check.RequiredDate("entryDate"), check.Date("exitDate"));
        var (grade, reason) = (Grade.Read(check, "grade"), check.Code("exitReason"));
        var (primary, fte, named) = (check.Boolean("primary"), check.Amount("fte", 0, 2), check.Integer("schoolYear", 1990, 2100));
        if (check.Ok && exit < entry)
            check.Quarantine("exitDate", "date.order");
        // A stay may have begun in an earlier year: then it counts for the year that the row names
        var year = named ?? reading.RequiredYear(check, "entryDate", entry);
        if (!check.Ok)
            return null;
        var end = reading.EndOf(year) ?? new DateOnly(year, 7, 1);
        reading.Stays.State(user, school, year, entry, exit ?? end);
        return new StatedEnrollmentDraft(user, school, year, entry, exit, end, grade, reason, primary, fte, check.Row.Place, check.Row);
    });
}
