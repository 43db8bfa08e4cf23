namespace EquityPlatform.Indicators.Calendar;

/// <summary>
/// Days in session of a district that sent no calendar: the dates on which any attendance was recorded, topped up with the earliest weekdays
/// of the session until its stated number of instructional days is reached. Without that number there is nothing to derive from.
/// </summary>
internal static class DerivedCalendar
{
    /// <param name="attendanceDates">Distinct dates with an attendance row anywhere in the district in that school year.</param>
    /// <returns>Days in order, or null where no session states its number of days.</returns>
    public static IReadOnlyList<DateOnly>? Of(IReadOnlyCollection<SessionFact> sessions, IReadOnlySet<DateOnly> attendanceDates)
    {
        var counted = MostDetailed(sessions);
        if (counted.Count == 0)
            return null;
        var days = new SortedSet<DateOnly>();
        foreach (var session in counted)
            days.UnionWith(DaysOf(session, attendanceDates));
        return [.. days];
    }

    // A year whose terms state their days is the sum of the terms
    static List<SessionFact> MostDetailed(IReadOnlyCollection<SessionFact> sessions)
    {
        var counted = sessions.Where(session => session.InstructionalDays is > 0).ToList();
        var parents = counted.Select(session => session.Parent).ToHashSet();
        return [.. counted.Where(session => !parents.Contains(session.Id))];
    }

    static SortedSet<DateOnly> DaysOf(SessionFact session, IReadOnlySet<DateOnly> attendanceDates)
    {
        var days = new SortedSet<DateOnly>(attendanceDates.Where(day => day >= session.Start && day < session.End));
        for (var day = session.Start; day < session.End && days.Count < session.InstructionalDays; day = day.AddDays(1))
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                days.Add(day);
        return days;
    }
}
