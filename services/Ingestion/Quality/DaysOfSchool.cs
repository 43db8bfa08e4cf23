using EquityPlatform.Ingestion.Roster;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>A day of a school's own calendar.</summary>
internal readonly record struct CalendarDay(string School, DateOnly Day, bool InSession);

/// <summary>Rows of attendance that a school sent for a day.</summary>
internal readonly record struct AttendanceDay(string School, DateOnly Day, int Year, int Rows);

/// <summary>A day of a school: whether attendance is expected, and how many rows came.</summary>
internal readonly record struct ReceivedDay(int Year, string School, DateOnly Day, bool Expected, int Rows);

/// <param name="Derived">No calendar came for the school.</param>
internal readonly record struct ReceivedYear(int Year, string School, bool Derived);

/// <summary>
/// On which days attendance is expected of each school. Its own calendar counts; without one, the days on which any school of the source sent some, topped up with the earliest
/// weekdays of the session until its stated number of days is reached: the same rule by which indicators count days. Pure.
/// </summary>
internal sealed record DaysOfSchool(IReadOnlyList<ReceivedDay> Days, IReadOnlyList<ReceivedYear> Years)
{
    public static DaysOfSchool Of(IReadOnlyList<string> schools, IReadOnlyList<Session> sessions, IReadOnlyList<CalendarDay> calendar, IReadOnlyList<AttendanceDay> received)
    {
        var (days, years) = (new List<ReceivedDay>(), new List<ReceivedYear>());
        var own = calendar.ToLookup(d => d.School);
        var came = received.ToLookup(d => (d.Year, d.School));
        foreach (var year in sessions.GroupBy(s => s.SchoolYear).OrderBy(y => y.Key))
        {
            var (start, end) = (year.Min(s => s.Start), year.Max(s => s.End));
            var derived = Derived([.. year], received.Where(d => d.Year == year.Key).Select(d => d.Day).ToHashSet());
            foreach (var school in schools)
            {
                var stated = own[school].Where(d => d.Day >= start && d.Day < end).ToList();
                years.Add(new(year.Key, school, stated.Count == 0));
                var rows = came[(year.Key, school)].ToDictionary(d => d.Day, d => d.Rows);
                var expected = stated.Count == 0 ? derived : stated.Where(d => d.InSession).Select(d => d.Day).ToHashSet();
                days.AddRange(expected.Select(day => new ReceivedDay(year.Key, school, day, true, rows.GetValueOrDefault(day))));
                days.AddRange(rows.Where(r => !expected.Contains(r.Key)).Select(r => new ReceivedDay(year.Key, school, r.Key, false, r.Value)));
            }
        }
        return new(days, years);
    }

    static HashSet<DateOnly> Derived(IReadOnlyList<Session> sessions, HashSet<DateOnly> dates)
    {
        var parents = sessions.Where(s => s.Days is > 0).Select(s => s.Parent).ToHashSet();
        var days = new HashSet<DateOnly>(dates);
        // A year whose terms state their days is the sum of the terms
        foreach (var session in sessions.Where(s => s.Days is > 0 && !parents.Contains(s.Id)))
        {
            var missing = session.Days!.Value - days.Count(day => day >= session.Start && day < session.End);
            for (var day = session.Start; day < session.End && missing > 0; day = day.AddDays(1))
                if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && days.Add(day))
                    missing--;
        }
        return days;
    }
}
