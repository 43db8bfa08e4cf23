using EquityPlatform.Contracts;
using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Tests.Numbers;

/// <summary>Half days of school: rates of attendance pool time, chronic absence counts days.</summary>
public sealed class HalfDayTests
{
    static readonly IndicatorRule Attendance = Catalogue.Find("average-daily-attendance")!;
    static readonly IndicatorRule Chronic = Catalogue.Find("chronic-absence")!;

    static (long?, long?) Of(TestYear year, IndicatorRule rule, string school = "A") =>
        year.Cube().Cell(rule, school, StudentGroups.All, StudentGroups.All) is var cell ? (cell.Numerator, cell.Denominator) : default;

    [Fact]
    public void A_half_day_attended_or_missed_is_half_a_day_of_attendance()
    {
        // 20 days of school, the first two of them half days: 19 whole days. One student missed the first three days: 0.5 + 0.5 + 1
        var year = new TestYear().WithDays("A", 20, half: [0, 1]).With("here", "A", 0, 20, absent: 0).With("away", "A", 0, 20, absent: 3);
        Of(year, Attendance).ShouldBe((190_000 + 170_000, 380_000));
    }

    [Fact]
    public void For_chronic_absence_a_half_day_is_a_day_in_both_counts()
    {
        // 2 of 20 days missed is a tenth, though only one day's worth of time in 19.5
        Of(new TestYear().WithDays("A", 20, half: [0]).With("x", "A", 0, 20, absent: 2).With("y", "A", 0, 20, absent: 1), Chronic).ShouldBe((1, 2));
        // 10 half days are the 10 days that the definition asks for
        Of(new TestYear().WithDays("A", 10, half: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).With("x", "A", 0, 10, absent: 1).With("y", "A", 0, 10, absent: 0), Chronic).ShouldBe((1, 2));
    }

    [Fact]
    public void A_portion_is_a_part_of_that_days_time()
    {
        var days = new SchoolDays([TestYear.Day(0), TestYear.Day(1)], [new(TestYear.FirstDay, TestYear.FirstDay.AddDays(9), Exceptions: true, Derived: false)], silent: false,
            new Dictionary<DateOnly, int> { [TestYear.Day(0)] = 3_333 });
        var tally = AttendanceTally.At(new("A", TestYear.Day(0), TestYear.Day(9), null, false), days, [new("A", TestYear.Day(0), 5_000), new("A", TestYear.Day(1), 5_000)]);
        // Half of 3333 is 1666.5: rounded upwards, once a day
        tally.ShouldBe(new(true, 2, 2, 10_000, 13_333, 6_667));
    }

    [Fact]
    public void Where_every_day_needs_a_row_only_the_time_of_days_with_rows_is_known()
    {
        var year = new TestYear().WithDays("A", 20, half: [0, 1]).With("x", "A", 0, 20, absent: 1);
        year.Coverage[0] = year.Coverage[0] with { Exceptions = false };
        Of(year, Attendance).ShouldBe((0, 5_000));
    }

    [Fact]
    public void A_date_in_two_schools_is_as_long_as_the_longer_day_and_each_portion_a_part_of_its_own_schools()
    {
        // Day 0 is a half day at A and a whole one at B; absent from both on it
        var year = new TestYear().WithDays("A", 10, half: [0]).WithDays("B", 10).With("both", [("A", 0, 10, 1), ("B", 0, 10, 0)]).With("b", "B", 0, 10, absent: 1);
        Of(year, Attendance, "A").ShouldBe((90_000, 95_000));
        // The half day of A is missed of the whole day that B kept: 10 days, 0.5 missed; b missed one of 10
        Of(year, Attendance, "district").ShouldBe((95_000 + 90_000, 200_000));
    }

    [Fact]
    public void A_derived_calendar_has_whole_days()
    {
        var year = new TestYear().With("x", "A", 0, 10, absent: 1);
        year.Sessions.Add(new("y", null, TestYear.FirstDay, TestYear.FirstDay.AddDays(60), 10));
        Of(year, Attendance).ShouldBe((90_000, 100_000));
    }
}
