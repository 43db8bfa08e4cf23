using EquityPlatform.Contracts;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Numbers;

namespace EquityPlatform.Indicators.Tests.Numbers;

public sealed class GapTests
{
    static readonly IndicatorRule Chronic = Catalogue.Find("chronic-absence")!;

    // The worked example of methods: 18 of 120 against 44 of 880
    static YearCube Example()
    {
        var year = new TestYear().WithDays("A", 20);
        for (var i = 0; i < 1_000; i++)
        {
            var (race, absent) = i < 120 ? ("black", i < 18 ? 2 : 1) : ("white", i < 120 + 44 ? 5 : 0);
            year.With($"s{i}", "A", 0, 20, absent, race);
        }
        return year.Cube();
    }

    [Fact]
    public void The_gap_to_all_others_has_newcombes_interval_and_the_ratio_katz()
    {
        var gap = Gaps.Gap(Example(), Chronic, "A", StudentGroups.RaceEthnicity, "black", Gaps.AllOthers);
        (gap.Cell.Numerator, gap.Cell.Denominator).ShouldBe((18, 120));
        gap.Difference!.Value.ShouldBe(0.10, 1e-12);
        (gap.DifferenceLow!.Value, gap.DifferenceHigh!.Value).ShouldBe((0.0445402463528745, 0.1757217104782269), new Near());
        gap.RiskRatio!.Value.ShouldBe(3, 1e-12);
        (gap.RiskRatioLow!.Value, gap.RiskRatioHigh!.Value).ShouldBe((1.7940389900110908, 5.0166133791464376), new Near());
        gap.TooFewToTell.ShouldBeFalse();
    }

    [Fact]
    public void The_gap_to_all_is_the_rate_minus_the_schools_rate()
    {
        var gap = Gaps.Gap(Example(), Chronic, "A", StudentGroups.RaceEthnicity, "black", StudentGroups.All);
        gap.Difference!.Value.ShouldBe(0.15 - 0.062, 1e-12);
        gap.DifferenceLow!.Value.ShouldBe(0.88 * 0.0445402463528745, 1e-12);
        gap.RiskRatio!.Value.ShouldBe(0.15 / 0.062, 1e-12);
        gap.RiskRatioLow!.Value.ShouldBeInRange(1, gap.RiskRatio.Value);
        gap.RiskRatioHigh!.Value.ShouldBeInRange(gap.RiskRatio.Value, 5);
    }

    [Fact]
    public void A_group_has_no_gap_to_itself_and_none_to_others_who_are_not_there()
    {
        var self = Gaps.Gap(Example(), Chronic, "A", StudentGroups.RaceEthnicity, "white", "white");
        (self.Difference, self.RiskRatio, self.TooFewToTell).ShouldBe((0d, 1d, true));
        var whole = Gaps.Gap(Example(), Chronic, "A", StudentGroups.All, StudentGroups.All, Gaps.AllOthers);
        (whole.Difference, whole.TooFewToTell).ShouldBe((null, true));
    }

    [Fact]
    public void A_group_with_no_students_is_not_applicable_and_has_no_gap()
    {
        var gap = Gaps.Gap(Example(), Chronic, "A", StudentGroups.RaceEthnicity, "asian", "white");
        (gap.Cell.State, gap.Difference, gap.RiskRatio).ShouldBe((ValueState.NotApplicable, null, null));
    }

    [Fact]
    public void Attention_lists_only_what_is_clearly_above_all_others()
    {
        var items = GetAttention.Items(Example(), ["A"]);
        items.ShouldHaveSingleItem().Gap.Cell.Group.ShouldBe("black");
        (items[0].Reference.Group, items[0].Reference.Numerator, items[0].Reference.Denominator).ShouldBe((Gaps.AllOthers, 44, 880));
    }

    sealed class Near : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) => Math.Abs(x.Item1 - y.Item1) < 1e-11 && Math.Abs(x.Item2 - y.Item2) < 1e-11;
        public int GetHashCode((double, double) obj) => 0;
    }
}
