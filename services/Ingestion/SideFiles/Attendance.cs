using System.Globalization;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>Attendance of a student on one day at one school. The reason is free text and dropped at the edge.</summary>
/// <param name="AbsentPortion">Part of the day missed, in ten-thousandths of a day.</param>
internal sealed record AttendanceRecorded(string StudentKey, string SchoolId, int SchoolYear, DateOnly Date, string Category, int AbsentPortion, Change Change, string Salt);

/// <summary>Attendance of a student in one period of a day. By itself it says nothing about the day, and it stays inside.</summary>
/// <param name="Period">The school's own name of the period.</param>
/// <param name="AbsentPortion">Part of the period missed, in ten-thousandths of the period.</param>
internal sealed record PeriodAttendanceRecorded(string StudentKey, string SchoolId, int SchoolYear, DateOnly Date, string Period, string Category, int AbsentPortion, Change Change, string Salt);

/// <summary>Who was there, or was not.</summary>
/// <param name="Period">Null for a whole day.</param>
/// <param name="Portion">Part of the day or the period missed.</param>
internal sealed record Presence(string User, string School, int Year, DateOnly Date, string? Period, string Category, int Portion)
{
    /// <summary>Key of the day.</summary>
    public string Day => $"{User}\n{School}\n{Date:O}";
}

internal sealed class AttendanceDraft(RecordKind kind, Presence presence, Place place, Row row) : Draft(kind, presence.Period is { } period ? $"{presence.Day}\n{period}" : presence.Day, place, row)
{
    public Presence Presence { get; } = presence;
    public override string? Person => Presence.User;
    public override KeyFacts Facts => new(School: Presence.School, Year: Presence.Year, Day: Presence.Date);
    public override string Content => Join(Presence.Category, Amounts.Text(Presence.Portion), Amounts.Text(Presence.Year));
    public override (string, string) Stream(string person) => ($"attendance-{person}-{Amounts.Text(Presence.Year)}", "attendance");
    public override object Event(EventFacts facts) => Presence.Period is { } period
        ? new PeriodAttendanceRecorded(facts.Person, Presence.School, Presence.Year, Presence.Date, period, Presence.Category, Presence.Portion, facts.Change, facts.Salt)
        : new AttendanceRecorded(facts.Person, Presence.School, Presence.Year, Presence.Date, Presence.Category, Presence.Portion, facts.Change, facts.Salt);
}

/// <summary>Reads attendance.csv: one row for a student, school and day, or for a period of that day.</summary>
internal static class Attendance
{
    public const int Whole = Amounts.One;
    public const string Unexcused = "absentUnexcused", Excused = "absentExcused", Partial = "partial", Early = "earlyDeparture", Tardy = "tardy", Present = "present";

    /// <summary>Value of the column <c>scope</c> for rows about a period.</summary>
    public const string Period = "period";

    /// <summary>In the order in which they win a tie on one day.</summary>
    static readonly string[] Categories = [Unexcused, Excused, Partial, Early, Tardy, Present];

    public static void Read(Table table, Reading reading)
    {
        reading.Attendance.Recall(reading.Known);
        var same = new Dictionary<string, List<(AttendanceDraft Draft, RowCheck Check)>>(StringComparer.Ordinal);
        RepeatedKeys? days = null, periods = null;
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            if (Draft(reading, check) is not { } draft)
                continue;
            var repeated = draft.Kind == RecordKind.Attendance ? days ??= Repeated(table.Spec.Key) : periods ??= Repeated(table.Spec.Variant!.Key);
            if (!repeated.Contains(row))
                State(draft);
            else if (same.TryGetValue(draft.Key, out var others))
                others.Add((draft, check));
            else
                same.Add(draft.Key, [(draft, check)]);
        }
        foreach (var entries in same.Values)
            foreach (var draft in OneOf(entries))
                State(draft);

        RepeatedKeys Repeated(IReadOnlyList<string> key) => RepeatedKeys.Of(table, [.. key.Select(c => table.Spec[c])]);

        void State(AttendanceDraft draft)
        {
            if (draft.Kind == RecordKind.Attendance)
                reading.Attendance.Note(draft, reading.Issues);
            reading.Periods.Note(draft, reading);
            reading.Add(draft);
        }
    }

    static AttendanceDraft? Draft(Reading reading, RowCheck check)
    {
        var (user, school, date) = (reading.Student(check, "userSourcedId"), reading.Organization(check, "schoolSourcedId"), check.RequiredDate("date"));
        var category = check.Enum("category", Categories);
        var ofPeriod = check.Optional("scope") is { } scope && scope.Equals(Period, StringComparison.OrdinalIgnoreCase);
        if (check.Ok && !ofPeriod && check.Optional("scope") is { } other && !other.Equals("day", StringComparison.OrdinalIgnoreCase))
            check.Quarantine("scope", "attendance.scope");
        var period = ofPeriod ? check.RequiredCode("period") : null;
        var portion = Portion(check, category);
        var year = check.Ok ? reading.SchoolYearOf(date) : null;
        if (check.Ok && year is null)
            check.Quarantine("date", "date.outside-year");
        reading.WatchDay(check, user, school, year ?? 0, date);
        return check.Ok ? new(ofPeriod ? RecordKind.PeriodAttendance : RecordKind.Attendance, new(user, school, year ?? 0, date, period, category, portion), check.Row.Place, check.Row) : null;
    }

    static int Portion(RowCheck check, string category)
    {
        if (check.Optional("portion") is not { } text)
        {
            if (category == Partial)
                check.Quarantine("portion", "attendance.portion-missing");
            return category is Excused or Unexcused ? Whole : 0;
        }
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) && part is >= 0 and <= 1 && part * Whole == decimal.Truncate(part * Whole))
            return (int)(part * Whole);
        check.Quarantine("portion", "attendance.portion");
        return 0;
    }

    /// <summary>A day with a tardy and an absence is one day: the entry with the most time missed counts, the others are listed. So it is with a period.</summary>
    static IEnumerable<AttendanceDraft> OneOf(List<(AttendanceDraft Draft, RowCheck Check)> entries)
    {
        var settled = new List<(AttendanceDraft Draft, RowCheck Check)>();
        foreach (var category in entries.GroupBy(d => d.Draft.Presence.Category))
            if (SameDay.Settle([.. category], d => d.Draft.Content, d => d.Check) is { } kept)
                settled.Add(kept);
        if (settled.Count == 0)
            return [];
        var counts = settled.OrderByDescending(s => s.Draft.Presence.Portion).ThenBy(s => Array.IndexOf(Categories, s.Draft.Presence.Category)).First();
        foreach (var other in settled.Where(s => s.Draft != counts.Draft))
        {
            other.Check.Warn("category", "attendance.several-categories");
            other.Check.Row.Fate = RowFate.Repeated;
        }
        return [counts.Draft];
    }
}
