using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Learning;

/// <summary>A piece of work that marks are given for (OneRoster line item). Title and description are dropped at the edge. Not published: it stands in each mark.</summary>
internal sealed record LineItemRecorded(string LineItemId, string SectionId, string SchoolId, string? SessionId, DateOnly AssignDate, DateOnly DueDate, int? Least, int? Most, Change Change);

/// <summary>A line item as its results need it.</summary>
internal sealed record LineItem(string Section, string School, string? Course, string? Session, int SchoolYear);

internal sealed class LineItemDraft(string id, LineItem item, DateOnly assigned, DateOnly due, int? least, int? most, Place place, Row row) : Draft(RecordKind.LineItem, id, place, row)
{
    public override KeyFacts Facts => new(RecordId: Key, School: item.School, Year: item.SchoolYear);
    public override string Content => Join(Memories.Write(item), Text(assigned), Text(due), Amounts.Text(least), Amounts.Text(most));
    public override string? Memory => Memories.Write(item);
    public override (string, string) Stream(string person) => ($"school-{item.School}", "school");
    public override object Event(EventFacts facts) => new LineItemRecorded(Key, item.Section, item.School, item.Session, assigned, due, least, most, facts.Change);
}

/// <summary>Reads lineItems.csv and results.csv of OneRoster: a result is a mark for one piece of work.</summary>
internal static class LineItems
{
    static readonly string[] Statuses = ["exempt", "fully graded", "not submitted", "partially graded", "submitted"];

    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (id, section) = (check.Id("sourcedId"), check.Id("classSourcedId"));
            var (assigned, due) = (check.RequiredDate("assignDate"), check.RequiredDate("dueDate"));
            var (least, most) = (check.Amount("resultValueMin", -100_000, 100_000), check.Amount("resultValueMax", -100_000, 100_000));
            // 1.1 and 1.2 name the same thing differently
            var session = check.OptionalId("gradingPeriodSourcedId") ?? check.OptionalId("academicSessionSourcedId");
            var known = check.Ok ? reading.SectionOf(section) : null;
            if (check.Ok && known is null)
                check.Missing("classSourcedId", FileSpecs.Classes, section);
            var year = session is not null && reading.Sessions.TryGetValue(session, out var term) ? term.SchoolYear : reading.RequiredYear(check, "dueDate", due);
            if (known is null || !check.Ok)
                continue;
            var item = new LineItem(section, known.School, known.Course, session, year);
            reading.LineItems[id] = item;
            reading.Add(new LineItemDraft(id, item, assigned, due, least, most, row.Place, row));
        }
    }

    public static void ReadResults(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (id, work, user) = (check.Id("sourcedId"), check.Id("lineItemSourcedId"), reading.Student(check, "studentSourcedId"));
            var (status, date) = (check.Enum("scoreStatus", Statuses), check.RequiredDate("scoreDate"));
            var (score, letter) = (check.Code("score", 20), check.Code("textScore", 20));
            var item = check.Ok ? reading.LineItemOf(work) : null;
            if (check.Ok && item is null)
                check.Missing("lineItemSourcedId", FileSpecs.LineItems, work);
            if (item is null || !check.Ok)
                continue;
            var mark = new Mark(item.Course, item.Section, item.School, item.SchoolYear, item.Session, work, date, letter, score, null, null, status, null);
            reading.Add(new GradeDraft(RecordKind.Result, user, id, mark, row.Place, row));
        }
    }
}
