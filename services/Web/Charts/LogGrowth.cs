namespace EquityPlatform.Web;

/// <summary>How a log grew, as data to draw: sizes in time order, sentence and ticks.</summary>
public sealed record LogGrowth(string Service, string Title, string Summary, IReadOnlyList<LogSize> Points, IReadOnlyList<long> Ticks)
{
    public long Top => Ticks[^1];

    /// <summary>Null where nothing has been signed.</summary>
    public static LogGrowth? Of(Language l, string service, IReadOnlyList<LogSize> growth)
    {
        if (growth.Count == 0)
            return null;
        var (first, last) = (growth[0], growth[^1]);
        return new(service, l.Count(ProofTexts.GrewTitle, last.Size, ProblemTexts.Service(l, service)),
            growth.Count == 1 ? l[ProofTexts.GrewOnce, l.Instant(last.At)] : l[ProofTexts.GrewSummary, l.Number(first.Size), l.Instant(first.At), l.Number(last.Size), l.Instant(last.At)], growth, TicksTo(last.Size));
    }

    /// <summary>Round steps (1, 2 or 5 times a power of ten) from zero to just over the top.</summary>
    private static long[] TicksTo(long top)
    {
        var step = 1L;
        for (var i = 0; top / step >= 5; i++)
            step = i % 3 == 1 ? step / 2 * 5 : step * 2;
        return [.. Enumerable.Range(0, (int)Math.Max(1, (top + step - 1) / step) + 1).Select(i => i * step)];
    }
}
