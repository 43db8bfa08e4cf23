using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>
/// Days of which only periods are recorded. Where the source declares how many periods a day has, they add up to the day; without that nobody can tell, and the day stays as if there were
/// no row. What is said about the day itself counts before what its periods add up to. A file holds the periods of whole days; a row that is read again alone is added to those of its day
/// that were recorded before.
/// </summary>
internal sealed class PeriodDays
{
    readonly Dictionary<Guid, Day> days = [];
    readonly Dictionary<Guid, (AttendanceDraft Last, Dictionary<string, AttendanceDraft> Periods)> again = [];
    readonly HashSet<Guid> stated = [];
    Place? undeclared;

    /// <summary>One student's day while its periods are met.</summary>
    sealed class Day(AttendanceDraft first)
    {
        readonly HashSet<string> categories = [];
        int missed;

        public void Add(string category, int portion)
        {
            categories.Add(category);
            missed += portion;
        }

        public AttendanceDraft Sum(int periodsPerDay)
        {
            var portion = Math.Min(Attendance.Whole, (int)Math.Round((decimal)missed / periodsPerDay, MidpointRounding.ToEven));
            var category = portion switch
            {
                Attendance.Whole => categories.Contains(Attendance.Unexcused) ? Attendance.Unexcused : Attendance.Excused,
                > 0 => Attendance.Partial,
                _ => categories.Contains(Attendance.Tardy) ? Attendance.Tardy : categories.Contains(Attendance.Early) ? Attendance.Early : Attendance.Present,
            };
            return new(RecordKind.PeriodDay, first.Presence with { Period = null, Category = category, Portion = portion }, first.Place, first.Row!);
        }
    }

    public void Note(AttendanceDraft draft, Reading reading)
    {
        // The second time, what the days add up to is known
        if (reading.IsAgain)
            return;
        var isPeriod = draft.Kind == RecordKind.PeriodAttendance;
        if (reading.Attendance.Declared?.PeriodsPerDay is null)
        {
            undeclared ??= isPeriod && draft.Place.Feed is null ? draft.Place : null;
            return;
        }
        var key = reading.Known.Keyed.Record(RecordKind.Attendance, draft.Presence.Day);
        if (!isPeriod)
            stated.Add(key);
        else if (draft.Place.Feed is not null)
        {
            // Of several feeds that had the same period, the last one's row counts: they come in the order of their feeds
            var periods = again.TryGetValue(key, out var read) ? read.Periods : new(StringComparer.Ordinal);
            periods[draft.Presence.Period!] = draft;
            again[key] = (draft, periods);
        }
        else if (days.TryGetValue(key, out var day))
            day.Add(draft.Presence.Category, draft.Presence.Portion);
        else
        {
            days.Add(key, day = new(draft));
            day.Add(draft.Presence.Category, draft.Presence.Portion);
        }
    }

    /// <summary>After all rows: states the days of which nothing else is said, in this feed or an earlier one.</summary>
    public void State(Reading reading)
    {
        if (undeclared is { } place)
            reading.Issues.Warn(place.File, place.Row, "scope", "attendance.periods-undeclared");
        if (reading.Attendance.Declared?.PeriodsPerDay is not { } periodsPerDay)
            return;
        foreach (var (key, read) in again)
            days.Add(key, WithRecorded(read.Last, read.Periods, reading));
        again.Clear();
        foreach (var (key, day) in days)
            if (!stated.Contains(key) && day.Sum(periodsPerDay) is var sum && !reading.Known.Has(RecordKind.Attendance, sum.Presence.Day))
            {
                reading.Attendance.Note(sum, reading.Issues);
                reading.Add(sum);
            }
    }

    /// <summary>The periods that were read again, and the others of their day that were recorded before and still hold.</summary>
    /// <param name="last">Row of the latest feed, which the day hangs on: what a later one said of the day stays.</param>
    static Day WithRecorded(AttendanceDraft last, Dictionary<string, AttendanceDraft> read, Reading reading)
    {
        var day = new Day(last);
        foreach (var draft in read.Values)
            day.Add(draft.Presence.Category, draft.Presence.Portion);
        if (reading.Known.Person(last.Presence.User) is not { } student)
            return day;
        var (said, recorded) = (last.Presence, new Dictionary<string, PeriodAttendanceRecorded>(StringComparer.Ordinal));
        foreach (var period in reading.Known.Periods(last.Stream(student.Key.ToString("N")).Item1))
            if (period.SchoolId == said.School && period.Date == said.Date)
                recorded[period.Period] = period;
        foreach (var (name, period) in recorded)
            if (!read.ContainsKey(name) && reading.Known.Has(RecordKind.PeriodAttendance, $"{said.Day}\n{name}"))
                day.Add(period.Category, period.AbsentPortion);
        return day;
    }
}
