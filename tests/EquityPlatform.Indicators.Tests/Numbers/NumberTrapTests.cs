using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Tests.Numbers;

/// <summary>Each of these went wrong in a shipped product or an official report. Fixtures are worked by hand.</summary>
public sealed class NumberTrapTests
{
    static readonly IndicatorRule Chronic = Catalogue.Find("chronic-absence")!;
    static readonly IndicatorRule Attendance = Catalogue.Find("average-daily-attendance")!;
    static readonly IndicatorRule Enrolment = Catalogue.Find("enrollment")!;

    static IndicatorCell All(YearCube cube, IndicatorRule rule, string school) => cube.Cell(rule, school, StudentGroups.All, StudentGroups.All);

    [Theory]
    [InlineData(17, 0)]
    [InlineData(18, 1)]
    [InlineData(19, 1)]
    public void G1_exactly_ninety_percent_attendance_is_chronic_absence(int absent, long chronic)
    {
        // 18 of 180 days missed = 162 attended = 90.0 %
        var cube = new TestYear().WithDays("A", 180).With("s1", "A", 0, 180, absent).Cube();
        All(cube, Chronic, "A").Numerator.ShouldBe(chronic);
        All(cube, Attendance, "A").Numerator.ShouldBe((180 - absent) * 10_000L);
    }

    [Fact]
    public void G1_the_boundary_is_found_by_whole_numbers_down_to_a_ten_thousandth_of_a_day()
    {
        Chronic.Of(TestYear.Tally(180, 180, 180_000)).Numerator.ShouldBe(1);
        Chronic.Of(TestYear.Tally(180, 180, 179_999)).Numerator.ShouldBe(0);
    }

    [Theory]
    [InlineData(10, 9, false)]
    [InlineData(10, 10, true)]
    [InlineData(45, 44, false)]
    [InlineData(45, 45, true)]
    public void G2_the_minimum_of_days_is_a_parameter_and_counts_in(int minimum, int days, bool counted) =>
        (new ChronicAbsence(10, minimum).Of(TestYear.Tally(days, days, days * 10_000L)).Part == Part.Counted).ShouldBe(counted);

    [Fact]
    public void G3_a_student_who_left_in_january_stays_in_the_school_and_the_district()
    {
        var cube = new TestYear().WithDays("A", 180).With("left", "A", 0, 85, absent: 20).With("stayed", "A", 0, 180, absent: 0).Cube();
        foreach (var scope in new[] { "A", "district" })
        {
            All(cube, Chronic, scope).Numerator.ShouldBe(1);
            All(cube, Chronic, scope).Denominator.ShouldBe(2);
            All(cube, Enrolment, scope).Numerator.ShouldBe(2);
        }
    }

    [Fact]
    public void G4_a_transfer_keeps_each_schools_own_days_and_the_district_pools_the_student()
    {
        // Attended 37 of 82 days, then 89 of 96: pooled 126 of 178, so 52 of 178 days missed
        var cube = new TestYear().WithDays("A", 178).WithDays("B", 178).With("mover", [("A", 0, 82, 45), ("B", 82, 178, 7)]).Cube();

        (All(cube, Attendance, "A").Numerator, All(cube, Attendance, "A").Denominator).ShouldBe((370_000, 820_000));
        (All(cube, Attendance, "B").Numerator, All(cube, Attendance, "B").Denominator).ShouldBe((890_000, 960_000));
        (All(cube, Attendance, "district").Numerator, All(cube, Attendance, "district").Denominator).ShouldBe((1_260_000, 1_780_000));
        (All(cube, Chronic, "A").Numerator, All(cube, Chronic, "B").Numerator, All(cube, Chronic, "district").Numerator).ShouldBe((1, 0, 1));
        All(cube, Enrolment, "district").Numerator.ShouldBe(1);
    }

    [Fact]
    public void G5_a_student_who_is_no_longer_there_stays_visible_in_the_year_that_was()
    {
        // Exit long past, program long over: this year's cohort is judged by this year's spans
        var program = new ProgramFact("englishLearner", Participates: true, TestYear.Day(0).AddYears(-2), TestYear.Day(3));
        var cube = new TestYear().WithDays("A", 180).With("graduate", "A", 0, 180, 30, grade: "12", programs: program).Cube();
        cube.Cell(Chronic, "A", StudentGroups.Grade, "12").Numerator.ShouldBe(1);
        cube.Cell(Chronic, "A", StudentGroups.EnglishLearner, "yes").Numerator.ShouldBe(1);
    }

    [Fact]
    public void G7_a_silent_school_is_missing_and_not_zero()
    {
        var cube = new TestYear().WithDays("A", 180).WithDays("B", 180).With("a", "A", 0, 180, absent: 1).With("b", "B", 0, 180, absent: 0).Cube();

        var silent = All(cube, Chronic, "B");
        (silent.State, silent.Numerator, silent.Rate, silent.Unknown).ShouldBe((ValueState.Missing, null, null, 1));
        All(cube, Attendance, "B").State.ShouldBe(ValueState.Missing);
        (All(cube, Chronic, "A").State, All(cube, Chronic, "A").Numerator).ShouldBe((ValueState.Zero, 0));
        // The district says how many it does not know about
        (All(cube, Chronic, "district").Denominator, All(cube, Chronic, "district").Unknown).ShouldBe((1, 1));
    }

    [Fact]
    public void G7_without_a_calendar_or_a_declaration_attendance_is_missing_but_enrolment_is_known()
    {
        var noCalendar = new TestYear().With("s", "A", 0, 180, absent: 5).Cube();
        var noDeclaration = new TestYear().WithDays("A", 180).With("s", "A", 0, 180, absent: 5);
        noDeclaration.Coverage.Clear();
        foreach (var cube in new[] { noCalendar, noDeclaration.Cube() })
        {
            All(cube, Attendance, "A").State.ShouldBe(ValueState.Missing);
            All(cube, Chronic, "district").State.ShouldBe(ValueState.Missing);
            All(cube, Enrolment, "A").Numerator.ShouldBe(1);
        }
    }

    [Fact]
    public void G7_a_dimension_that_nobody_stated_is_missing_and_not_zero_students()
    {
        var cube = new TestYear().WithDays("A", 180).With("s", "A", 0, 180, absent: 5).Cube();
        cube.Cell(Enrolment, "A", StudentGroups.EnglishLearner, "yes").State.ShouldBe(ValueState.Missing);
        cube.Cell(Enrolment, "A", StudentGroups.EnglishLearner, StudentGroups.NotReported).Numerator.ShouldBe(1);
    }

    [Fact]
    public void G12_a_risk_ratio_to_a_reference_of_zero_is_undefined_and_to_an_empty_reference_there_is_no_gap()
    {
        var year = new TestYear().WithDays("A", 180);
        for (var i = 0; i < 20; i++)
            year.With($"b{i}", "A", 0, 180, absent: i < 4 ? 40 : 1, race: "black").With($"w{i}", "A", 0, 180, absent: 1, race: "white");
        var cube = year.Cube();

        var toZero = Gaps.Gap(cube, Chronic, "A", StudentGroups.RaceEthnicity, "black", "white");
        (toZero.RiskRatio, toZero.RiskRatioLow).ShouldBe((null, null));
        toZero.Difference.ShouldBe(0.2);
        var toNobody = Gaps.Gap(cube, Chronic, "A", StudentGroups.RaceEthnicity, "black", "asian");
        (toNobody.Difference, toNobody.RiskRatio, toNobody.TooFewToTell).ShouldBe((null, null, true));
    }

    [Fact]
    public void G13_many_rows_about_one_student_are_one_student()
    {
        var days = Enumerable.Range(0, 14).SelectMany(n => new[] { new AttendanceFact("A", TestYear.Day(n), 10_000), new AttendanceFact("A", TestYear.Day(n), 5_000) });
        var cube = new TestYear().WithDays("A", 100)
            .With(new StudentFacts("often", null, [], [new("A", TestYear.Day(0), TestYear.Day(100), null, false)], [.. days]))
            .With("never", "A", 0, 100, absent: 0).Cube();
        (All(cube, Chronic, "A").Numerator, All(cube, Chronic, "A").Denominator).ShouldBe((1, 2));
        // Two rows on one day are one day: the whole day wins, nothing is counted twice
        All(cube, Attendance, "A").Numerator.ShouldBe(2_000_000 - 140_000);
    }
}
