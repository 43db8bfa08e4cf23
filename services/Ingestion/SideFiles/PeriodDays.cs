using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SideFiles;

/// <summary>
/// Days of which only periods are recorded. Where the source declares how many periods a day has, they add up to the day; without that nobody can tell, and the day stays as if there were
/// no row. What is said about the day itself counts before what its periods add up to. A file holds the periods of whole days.
/// </summary>
internal sealed class PeriodDays
{
    readonly Dictionary<Guid, Day> days = [];
    readonly HashSet<Guid> stated = [];
    Place? undeclared;

    /// <summary>One student's day while its periods are met.</summary>
    sealed class Day(AttendanceDraft first)
    {
        readonly HashSet<string> categories = [];
        int missed;

        public void Add(Presence period)
        {
            categories.Add(period.Category);
            missed += period.Portion;
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
        // The second time, what the days add up to is known; and a row that is read again comes without the rest of its day
        if (reading.IsAgain || draft.Place.Feed is not null)
            return;
        var isPeriod = draft.Kind == RecordKind.PeriodAttendance;
        if (reading.Attendance.Declared?.PeriodsPerDay is null)
        {
            undeclared ??= isPeriod ? draft.Place : null;
            return;
        }
        var key = reading.Known.Keyed.Record(RecordKind.Attendance, draft.Presence.Day);
        if (!isPeriod)
            stated.Add(key);
        else if (days.TryGetValue(key, out var day))
            day.Add(draft.Presence);
        else
        {
            days.Add(key, day = new(draft));
            day.Add(draft.Presence);
        }
    }

    /// <summary>After all rows: states the days of which nothing else is said, in this feed or an earlier one.</summary>
    public void State(Reading reading)
    {
        if (undeclared is { } place)
            reading.Issues.Warn(place.File, place.Row, "scope", "attendance.periods-undeclared");
        if (reading.Attendance.Declared?.PeriodsPerDay is not { } periodsPerDay)
            return;
        foreach (var (key, day) in days)
            if (!stated.Contains(key) && day.Sum(periodsPerDay) is var sum && !reading.Known.Has(RecordKind.Attendance, sum.Presence.Day))
            {
                reading.Attendance.Note(sum, reading.Issues);
                reading.Add(sum);
            }
    }
}
