using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Tests.Disclosure;

/// <summary>
/// An attacker who holds the published cells only. It shares no code with the rules: it writes down every relation it can
/// think of as linear equations over non-negative integers and narrows the bounds of each unknown until nothing moves.
/// </summary>
internal sealed class Reader
{
    readonly Dictionary<(string Quantity, string School, string Dimension, string Group), (long Low, long High)> bounds = [];
    readonly List<List<((string, string, string, string) Key, int Sign)>> equations = [];
    readonly List<((string, string, string, string) Small, (string, string, string, string) Large)> orders = [];

    Reader(IReadOnlyCollection<IndicatorCell> published, long most)
    {
        foreach (var cell in published)
        {
            // Quantities: students counted, numerator, rest of the denominator, whole denominator
            foreach (var (quantity, value) in Quantities(cell))
                bounds[(quantity, cell.School, cell.Dimension, cell.Group)] = value is { } known ? (known, known)
                    : cell.State is ValueState.Suppressed ? (0, most) : (0, 0);
        }
        Relate(published);
        while (Narrow()) { }
    }

    /// <summary>Bounds on every hidden quantity: <c>n:</c> students, <c>k:</c> numerator, <c>m:</c> rest.</summary>
    public static IReadOnlyDictionary<(string Quantity, string School, string Dimension, string Group), (long Low, long High)> Bounds(IReadOnlyCollection<IndicatorCell> published, long most = 1_000_000_000_000) =>
        new Reader(published, most).bounds;

    static IEnumerable<(string, long?)> Quantities(IndicatorCell cell)
    {
        var rest = cell.Denominator - cell.Numerator;
        if (cell.Indicator == "enrollment")
            return [("n:" + cell.Indicator, cell.State == ValueState.NotApplicable ? 0 : cell.Numerator)];
        return [("n:" + cell.Indicator, cell.Students), ("k:" + cell.Indicator, cell.Numerator), ("m:" + cell.Indicator, rest)];
    }

    void Relate(IReadOnlyCollection<IndicatorCell> published)
    {
        foreach (var group in bounds.Keys.GroupBy(k => (k.Quantity, k.School, k.Dimension)).Where(g => g.Key.Dimension != StudentGroups.All))
            Equal((group.Key.Quantity, group.Key.School, StudentGroups.All, StudentGroups.All), group);
        foreach (var group in bounds.Keys.GroupBy(k => (k.Quantity, k.Dimension, k.Group)))
            Equal((group.Key.Quantity, "district", group.Key.Dimension, group.Key.Group), group.Where(k => k.School != "district"));
        foreach (var cell in published.Where(c => c.Indicator != "enrollment"))
        {
            var n = ("n:" + cell.Indicator, cell.School, cell.Dimension, cell.Group);
            orders.Add((n, n with { Item1 = "n:enrollment" }));
            if (cell.Indicator == "chronic-absence")
                Equal(n, [n with { Item1 = "k:" + cell.Indicator }, n with { Item1 = "m:" + cell.Indicator }]);
        }
    }

    void Equal((string, string, string, string) whole, IEnumerable<(string, string, string, string)> parts) =>
        equations.Add([(whole, -1), .. parts.Select(p => (p, 1))]);

    bool Narrow()
    {
        var moved = false;
        foreach (var equation in equations)
            foreach (var (key, sign) in equation)
            {
                long low = 0, high = 0;
                foreach (var (other, otherSign) in equation.Where(term => term.Key != key))
                {
                    var (l, h) = bounds[other];
                    // key = -(sum of sign * others) * sign
                    if (otherSign * sign < 0)
                        (low, high) = (low + l, high + h);
                    else
                        (low, high) = (low - h, high - l);
                }
                moved |= Tighten(key, low, high);
            }
        foreach (var (small, large) in orders)
        {
            moved |= Tighten(small, long.MinValue, bounds[large].High);
            moved |= Tighten(large, bounds[small].Low, long.MaxValue);
        }
        return moved;
    }

    bool Tighten((string, string, string, string) key, long low, long high)
    {
        var (l, h) = bounds[key];
        var next = (Low: Math.Max(l, low), High: Math.Min(h, high));
        next.Low.ShouldBeLessThanOrEqualTo(next.High, $"the published cells contradict each other at {key}");
        if (next == (l, h))
            return false;
        bounds[key] = next;
        return true;
    }
}
