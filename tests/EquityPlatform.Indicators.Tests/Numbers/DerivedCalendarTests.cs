using EquityPlatform.Indicators.Calendar;

namespace EquityPlatform.Indicators.Tests.Numbers;

public sealed class DerivedCalendarTests
{
    // 1 September 2025 is a Monday
    static readonly DateOnly Monday = new(2025, 9, 1);

    static SessionFact Session(string id, string? parent, int from, int to, int? days) => new(id, parent, Monday.AddDays(from), Monday.AddDays(to), days);

    static List<int>? Days(IReadOnlyList<SessionFact> sessions, params int[] attendance) =>
        DerivedCalendar.Of(sessions, attendance.Select(day => Monday.AddDays(day)).ToHashSet())?.Select(day => day.DayNumber - Monday.DayNumber).ToList();

    [Fact]
    public void Attendance_dates_are_topped_up_with_the_earliest_weekdays() =>
        // Attendance on Wednesday of the first and Saturday of the second week; five days stated: Monday, Tuesday and Thursday fill up
        Days([Session("year", null, 0, 28, 5)], 2, 12).ShouldBe([0, 1, 2, 3, 12]);

    [Fact]
    public void Weekends_are_never_filled_in() => Days([Session("year", null, 4, 28, 3)], []).ShouldBe([4, 7, 8]);

    [Fact]
    public void More_attendance_dates_than_stated_days_all_stay() => Days([Session("year", null, 0, 28, 2)], 0, 1, 2).ShouldBe([0, 1, 2]);

    [Fact]
    public void Dates_outside_the_session_are_left_out_and_its_end_is_the_first_day_after() =>
        Days([Session("year", null, 0, 5, 5)], 5, 30).ShouldBe([0, 1, 2, 3, 4]);

    [Fact]
    public void Terms_that_state_their_days_make_up_the_year() =>
        Days([Session("year", null, 0, 28, 4), Session("fall", "year", 0, 7, 2), Session("spring", "year", 14, 28, 2)], 3).ShouldBe([0, 3, 14, 15]);

    [Fact]
    public void Without_a_stated_number_of_days_there_is_nothing_to_derive_from() => Days([Session("year", null, 0, 28, null)], 1, 2).ShouldBeNull();

    [Fact]
    public void A_session_with_fewer_weekdays_than_stated_days_ends_at_its_end() => Days([Session("year", null, 0, 7, 10)], []).ShouldBe([0, 1, 2, 3, 4]);
}
