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

    /// <summary>Ratio of a group to the whole that it is part of: the same log interval by the delta method, with the group's share of the whole counted once.</summary>
    public static Interval? KatzToWhole(Proportion group, Proportion others, double weight)
    {
        var whole = weight * group.Rate + (1 - weight) * others.Rate;
        if (group.Rate <= 0 || others.Rate <= 0 || weight >= 1)
            return null;
        var slopeOfGroup = 1 - weight * group.Rate / whole;
        var slopeOfOthers = (1 - weight) * others.Rate / whole;
        return Around(group.Rate / whole, slopeOfGroup * slopeOfGroup * RelativeVariance(group) + slopeOfOthers * slopeOfOthers * RelativeVariance(others));
    }

    // Var(p)/p^2 = (1-p)/(np) = 1/successes - 1/trials
    static double RelativeVariance(Proportion p) => (1 - p.Rate) / (p.Trials * p.Rate);

    static Interval Around(double ratio, double variance)
    {
        var half = Interval.Z * Math.Sqrt(variance);
        return new(ratio * Math.Exp(-half), ratio * Math.Exp(half));
    }
}
