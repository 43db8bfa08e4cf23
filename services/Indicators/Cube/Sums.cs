using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Statistics;

namespace EquityPlatform.Indicators.Cube;

/// <summary>What the students of one group add up to. Whole numbers only, so the order of students never shows.</summary>
/// <param name="Students">Students counted.</param>
/// <param name="Unknown">Students in the population whose part nobody stated.</param>
internal readonly record struct Sums(int Students, int Unknown, long Numerator, long Denominator, SquareSums Squares)
{
    public static Sums Of(in Contribution contribution) => contribution.Part switch
    {
        Part.Counted => new(1, 0, contribution.Numerator, contribution.Denominator, SquareSums.Of(contribution.Numerator, contribution.Denominator)),
        Part.Unknown => new(0, 1, 0, 0, default),
        _ => default,
    };

    public static Sums operator +(Sums a, Sums b) =>
        new(a.Students + b.Students, a.Unknown + b.Unknown, a.Numerator + b.Numerator, a.Denominator + b.Denominator, a.Squares + b.Squares);

    public static Sums operator -(Sums a, Sums b) =>
        new(a.Students - b.Students, a.Unknown - b.Unknown, a.Numerator - b.Numerator, a.Denominator - b.Denominator, a.Squares - b.Squares);

    /// <summary>The rate with the number of trials that its interval stands on; null where nothing was counted.</summary>
    public Proportion? Proportion(IndicatorRule rule) =>
        Denominator == 0 ? null
        : rule.UnitsPerTrial == 1 ? Statistics.Proportion.Of(Numerator, Denominator)
        : ClusteredRate.Of(Numerator, Denominator, Students, rule.UnitsPerTrial, Squares);
}
