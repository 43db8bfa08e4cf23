using System.Globalization;

namespace EquityPlatform.Web;

/// <summary>A linear axis with round ends and ticks.</summary>
public sealed record Scale(double Min, double Max, IReadOnlyList<double> Ticks)
{
    private static readonly double[] Steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25];

    /// <summary>Rates from 0; a cluster of high rates (attendance) may start higher, since dots, unlike bars, need no zero.</summary>
    public static Scale OfRates(IEnumerable<double> rates)
    {
        var all = rates.ToArray();
        if (all.Length == 0)
            return Of(0, 1);
        var (low, high) = (all.Min(), all.Max());
        return Of(low > 0.5 ? low : 0, high);
    }

    private static Scale Of(double low, double high)
    {
        var step = Array.Find(Steps, s => (high - low) / s <= 6);
        if (step == 0)
            step = 0.25;
        var first = Math.Floor(low / step + 1e-9);
        var last = Math.Max(first + 1, Math.Ceiling(high / step - 1e-9));
        var ticks = Enumerable.Range((int)first, (int)(last - first) + 1).Select(i => Math.Round(i * step, 4)).Where(t => t <= 1.0001).ToArray();
        return new(ticks[0], Math.Max(ticks[^1], Math.Min(1, last * step)), ticks);
    }

    /// <summary>Place of a value between two ends on paper.</summary>
    public double At(double value, double from, double to) => from + (Math.Clamp(value, Min, Max) - Min) / (Max - Min) * (to - from);

    /// <summary>A number as SVG wants it.</summary>
    public static string F(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);
}
