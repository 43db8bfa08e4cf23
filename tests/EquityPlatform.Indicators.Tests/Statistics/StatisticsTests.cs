using EquityPlatform.Indicators.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace EquityPlatform.Indicators.Tests.Statistics;

/// <summary>
/// Known answers: Newcombe's published examples, and values made with 40-digit decimals by another route (Wilson as the roots of the score
/// equation's quadratic).
/// </summary>
public sealed class StatisticsTests
{
    const double Close = 1e-12;

    [Theory]
    [InlineData(81, 263, 0.2552885198782742, 0.3662095769828001)]
    [InlineData(15, 148, 0.0623863995307363, 0.1604872417233080)]
    [InlineData(0, 20, 0, 0.1611251580528194)]
    [InlineData(1, 29, 0.0061132142927627, 0.1717552187932029)]
    [InlineData(20, 20, 0.8388748419471806, 1)]
    [InlineData(18, 120, 0.0970381229258474, 0.2246752935672451)]
    [InlineData(44, 880, 0.0374549623996506, 0.0664567266302324)]
    [InlineData(1, 1, 0.2065493143772374, 1)]
    [InlineData(499_999, 1_000_000, 0.4990190198938482, 0.5009789801138347)]
    public void Wilson_gives_the_known_intervals(long x, long n, double low, double high)
    {
        var interval = Wilson.Of(x, n);
        interval.Low.ShouldBe(low, Close);
        interval.High.ShouldBe(high, Close);
    }

    [Fact]
    public void Wilson_starts_at_exactly_zero_without_successes_and_ends_at_exactly_one_without_failures()
    {
        for (var n = 1; n <= 2_000; n++)
        {
            Wilson.Of(0, n).Low.ShouldBe(0);
            Wilson.Of(n, n).High.ShouldBe(1);
        }
    }

    [Fact]
    public void Wilson_lies_in_the_unit_interval_around_the_rate_and_solves_the_score_equation() =>
        Prop.ForAll(Counts(), c =>
        {
            var (p, interval) = ((double)c.X / c.N, Wilson.Of(c.X, c.N));
            return interval.Low >= 0 && interval.High <= 1 && interval.Low <= p && p <= interval.High
                && (c.X == 0 || ScoreIsZ(p, interval.Low, c.N)) && (c.X == c.N || ScoreIsZ(p, interval.High, c.N));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524314724023649, 0.3338726540369060)]
    [InlineData(18, 120, 44, 880, 0.0445402463528745, 0.1757217104782269)]
    [InlineData(9, 10, 3, 10, 0.1705227239345029, 0.8090179735354880)]
    [InlineData(10, 10, 0, 10, 0.6075093504305242, 1)]
    [InlineData(0, 10, 0, 10, -0.2775327998628892, 0.2775327998628892)]
    [InlineData(5, 56, 0, 29, -0.0381371479035369, 0.1925600138551116)]
    public void Newcombe_gives_the_known_intervals(long x, long n, long y, long m, double low, double high)
    {
        var interval = Newcombe.Difference(Proportion.Of(x, n), Proportion.Of(y, m));
        interval.Low.ShouldBe(low, Close);
        interval.High.ShouldBe(high, Close);
    }

    [Fact]
    public void Newcombe_contains_the_difference_and_turns_round_with_the_order() =>
        Prop.ForAll(Counts(), Counts(), (a, b) =>
        {
            var (p, q) = (Proportion.Of(a.X, a.N), Proportion.Of(b.X, b.N));
            var (there, back) = (Newcombe.Difference(p, q), Newcombe.Difference(q, p));
            return there.Contains(p.Rate - q.Rate) && there.Low >= -1 - Close && there.High <= 1 + Close
                && Math.Abs(there.Low + back.High) < Close && Math.Abs(there.High + back.Low) < Close;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_gap_to_the_whole_is_the_gap_to_the_others_scaled_down()
    {
        var (group, others) = (Proportion.Of(18, 120), Proportion.Of(44, 880));
        var interval = Newcombe.DifferenceToWhole(group, others, 0.12);
        interval.Low.ShouldBe(0.88 * 0.0445402463528745, Close);
        interval.High.ShouldBe(0.88 * 0.1757217104782269, Close);
    }

    [Fact]
    public void The_risk_ratio_of_the_worked_example_is_three()
    {
        var (group, others) = (Proportion.Of(18, 120), Proportion.Of(44, 880));
        RiskRatio.Of(group, others)!.Value.ShouldBe(3, Close);
        var interval = RiskRatio.Katz(group, others)!.Value;
        interval.Low.ShouldBe(1.7940389900110908, Close);
        interval.High.ShouldBe(5.0166133791464376, 1e-11);
    }

    [Theory]
    [InlineData(5, 56, 9, 29, 0.1061536640914972, 0.7797222769234209)]
    [InlineData(56, 70, 48, 80, 1.0766264227631927, 1.6512485112663870)]
    public void Katz_gives_the_known_intervals(long x, long n, long y, long m, double low, double high)
    {
        var interval = RiskRatio.Katz(Proportion.Of(x, n), Proportion.Of(y, m))!.Value;
        interval.Low.ShouldBe(low, Close);
        interval.High.ShouldBe(high, Close);
    }

    [Fact]
    public void A_risk_ratio_to_a_reference_of_zero_is_undefined_and_nothing_is_added_to_make_it_defined()
    {
        RiskRatio.Of(Proportion.Of(3, 40), Proportion.Of(0, 50)).ShouldBeNull();
        RiskRatio.Katz(Proportion.Of(3, 40), Proportion.Of(0, 50)).ShouldBeNull();
        RiskRatio.Of(Proportion.Of(0, 40), Proportion.Of(5, 50)).ShouldBe(0);
        RiskRatio.Katz(Proportion.Of(0, 40), Proportion.Of(5, 50)).ShouldBeNull();
    }

    [Fact]
    public void The_ratio_to_the_whole_becomes_the_plain_ratio_as_the_group_gets_small()
    {
        var (group, others) = (Proportion.Of(18, 120), Proportion.Of(44, 880));
        var (plain, whole) = (RiskRatio.Katz(group, others)!.Value, RiskRatio.KatzToWhole(group, others, 1e-9)!.Value);
        whole.Low.ShouldBe(plain.Low, 1e-6);
        whole.High.ShouldBe(plain.High, 1e-6);
    }

    [Fact]
    public void A_group_and_the_rest_of_the_whole_are_told_apart_alike_by_ratio_and_by_difference()
    {
        // 3 of 21 and 9 of 219: the ratio to the others is 1.018 to 11.87, so neither ratio to the whole of 12 in 240 may contain 1
        var (few, many) = (Proportion.Of(3, 21), Proportion.Of(9, 219));
        var group = RiskRatio.KatzToWhole(few, many, 21.0 / 240)!.Value;
        group.Low.ShouldBe(1 / (21.0 / 240 + 219.0 / 240 / RiskRatio.Katz(few, many)!.Value.Low), 1e-12);
        group.Low.ShouldBeGreaterThan(1);
        var rest = RiskRatio.KatzToWhole(many, few, 219.0 / 240)!.Value;
        rest.High.ShouldBeLessThan(1);
        Newcombe.DifferenceToWhole(few, many, 21.0 / 240).Contains(0).ShouldBeFalse();
    }

    [Fact]
    public void A_rate_of_days_stands_on_fewer_trials_than_days_because_a_students_days_hang_together()
    {
        (long Attended, long Enrolled)[] students = [(1_700_000, 1_800_000), (1_500_000, 1_800_000), (1_790_000, 1_800_000), (400_000, 900_000), (1_800_000, 1_800_000)];
        var squares = students.Aggregate(default(SquareSums), (sum, s) => sum + SquareSums.Of(s.Attended, s.Enrolled));
        var rate = ClusteredRate.Of(7_190_000, 8_100_000, 5, 10_000, squares);
        rate.Rate.ShouldBe(0.8876543209876543, Close);
        // p(1-p) over the linearised variance = 20.369743732644068; times (z / t with 4 degrees of freedom)^2
        rate.Trials.ShouldBe(10.150876989383415, 1e-9);
    }

    [Fact]
    public void Students_who_all_attended_every_day_count_once_each()
    {
        var squares = SquareSums.Of(1_800_000, 1_800_000) + SquareSums.Of(1_800_000, 1_800_000);
        ClusteredRate.Of(3_600_000, 3_600_000, 2, 10_000, squares).Trials.ShouldBe(2);
    }

    static bool ScoreIsZ(double p, double bound, long n) =>
        Math.Abs(Math.Abs(p - bound) - EquityPlatform.Indicators.Statistics.Interval.Z * Math.Sqrt(bound * (1 - bound) / n)) < 1e-9;

    static Arbitrary<(long X, long N)> Counts() =>
        (from n in Gen.Choose(1, 20_000)
         from x in Gen.OneOf(Gen.Choose(0, n), Gen.Constant(0), Gen.Constant(n))
         select ((long)x, (long)n)).ToArbitrary();
}
