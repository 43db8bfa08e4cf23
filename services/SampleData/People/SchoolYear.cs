using System.Collections.Concurrent;

namespace EquityPlatform.SampleData.People;

/// <summary>A school year of 180 days in session: from the Monday after mid-August on, without weekends, holidays and breaks.</summary>
internal sealed class SchoolYear
{
    public const int SessionDays = 180;
    static readonly ConcurrentDictionary<int, SchoolYear> Made = new();

    SchoolYear(int ends)
    {
        Ends = ends;
        var day = new DateOnly(ends - 1, 8, 16);
        while (day.DayOfWeek != DayOfWeek.Monday)
            day = day.AddDays(1);
        var days = new List<DateOnly>(SessionDays);
        for (; days.Count < SessionDays; day = day.AddDays(1))
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsBreak(day))
                days.Add(day);
        Days = days;
    }

    public int Ends { get; }
    public IReadOnlyList<DateOnly> Days { get; }
    public DateOnly First => Days[0];
    public DateOnly Last => Days[^1];

    /// <summary>First day of the second semester.</summary>
    public DateOnly Second => Days[SessionDays / 2];

    public static SchoolYear Of(int ends) => Made.GetOrAdd(ends, year => new(year));

    public int IndexOf(DateOnly day)
    {
        var (low, high) = (0, Days.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Days[middle] < day)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Winter break, spring break and single holidays.</summary>
    static bool IsBreak(DateOnly day) => (day.Month, day.Day) switch
    {
        (12, >= 21) or (1, <= 3) => true,
        (4, >= 1 and <= 7) => true,
        (9, <= 7) when day.DayOfWeek == DayOfWeek.Monday => true,
        (11, 11) => true,
        (11, >= 22 and <= 28) when day.DayOfWeek is DayOfWeek.Thursday or DayOfWeek.Friday => true,
        (1, >= 15 and <= 21) when day.DayOfWeek == DayOfWeek.Monday => true,
        (2, >= 15 and <= 21) when day.DayOfWeek == DayOfWeek.Monday => true,
        (5, >= 25) when day.DayOfWeek == DayOfWeek.Monday => true,
        _ => false,
    };
}
