using EquityPlatform.Contracts;
using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Tests.Numbers;

public sealed class AttendanceRuleTests
{
    static readonly DateOnly Monday = TestYear.FirstDay;

    static SchoolDays Week(bool exceptions, DateOnly? from = null, DateOnly? to = null, bool silent = false) =>
        new([Monday, Monday.AddDays(1), Monday.AddDays(2), Monday.AddDays(3), Monday.AddDays(4)], [new(from ?? Monday, to ?? Monday.AddDays(4), exceptions, false)], silent);

    static AttendanceTally Tally(SchoolDays days, DateOnly entry, DateOnly exit, params (int Day, int Portion)[] rows) =>
        AttendanceTally.At(new("A", entry, exit, null, false), days, rows.Select(row => new AttendanceFact("A", Monday.AddDays(row.Day), row.Portion)));

    [Fact]
    public void Under_exceptions_a_day_without_a_row_is_present() =>
        Tally(Week(exceptions: true), Monday, Monday.AddDays(7), (1, 10_000)).ShouldBe(TestYear.Tally(5, 5, 10_000));

    [Fact]
    public void Under_all_a_day_without_a_row_is_not_known() =>
        Tally(Week(exceptions: false), Monday, Monday.AddDays(7), (0, 0), (1, 10_000)).ShouldBe(TestYear.Tally(5, 2, 10_000));

    [Fact]
    public void The_exit_day_does_not_count() =>
        Tally(Week(exceptions: true), Monday, Monday.AddDays(2), (2, 10_000)).ShouldBe(TestYear.Tally(2, 2, 0));

    [Fact]
    public void Rows_on_days_out_of_session_or_outside_the_span_do_not_count() =>
        Tally(Week(exceptions: true), Monday.AddDays(1), Monday.AddDays(7), (0, 10_000), (5, 10_000)).ShouldBe(TestYear.Tally(4, 4, 0));

    [Fact]
    public void Days_outside_the_declared_coverage_do_not_count() =>
        Tally(Week(exceptions: true, Monday.AddDays(1), Monday.AddDays(2)), Monday, Monday.AddDays(7), (0, 10_000), (2, 10_000)).ShouldBe(TestYear.Tally(2, 2, 10_000));

    [Fact]
    public void The_later_declaration_holds_on_a_day_covered_twice() =>
        new SchoolDays([Monday], [new(Monday, Monday, Exceptions: true, false), new(Monday, Monday, Exceptions: false, false)], false)[Monday].ShouldBe(DayRule.MissingWithoutRow);

    [Fact]
    public void A_silent_school_knows_nothing_even_under_exceptions() =>
        Tally(Week(exceptions: true, silent: true), Monday, Monday.AddDays(7)).ShouldBe(TestYear.Tally(5, 0, 0));

    [Fact]
    public void Parts_of_a_day_add_up_to_a_day_at_most() =>
        Tally(Week(exceptions: true), Monday, Monday.AddDays(7), (0, 6_000), (0, 6_000), (1, 2_500)).ShouldBe(TestYear.Tally(5, 5, 12_500));

    [Fact]
    public void A_date_in_two_schools_is_one_day_of_the_district()
    {
        var days = Week(exceptions: true);
        IReadOnlyList<EnrollmentFact> spans = [new("A", Monday, Monday.AddDays(7), null, false), new("B", Monday.AddDays(2), Monday.AddDays(7), null, false)];
        AttendanceFact[] rows = [new("A", Monday.AddDays(3), 5_000), new("B", Monday.AddDays(3), 10_000), new("B", Monday.AddDays(1), 10_000)];
        AttendanceTally.Pooled(spans, [days, days], rows).ShouldBe(TestYear.Tally(5, 5, 10_000));
    }

    [Fact]
    public void Under_all_a_student_with_too_few_known_days_is_unknown_and_not_outside()
    {
        new ChronicAbsence(10, 10).Of(TestYear.Tally(180, 9, 0)).Part.ShouldBe(Part.Unknown);
        new ChronicAbsence(10, 10).Of(TestYear.Tally(180, 10, 10_000)).ShouldBe(Contribution.Of(1, 1));
        new AverageDailyAttendance().Of(TestYear.Tally(180, 0, 0)).Part.ShouldBe(Part.Unknown);
    }

    [Fact]
    public void A_span_without_a_day_is_no_enrolment()
    {
        var cube = new TestYear().WithDays("A", 20).With("noShow", "A", 5, 5, absent: 0).With("here", "A", 0, 20, absent: 1).Cube();
        cube.Cell(Catalogue.Rules[0], "A", StudentGroups.All, StudentGroups.All).Numerator.ShouldBe(1);
    }
}
