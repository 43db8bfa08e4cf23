namespace EquityPlatform.Indicators.Statistics;

/// <summary>Wilson's score interval of a proportion (Wilson 1927): inside [0, 1], and never of width zero at 0 or 1.</summary>
internal static class Wilson
{
    public static Interval Of(long successes, long trials) => Of((double)successes / trials, trials);

    /// <param name="p">Proportion, 0..1.</param>
    /// <param name="n">Trials; may be an effective number below the count of trials (see <see cref="ClusteredRate"/>).</param>
    public static Interval Of(double p, double n)
    {
        const double z2 = Interval.Z * Interval.Z;
        var centre = p + z2 / (2 * n);
        var half = Interval.Z * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        var scale = 1 + z2 / n;
        // At 0 and 1 the ends are exact in theory; rounding would leave 1e-17 there
        var low = p <= 0 ? 0 : Math.Clamp((centre - half) / scale, 0, p);
        var high = p >= 1 ? 1 : Math.Clamp((centre + half) / scale, p, 1);
        return new(low, high);
    }
}
