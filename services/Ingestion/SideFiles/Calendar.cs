using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>One day of a school's calendar; a makeup day counts as instructional.</summary>
/// <param name="Weight">Part of a whole day of school, in ten-thousandths: a half day is 5000, a day without school 0.</param>
internal sealed record CalendarDayRecorded(string SchoolId, DateOnly Date, string Kind, int Weight, Change Change);

internal sealed class CalendarDayDraft(string school, DateOnly date, string kind, int weight, Place place, Row? row) : Draft(RecordKind.CalendarDay, KeyOf(school, date), place, row)
{
    /// <summary>Any day without school says the same.</summary>
    public static readonly CalendarDayDraft Off = new("", default, Calendar.Off, 0, default, null);

    public static string KeyOf(string school, DateOnly date) => $"{school}\n{date:O}";

    /// <summary>Tells the reading whether the school holds school.</summary>
    public void Tell(SchoolDays days) => days.State(school, date, kind != Calendar.Off);

    public override KeyFacts Facts => new(School: school, Day: date);
    public override string Content => Join(kind, Amounts.Text(weight));
    /// <summary>Days of school are held against the days on which attendance came.</summary>
    public override string? Memory => Memories.Write(kind);
    public override (string, string) Stream(string person) => ($"school-{school}", "school");
    public override object Event(EventFacts facts) => new CalendarDayRecorded(school, date, kind, weight, facts.Change);
}

/// <summary>Reads calendar.csv.</summary>
internal static class Calendar
{
    /// <summary>A day without school.</summary>
    public const string Off = "nonInstructional";

    static readonly string[] Kinds = ["instructional", Off, "makeup"];

    public static void Read(Table table, Reading reading)
    {
        var days = new Dictionary<string, List<(CalendarDayDraft Draft, RowCheck Check)>>(StringComparer.Ordinal);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (school, date, kind) = (check.Id("schoolSourcedId"), check.RequiredDate("date"), check.Enum("kind", Kinds));
            var weight = check.Amount("weight", 0, 1);
            // A day of school without any school, or the other way round: nobody can tell which is meant
            if (check.Ok && weight is { } part && part == 0 != (kind == Off))
                check.Quarantine("weight", "calendar.weight");
            if (check.Ok && !reading.HasOrganization(school))
                check.Missing("schoolSourcedId", FileSpecs.Orgs, school);
            if (!check.Ok)
                continue;
            var draft = new CalendarDayDraft(school, date, kind, weight ?? (kind == Off ? 0 : Amounts.One), row.Place, row);
            if (days.TryGetValue(draft.Key, out var same))
                same.Add((draft, check));
            else
                days.Add(draft.Key, [(draft, check)]);
        }
        foreach (var same in days.Values)
            if (SameDay.Settle(same, d => d.Draft.Content, d => d.Check) is { } kept)
            {
                kept.Draft.Tell(reading.SchoolDays);
                reading.Add(kept.Draft);
            }
    }
}

/// <summary>Several rows with one natural key: equal ones count once, different ones are all set aside.</summary>
internal static class SameDay
{
    public static T? Settle<T>(IReadOnlyList<T> same, Func<T, string> content, Func<T, RowCheck> check) where T : struct
    {
        if (same.Count == 1)
            return same[0];
        if (same.All(s => content(s) == content(same[0])))
        {
            foreach (var repeat in same.Skip(1))
            {
                check(repeat).Warn(null, "id.duplicate-identical");
                check(repeat).Row.Fate = RowFate.Repeated;
            }
            return same[0];
        }
        foreach (var one in same)
            check(one).Quarantine(null, "id.duplicate-different");
        return null;
    }
}
