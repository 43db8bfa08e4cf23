namespace EquityPlatform.Indicators.Statistics;

/// <summary>A two-sided 95 % interval.</summary>
internal readonly record struct Interval(double Low, double High)
{
    /// <summary>Quantile of the standard normal at 0.975, to the last bit a double holds.</summary>
    public const double Z = 1.959963984540054;

    public bool Contains(double value) => Low <= value && value <= High;
}
