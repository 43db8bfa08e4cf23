using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Reporting.Disclosure;

namespace EquityPlatform.Reporting.Tests.Disclosure;

/// <summary>Each rule on a table small enough to check by hand.</summary>
public sealed class RuleTests
{
    const string El = StudentGroups.EnglishLearner;
    const string Enrollment = "enrollment";
    const string Chronic = "chronic-absence";
    const string Attendance = "average-daily-attendance";

    // Two large schools where everything can be shown
    static HandMade TwoLarge() => new HandMade()
        .Learners("A", "yes", 40, 8).Learners("A", "no", 160, 30)
        .Learners("B", "yes", 60, 9).Learners("B", "no", 240, 40);

    [Fact]
    public void Hides_nothing_where_nothing_is_small()
    {
        TwoLarge().Release().Cells.ShouldNotContain(c => c.State == ValueState.Suppressed);
    }

    [Fact]
    public void A_group_under_ten_hides_its_whole_partition_and_the_next_smallest_school()
    {
        var table = TwoLarge().Learners("C", "yes", 9, 4).Learners("C", "no", 300, 50);
        foreach (var indicator in new[] { Enrollment, Chronic, Attendance })
        {
            table.States(indicator, "C", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
            table.States(indicator, "A", El).ShouldBe(["yes=suppressed", "no=suppressed"], "one hidden school is district less the others");
            table.States(indicator, "B", El).ShouldBe(["yes=value", "no=value"]);
            table.States(indicator, "district", El).ShouldBe(["yes=value", "no=value"]);
            table.State(indicator, "C").ShouldBe("all=value", "the school's total has 309 students");
        }
    }

    [Fact]
    public void Ten_is_enough()
    {
        TwoLarge().Learners("C", "yes", 10, 4).Learners("C", "no", 300, 50).States(Enrollment, "C", El).ShouldBe(["yes=value", "no=value"]);
    }

    [Fact]
    public void Hides_on_until_the_hidden_sum_has_ten()
    {
        // C and the next smallest (D) have 3 + 4 English learners: seven could be worked out, so A goes too
        var table = TwoLarge().Learners("C", "yes", 3, 1).Learners("C", "no", 90, 20).Learners("D", "yes", 4, 1).Learners("D", "no", 100, 20);
        table.States(Enrollment, "A", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
        table.States(Enrollment, "B", El).ShouldBe(["yes=value", "no=value"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(58)]
    [InlineData(60)]
    public void Fewer_than_three_on_either_side_hide_the_count_but_not_the_group(int absent)
    {
        var table = TwoLarge().Learners("C", "yes", 60, absent).Learners("C", "no", 300, 50);
        table.States(Chronic, "C", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
        table.States(Chronic, "A", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
        table.States(Enrollment, "C", El).ShouldBe(["yes=value", "no=value"]);
        table.States(Enrollment, "A", El).ShouldBe(["yes=value", "no=value"]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(57)]
    public void Three_on_either_side_are_enough(int absent)
    {
        TwoLarge().Learners("C", "yes", 60, absent).Learners("C", "no", 300, 50).States(Chronic, "C", El).ShouldBe(["yes=value", "no=value"]);
    }

    [Fact]
    public void A_school_under_ten_hides_its_total_and_everything_below_it()
    {
        var table = TwoLarge().Learners("C", "no", 7, 3);
        table.State(Enrollment, "C").ShouldBe("all=suppressed");
        table.State(Enrollment, "A").ShouldBe("all=suppressed", "else C is the district less A and B");
        table.State(Enrollment, "B").ShouldBe("all=value");
        table.States(Enrollment, "A", El).ShouldBe(["yes=suppressed", "no=suppressed"], "they would add up to the total");
        table.States(Enrollment, "C", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
    }

    [Fact]
    public void A_hidden_group_of_a_one_school_district_is_hidden_in_the_district_too()
    {
        var table = new HandMade().Learners("A", "yes", 40, 2).Learners("A", "no", 160, 30);
        table.States(Chronic, "A", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
        table.States(Chronic, "district", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
        table.State(Chronic, "district").ShouldBe("all=value");
    }

    [Fact]
    public void A_group_too_small_for_the_district_is_hidden_everywhere()
    {
        var table = new HandMade().Learners("A", "yes", 5, 2).Learners("A", "no", 160, 30).Learners("B", "no", 200, 40);
        table.States(Enrollment, "district", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
        table.States(Enrollment, "A", El).ShouldBe(["yes=suppressed", "no=suppressed"]);
    }

    [Fact]
    public void Small_races_are_counted_together_smallest_first()
    {
        var table = new HandMade()
            .Race("A", "white", 200, 40).Race("A", "asian", 6, 2).Race("A", "black", 60, 12).Race("A", "pacificIslander", 12, 3)
            .Race("B", "white", 300, 40).Race("B", "asian", 2, 1).Race("B", "black", 60, 12).Race("B", "pacificIslander", 12, 3);
        var release = table.Release();
        // 8 Asian students are too few; Pacific Islanders (24) are the next smallest group and join them
        release.MergedRaceGroups.ShouldBe(["asian", "pacificIslander"]);
        var merged = release.Cells.Single(c => c is { Indicator: Enrollment, School: "district", Group: "merged" });
        (merged.Numerator, merged.Denominator, merged.State).ShouldBe((32, 652, ValueState.Value));
        var chronic = release.Cells.Single(c => c is { Indicator: Chronic, School: "district", Group: "merged" });
        (chronic.Numerator, chronic.Denominator, chronic.Students).ShouldBe((9, 32, 32));
        release.Cells.ShouldNotContain(c => c.Group == "asian" || c.Group == "pacificIslander");
    }

    [Fact]
    public void Several_small_races_need_no_larger_one()
    {
        var table = new HandMade().Race("A", "white", 200, 40).Race("A", "asian", 6, 2).Race("A", "black", 7, 3).Race("A", "hispanic", 60, 12);
        table.Release().MergedRaceGroups.ShouldBe(["asian", "black"]);
    }

    [Fact]
    public void No_students_stay_a_zero_and_no_denominator_stays_not_applicable()
    {
        var table = TwoLarge().Learners("C", "no", 300, 50);
        table.States(Enrollment, "C", El).ShouldBe(["yes=zero", "no=value"]);
        table.States(Chronic, "C", El).ShouldBe(["yes=notApplicable", "no=value"]);
    }

    [Fact]
    public void Missing_stays_missing_and_shields_no_other_school()
    {
        // D sent no answers: it cannot stand in as the second hidden school
        IndicatorCell[] truth = [.. TwoLarge().Learners("C", "yes", 9, 4).Learners("C", "no", 300, 50).Learners("D", "no", 50, 10).Truth
            .Select(c => c.School == "D" && c.Dimension == El ? c with { State = ValueState.Missing, Numerator = null, Denominator = null, Students = null, Rate = null, Low = null, High = null } : c)];
        var released = DisclosureControl.Apply(MadeDistrict.Definitions, truth).Cells;
        released.Where(c => c.School == "D" && c.Dimension == El).ShouldAllBe(c => c.State == ValueState.Missing);
        released.Where(c => c.School == "A" && c.Dimension == El && c.Group == "yes").ShouldAllBe(c => c.State == ValueState.Suppressed);
    }

    [Fact]
    public void Days_are_hidden_where_they_prove_that_nearly_nobody_was_often_absent()
    {
        // 50 x 175 days, 20 missed: not even two students can have missed a tenth of the year (17.5 days each)
        MadeStudent[] students = [.. TwoLargeStudents(), .. Enumerable.Range(0, 50).Select(i => new MadeStudent("C", "white", "yes", "03", 175, i == 0 ? 20 : 0)),
            .. Enumerable.Range(0, 100).Select(_ => new MadeStudent("C", "white", "no", "03", 175, 8))];
        var released = DisclosureControl.Apply(MadeDistrict.Definitions, MadeDistrict.Cells(students)).Cells;
        released.Single(c => c is { Indicator: Attendance, School: "C", Dimension: El, Group: "yes" }).State.ShouldBe(ValueState.Suppressed);
        released.Single(c => c is { Indicator: Attendance, School: "B", Dimension: El, Group: "yes" }).State.ShouldBe(ValueState.Value);
    }

    [Fact]
    public void The_interval_of_days_is_not_published()
    {
        var released = TwoLarge().Release().Cells;
        released.Where(c => c.Indicator == Attendance).ShouldAllBe(c => c.Low == null && c.High == null);
        released.Where(c => c is { Indicator: Chronic, State: ValueState.Value }).ShouldAllBe(c => c.Low != null && c.High != null);
    }

    [Fact]
    public void Refuses_values_that_cannot_be_right()
    {
        var truth = TwoLarge().Truth;
        Should.Throw<UnfitValuesException>(() => DisclosureControl.Apply(MadeDistrict.Definitions, [.. truth, truth[0]]));
        Should.Throw<UnfitValuesException>(() => DisclosureControl.Apply(MadeDistrict.Definitions, [truth[0] with { Numerator = truth[0].Denominator + 1 }, .. truth.Skip(1)]));
        Should.Throw<UnfitValuesException>(() => DisclosureControl.Apply([MadeDistrict.Definitions[0]], truth));
    }

    static IEnumerable<MadeStudent> TwoLargeStudents() =>
        from school in new[] { ("A", 40, 160), ("B", 60, 240) }
        from answer in new[] { ("yes", school.Item2), ("no", school.Item3) }
        from i in Enumerable.Range(0, answer.Item2)
        select new MadeStudent(school.Item1, "white", answer.Item1, "03", 175, i % 5 == 0 ? 40 : 8);
}
