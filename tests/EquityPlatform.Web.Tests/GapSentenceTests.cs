using EquityPlatform.Contracts;

namespace EquityPlatform.Web.Tests;

/// <summary>Titles are computed from the data, and the school is their subject.</summary>
public sealed class GapSentenceTests
{
    [Fact]
    public void Names_the_largest_clear_difference() =>
        Title(Pictures.Gap("asian", 30, 100, 0.2, false), Pictures.Gap("black", 41, 100, 0.2, false), Pictures.Gap("white", 60, 100, 0.2, true))
            .ShouldBe("Grand Bend High School: 41 of 100 Black or African American students miss too much school. Among all students it is 20 of 100.");

    [Fact]
    public void A_group_that_is_served_better_is_not_called_a_problem() =>
        Title(Pictures.Gap("asian", 5, 100, 0.2, false), Pictures.Gap("white", 21, 100, 0.2, true))
            .ShouldBe("Grand Bend High School: no group clearly misses more school than all students");

    [Fact]
    public void Says_when_there_are_too_few_to_tell() =>
        Title(Pictures.Gap("asian", 3, 10, 0.2, true), Pictures.Gap("white", 2, 10, 0.2, true))
            .ShouldBe("Grand Bend High School: the groups are too small to tell a difference from all students");

    [Fact]
    public void Says_when_there_is_nothing_to_show() =>
        Title(Pictures.Without("asian", ValueState.Suppressed)).ShouldBe("Grand Bend High School: there is nothing to show for this choice");

    [Fact]
    public void For_attendance_less_is_the_finding() =>
        GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 80, 100, 0.95, false), Pictures.Gap("white", 99, 100, 0.95, false)], rate: 0.95, definition: Pictures.Attendance), "Grand Bend High School")
            .Title.ShouldBe("Grand Bend High School: Asian students are in class 80 of 100 school days. Among all students it is 95 of 100.");

    [Fact]
    public void Reads_the_same_in_Spanish() =>
        GapPlot.From(Language.Spanish, Pictures.Analysis([Pictures.Gap("hispanic", 41, 100, 0.2, false)]), "Grand Bend High School")
            .Title.ShouldBe("Grand Bend High School: 41 de cada 100 estudiantes hispanos o latinos faltan demasiado a la escuela. Entre todos los estudiantes son 20 de cada 100.");

    [Fact]
    public void Summary_tells_clear_from_unclear()
    {
        var summary = GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 41, 100, 0.2, false), Pictures.Gap("white", 21, 100, 0.2, true)]), "District").Summary;

        summary.ShouldContain("The difference is clear for Asian students (41 of 100).");
        summary.ShouldContain("For White students there are too few students to tell.");
    }

    [Fact]
    public void Compared_with_all_others_each_row_has_its_own_mark()
    {
        var plot = GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("asian", 41, 100, 0.2, false)], "allOthers", null), "District");

        plot.Reference.ShouldBeNull();
        plot.Rows[0].Comparison.ShouldNotBeNull().ShouldBe(0.2, 1e-9);
    }

    [Fact]
    public void A_rate_of_the_reference_group_is_not_compared_with_itself()
    {
        var row = GapPlot.From(Language.English, Pictures.Analysis([Pictures.Gap("white", 20, 100, 0.2, true)], "white"), "District").Rows[0];

        row.IsReference.ShouldBeTrue();
        row.Reading.ShouldBe("compared with this");
        row.Difference.ShouldBeEmpty();
    }

    private static string Title(params Contracts.Indicators.GapToReference[] gaps) => GapPlot.From(Language.English, Pictures.Analysis(gaps), "Grand Bend High School").Title;
}
