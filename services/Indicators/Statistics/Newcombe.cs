namespace EquityPlatform.Indicators.Statistics;

/// <summary>A proportion with its Wilson interval and the number of trials that the interval stands on.</summary>
internal readonly record struct Proportion(double Rate, double Trials)
{
    public Interval Interval => Wilson.Of(Rate, Trials);

    public static Proportion Of(long successes, long trials) => new((double)successes / trials, trials);
}

/// <summary>Newcombe's hybrid score interval of a difference of two independent proportions (Newcombe 1998, method 10).</summary>
internal static class Newcombe
{
    public static Interval Difference(Proportion first, Proportion second)
    {
        var (d, a, b) = (first.Rate - second.Rate, first.Interval, second.Interval);
        return new(
            d - Math.Sqrt(Square(first.Rate - a.Low) + Square(b.High - second.Rate)),
            d + Math.Sqrt(Square(a.High - first.Rate) + Square(second.Rate - b.Low)));
    }

    /// <summary>
    /// Difference of a group to the whole that it is part of: the whole is w x group + (1 - w) x others, so the difference is
    /// (1 - w) times the difference to the others, and so is its interval.
    /// </summary>
    /// <param name="weight">w, the group's share of the denominator.</param>
    public static Interval DifferenceToWhole(Proportion group, Proportion others, double weight)
    {
        var toOthers = Difference(group, others);
        return new((1 - weight) * toOthers.Low, (1 - weight) * toOthers.High);
    }

    static double Square(double x) => x * x;
}
