using System.Globalization;
using EquityPlatform.AuditTool.Commands;

namespace EquityPlatform.AuditTool.Log;

/// <summary>Which events are meant: from and until, each a number of an event or a time of recording. Until is not part of it.</summary>
internal sealed record Period(string? From, string? Until)
{
    public static Period All { get; } = new(null, null);

    /// <summary>First index, and the one after the last. Times of recording rise with the index, so a few looks find the place.</summary>
    /// <exception cref="UsageException">Neither a number nor a time, or an empty period.</exception>
    public async Task<(long From, long To)> ResolveAsync(long size, Func<long, CancellationToken, Task<string>> recordedAt, CancellationToken cancellation)
    {
        var from = From is null ? 0 : await IndexAsync(From, size, recordedAt, cancellation);
        var to = Until is null ? size : await IndexAsync(Until, size, recordedAt, cancellation);
        return from <= to ? (from, to) : throw new UsageException($"The period ends ({Until}) before it begins ({From}).");
    }

    static async Task<long> IndexAsync(string text, long size, Func<long, CancellationToken, Task<string>> recordedAt, CancellationToken cancellation)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return Math.Min(index, size);
        var wanted = Instant(text);
        var (low, high) = (0L, size);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (Instant(await recordedAt(middle, cancellation)) < wanted)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>A date, or an instant with its offset; a date alone begins at midnight UTC.</summary>
    /// <exception cref="UsageException">Neither.</exception>
    public static DateTimeOffset Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw new UsageException($"'{text}' is neither the number of an event nor a date such as 2026-09-01 or 2026-09-01T12:00:00Z.");
}
