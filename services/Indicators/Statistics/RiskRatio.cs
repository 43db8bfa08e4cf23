namespace EquityPlatform.Indicators.Statistics;

/// <summary>
/// Ratio of two rates with Katz' log interval (Katz et al. 1978). At a rate of zero the interval is undefined and stays so: adding one half
/// would make up a number.
/// </summary>
internal static class RiskRatio
{
    /// <summary>Group rate over reference rate; null where the reference is zero.</summary>
    public static double? Of(Proportion group, Proportion reference) => reference.Rate > 0 ? group.Rate / reference.Rate : null;

    public static Interval? Katz(Proportion group, Proportion reference) =>
        group.Rate > 0 && reference.Rate > 0 ? Around(group.Rate / reference.Rate, RelativeVariance(group) + RelativeVariance(reference)) : null;

    /// <summary>
    /// Ratio of a group to the whole that it is part of. The whole is w x group + (1 - w) x others, so the ratio is
    /// 1 / (w + (1 - w) / ratio to the others), which rises with that ratio; its interval is Katz' interval to the others
    /// carried over, so both say the same about 1.
    /// </summary>
    public static Interval? KatzToWhole(Proportion group, Proportion others, double weight) =>
        weight < 1 && Katz(group, others) is { } toOthers ? new(ToWhole(toOthers.Low, weight), ToWhole(toOthers.High, weight)) : null;

    static double ToWhole(double ratioToOthers, double weight) => 1 / (weight + (1 - weight) / ratioToOthers);

    // Var(p)/p^2 = (1-p)/(np) = 1/successes - 1/trials
    static double RelativeVariance(Proportion p) => (1 - p.Rate) / (p.Trials * p.Rate);

    static Interval Around(double ratio, double variance)
    {
        var half = Interval.Z * Math.Sqrt(variance);
        return new(ratio * Math.Exp(-half), ratio * Math.Exp(half));
    }
}
