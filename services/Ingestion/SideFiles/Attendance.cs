using System.Globalization;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>Attendance of a student on one day at one school. The reason is free text and dropped at the edge.</summary>
/// <param name="AbsentPortion">Part of the day missed, in ten-thousandths of a day.</param>
internal sealed record AttendanceRecorded(string StudentKey, string SchoolId, int SchoolYear, DateOnly Date, string Category, int AbsentPortion, Change Change, string Salt);

internal sealed class AttendanceDraft(string user, string school, int year, DateOnly date, string category, int portion, Place place, Row row)
    : Draft(RecordKind.Attendance, $"{user}\n{school}\n{date:O}", place, row)
{
    public DateOnly Date { get; } = date;
    public string Category { get; } = category;
    public int Portion { get; } = portion;
    public override string? Person => user;
    public override KeyFacts Facts => new(School: school, Year: year, Day: Date);
    public override string Content => Join(Category, Portion.ToString(CultureInfo.InvariantCulture), year.ToString(CultureInfo.InvariantCulture));
    public override (string, string) Stream(string person) => ($"attendance-{person}-{year.ToString(CultureInfo.InvariantCulture)}", "attendance");
    public override object Event(EventFacts facts) => new AttendanceRecorded(facts.Person, school, year, Date, Category, Portion, facts.Change, facts.Salt);
}

/// <summary>Reads attendance.csv: one row for a student, school and day.</summary>
internal static class Attendance
{
    public const int WholeDay = 10_000;

    /// <summary>In the order in which they win a tie on one day.</summary>
    static readonly string[] Categories = ["absentUnexcused", "absentExcused", "partial", "earlyDeparture", "tardy", "present"];

    public static void Read(Table table, Reading reading)
    {
        reading.Attendance.Recall(reading.Known);
        var days = new Dictionary<string, List<(AttendanceDraft Draft, RowCheck Check)>>(StringComparer.Ordinal);
        var repeated = RepeatedKeys.Of(table, [.. table.Spec.Key.Select(c => table.Spec[c])]);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            if (Draft(table, reading, check) is not { } draft)
                continue;
            if (!repeated.Contains(row))
                State(draft);
            else if (days.TryGetValue(draft.Key, out var same))
                same.Add((draft, check));
            else
                days.Add(draft.Key, [(draft, check)]);
        }
        foreach (var day in days.Values)
            foreach (var draft in OneOf(day))
                State(draft);

        void State(AttendanceDraft draft)
        {
            reading.Attendance.Note(draft, reading.Issues);
            reading.Add(draft);
        }
    }

    static AttendanceDraft? Draft(Table table, Reading reading, RowCheck check)
    {
        var (user, school, date) = (reading.Student(check, "userSourcedId"), reading.Organization(check, "schoolSourcedId"), check.RequiredDate("date"));
        var category = check.Enum("category", Categories);
        if (check.Ok && check.Optional("scope") is { } scope && !scope.Equals("day", StringComparison.OrdinalIgnoreCase))
            check.Quarantine("scope", "attendance.scope");
        var portion = Portion(check, category);
        var year = check.Ok ? reading.SchoolYearOf(date) : null;
        if (check.Ok && year is null)
            check.Quarantine("date", "date.outside-year");
        return check.Ok ? new AttendanceDraft(user, school, year ?? 0, date, category, portion, check.Row.Place, check.Row) : null;
    }

    static int Portion(RowCheck check, string category)
    {
        if (check.Optional("portion") is not { } text)
        {
            if (category == "partial")
                check.Quarantine("portion", "attendance.portion-missing");
            return category is "absentExcused" or "absentUnexcused" ? WholeDay : 0;
        }
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) && part is >= 0 and <= 1 && part * WholeDay == decimal.Truncate(part * WholeDay))
            return (int)(part * WholeDay);
        check.Quarantine("portion", "attendance.portion");
        return 0;
    }

    /// <summary>A day with a tardy and an absence is one day: the entry with the most time missed counts, the others are listed.</summary>
    static IEnumerable<AttendanceDraft> OneOf(List<(AttendanceDraft Draft, RowCheck Check)> day)
    {
        var settled = new List<(AttendanceDraft Draft, RowCheck Check)>();
        foreach (var category in day.GroupBy(d => d.Draft.Category))
            if (SameDay.Settle([.. category], d => d.Draft.Content, d => d.Check) is { } kept)
                settled.Add(kept);
        if (settled.Count == 0)
            return [];
        var counts = settled.OrderByDescending(s => s.Draft.Portion).ThenBy(s => Array.IndexOf(Categories, s.Draft.Category)).First();
        foreach (var other in settled.Where(s => s.Draft != counts.Draft))
        {
            other.Check.Warn("category", "attendance.several-categories");
            other.Check.Row.Fate = RowFate.Repeated;
        }
        return [counts.Draft];
    }
}
