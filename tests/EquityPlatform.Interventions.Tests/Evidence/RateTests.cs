namespace EquityPlatform.Interventions.Tests.Evidence;

public sealed class RateTests
{
    [Theory]
    [InlineData(1, 3, 3333)]
    [InlineData(2, 3, 6667)]
    [InlineData(1, 20_000, 1)] // half a ten-thousandth goes up
    [InlineData(0, 7, 0)]
    [InlineData(7, 7, 10_000)]
    public void Rounds_for_display(long numerator, long denominator, int expected) => new Rate(numerator, denominator).Rounded().ShouldBe(expected);

    [Fact] public void Equal_rates_are_equal_whatever_their_denominator() => new Rate(18, 120).CompareTo(new Rate(3, 20)).ShouldBe(0);

    [Fact] public void Compares_where_doubles_cannot() => new Rate(9_007_199_254_740_993, 9_007_199_254_740_994).CompareTo(new Rate(9_007_199_254_740_992, 9_007_199_254_740_993)).ShouldBe(1);

    [Theory]
    [InlineData(2000, false, true)]
    [InlineData(1999, false, false)]
    [InlineData(2000, true, true)]
    [InlineData(2001, true, false)]
    public void Reaching_a_threshold_exactly_counts(int threshold, bool higherIsBetter, bool reached) =>
        new Rate(20, 100).IsAtLeastAsGoodAs(Rate.TenThousandths(threshold), higherIsBetter).ShouldBe(reached);
}
