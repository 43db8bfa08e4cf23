using System.Globalization;

namespace EquityPlatform.EventSourcing;

/// <summary>Positions that the appends of one request were given, gathered while it runs, so that its answer can name them whoever appended.</summary>
public sealed class AppendedPositions
{
    static readonly AsyncLocal<AppendedPositions?> Flowing = new();

    readonly Lock sync = new();
    readonly List<(long First, long Last)> ranges = [];

    /// <summary>The request's own; null where nobody asked.</summary>
    internal static AppendedPositions? Current => Flowing.Value;

    /// <summary>Gathers from here on, in whatever the caller starts or calls.</summary>
    public static AppendedPositions Begin() => Flowing.Value = new();

    /// <summary>The last position; null if nothing was appended.</summary>
    public long? Last
    {
        get
        {
            lock (sync)
                return ranges.Count == 0 ? null : ranges[^1].Last;
        }
    }

    internal async Task<AppendResult> NoteAsync(Task<AppendResult> answer)
    {
        var result = await answer;
        if (result is AppendResult.Appended done)
            lock (sync)
                ranges.Add((done.FirstPosition, done.LastPosition));
        return result;
    }

    /// <summary>As in <c>41-42,57</c>.</summary>
    public override string ToString()
    {
        lock (sync)
            return string.Join(',', ranges.Select(range => range.First == range.Last ? Text(range.Last) : $"{Text(range.First)}-{Text(range.Last)}"));
    }

    static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
