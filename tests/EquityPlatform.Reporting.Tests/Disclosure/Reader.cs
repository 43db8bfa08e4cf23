using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Tests.Disclosure;

/// <summary>What a number is of: <c>n:</c> students, <c>k:</c> numerator, <c>m:</c> the rest of the denominator, then the indicator.</summary>
internal readonly record struct Unknown(string Quantity, string School, string Dimension, string Group);

/// <summary>
/// An attacker who holds the published cells only. It shares no code with the rules: it writes down every relation it can
/// think of as linear equations over non-negative integers and narrows the bounds of each unknown until nothing moves. Given
/// a guess, it looks for a whole set of figures that fits everything published and the guess.
/// </summary>
internal sealed class Reader
{
    /// <summary>Guesses that one search may try before it gives up.</summary>
    const int Patience = 150;

    readonly List<List<(Unknown Key, int Sign)>> equations = [];
    readonly Dictionary<Unknown, List<int>> equationsOf = [];
    readonly List<(Unknown Small, Unknown Large)> orders = [];

    public Reader(IReadOnlyCollection<IndicatorCell> published, long most = 1_000_000_000_000)
    {
        foreach (var cell in published)
            foreach (var (quantity, value) in Quantities(cell))
                Bounds[new(quantity, cell.School, cell.Dimension, cell.Group)] = value is { } known ? (known, known)
                    : cell.State is ValueState.Suppressed ? (0, most) : (0, 0);
        Relate(published);
        Narrow(Bounds, null).ShouldBeTrue("the published cells contradict each other");
    }

    public Dictionary<Unknown, (long Low, long High)> Bounds { get; } = [];

    /// <summary>
    /// True if the search found figures that fit everything published and in which the unknown has this value; false if
    /// there are none; null if it gave up.
    /// </summary>
    /// <param name="near">Where to look first: figures known to fit without the guess.</param>
    public bool? CouldBe(Unknown key, long value, Func<Unknown, long> near)
    {
        var (low, high) = Bounds[key];
        if (value < low || value > high)
            return false;
        Dictionary<Unknown, (long, long)> guess = new(Bounds) { [key] = (value, value) };
        if (!Narrow(guess, key))
            return false;
        var (close, middle) = (Patience, Patience);
        if (Search(guess, near, ref close) || Search(guess, null, ref middle))
            return true;
        return close < 0 && middle < 0 ? null : false;
    }

    bool Search(Dictionary<Unknown, (long Low, long High)> bounds, Func<Unknown, long>? near, ref int left)
    {
        // The unknown with the fewest values left first: there a wrong turn shows soonest
        var unsettled = bounds.Where(b => b.Value.Low < b.Value.High).ToList();
        if (unsettled.Count == 0)
            return true;
        var open = unsettled.MinBy(b => (b.Value.High - b.Value.Low, near is null ? 0 : Distance(b.Value, near(b.Key))));
        var (low, high) = open.Value;
        var first = Math.Clamp(near?.Invoke(open.Key) ?? (low + high) / 2, low, high);
        foreach (var (from, to) in new[] { (first, first), (low, first - 1), (first + 1, high) })
        {
            if (from > to)
                continue;
            Dictionary<Unknown, (long, long)> next = new(bounds) { [open.Key] = (from, to) };
            if (--left < 0)
                return false;
            if (Narrow(next, open.Key) && Search(next, near, ref left))
                return true;
        }
        return false;
    }

    static long Distance((long Low, long High) range, long value) => Math.Max(0, Math.Max(range.Low - value, value - range.High));

    static IEnumerable<(string, long?)> Quantities(IndicatorCell cell)
    {
        var rest = cell.Denominator - cell.Numerator;
        if (cell.Indicator == "enrollment")
            return [("n:" + cell.Indicator, cell.State == ValueState.NotApplicable ? 0 : cell.Numerator)];
        return [("n:" + cell.Indicator, cell.Students), ("k:" + cell.Indicator, cell.Numerator), ("m:" + cell.Indicator, rest)];
    }

    void Relate(IReadOnlyCollection<IndicatorCell> published)
    {
        foreach (var group in Bounds.Keys.GroupBy(k => (k.Quantity, k.School, k.Dimension)).Where(g => g.Key.Dimension != StudentGroups.All).ToList())
            Equal(new(group.Key.Quantity, group.Key.School, StudentGroups.All, StudentGroups.All), group);
        foreach (var group in Bounds.Keys.GroupBy(k => (k.Quantity, k.Dimension, k.Group)).ToList())
            Equal(new(group.Key.Quantity, "district", group.Key.Dimension, group.Key.Group), group.Where(k => k.School != "district"));
        foreach (var cell in published.Where(c => c.Indicator != "enrollment"))
        {
            var n = new Unknown("n:" + cell.Indicator, cell.School, cell.Dimension, cell.Group);
            orders.Add((n, n with { Quantity = "n:enrollment" }));
            if (cell.Indicator == "chronic-absence")
                Equal(n, [n with { Quantity = "k:" + cell.Indicator }, n with { Quantity = "m:" + cell.Indicator }]);
        }
    }

    void Equal(Unknown whole, IEnumerable<Unknown> parts)
    {
        List<(Unknown Key, int Sign)> equation = [(whole, -1), .. parts.Select(p => (p, 1))];
        foreach (var (key, _) in equation)
        {
            if (!equationsOf.TryGetValue(key, out var of))
                equationsOf[key] = of = [];
            of.Add(equations.Count);
        }
        equations.Add(equation);
    }

    /// <summary>False if the bounds contradict each other.</summary>
    bool Narrow(Dictionary<Unknown, (long Low, long High)> bounds, Unknown? changed)
    {
        Queue<int> queue = new(changed is { } start ? equationsOf[start] : Enumerable.Range(0, equations.Count));
        var waiting = queue.ToHashSet();
        while (true)
        {
            while (queue.TryDequeue(out var index))
            {
                waiting.Remove(index);
                foreach (var (key, low, high) in Implied(bounds, equations[index]))
                    if (!Tighten(bounds, key, low, high, queue, waiting))
                        return false;
            }
            foreach (var (small, large) in orders)
                if (!Tighten(bounds, small, long.MinValue, bounds[large].High, queue, waiting) || !Tighten(bounds, large, bounds[small].Low, long.MaxValue, queue, waiting))
                    return false;
            if (queue.Count == 0)
                return true;
        }
    }

    static IEnumerable<(Unknown, long, long)> Implied(Dictionary<Unknown, (long Low, long High)> bounds, List<(Unknown Key, int Sign)> equation)
    {
        // The terms add up to zero, so each is minus the sum of the others
        long low = 0, high = 0;
        foreach (var (key, sign) in equation)
        {
            var (l, h) = bounds[key];
            (low, high) = sign > 0 ? (low + l, high + h) : (low - h, high - l);
        }
        foreach (var (key, sign) in equation)
        {
            var (l, h) = bounds[key];
            yield return sign > 0 ? (key, h - high, l - low) : (key, low + h, high + l);
        }
    }

    bool Tighten(Dictionary<Unknown, (long Low, long High)> bounds, Unknown key, long low, long high, Queue<int> queue, HashSet<int> waiting)
    {
        var (l, h) = bounds[key];
        var next = (Low: Math.Max(l, low), High: Math.Min(h, high));
        if (next == (l, h))
            return true;
        if (next.Low > next.High)
            return false;
        bounds[key] = next;
        foreach (var index in equationsOf[key])
            if (waiting.Add(index))
                queue.Enqueue(index);
        return true;
    }
}
