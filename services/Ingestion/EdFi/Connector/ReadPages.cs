using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>
/// Reads all items that a query gives, page by page, into the spool, and goes on where the spool ends. An item that changes meanwhile leaves a window of change versions and
/// shifts those behind it; so pages are read by token where the API has that, from a snapshot, or else from the last to the first: then a shift only repeats what was read.
/// </summary>
internal sealed class ReadPages(EdFiApi api, Spool spool, bool snapshot)
{
    const int Size = 500;

    /// <summary>True once the API said that the snapshot is gone.</summary>
    public bool SnapshotIsGone { get; private set; }

    /// <summary>Outcome of the whole; <see cref="Outcomes.Read"/> if all pages are in the spool under <paramref name="name"/>.</summary>
    /// <param name="path">Resource, with <c>/deletes</c> or <c>/keyChanges</c>, which have neither tokens nor shifts within a window.</param>
    public async Task<string> RunAsync(string name, string path, string query, CancellationToken cancellation)
    {
        if (spool.Outcome(name) is { } settled)
            return settled;
        var tracked = path.Contains('/', StringComparison.Ordinal);
        var at = spool.Last(name)?.Next ?? (tracked || (snapshot && !api.HasCursors) ? "f0" : api.HasCursors ? "t" : await LastPageAsync(path, query, cancellation));
        var before = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            // Refusals of a whole resource come with the first page already
            if (at is null or Outcomes.Forbidden or Outcomes.Absent or Outcomes.Failed or Outcomes.SnapshotGone)
                return await SettleAsync(name, at ?? Outcomes.Read, cancellation);
            var position = at[1..];
            var paging = at[0] == 't' ? (position.Length == 0 ? $"pageSize={Size}" : $"pageSize={Size}&pageToken={Uri.EscapeDataString(position)}") : $"offset={position}&limit={Size}";
            switch (await api.GetAsync(path, query.Length == 0 ? paging : $"{query}&{paging}", snapshot, cancellation))
            {
                case Answer.Page page:
                    using (page.Body)
                    {
                        var (lines, items, ids) = Lines(page.Body, before);
                        var next = Next(at, page);
                        await spool.AddAsync(name, lines, items, next, next is null ? Outcomes.Read : null, cancellation);
                        if (next is null)
                            return Outcomes.Read;
                        (at, before) = (next, ids);
                    }
                    break;
                case Answer.Refused { Outcome: Outcomes.SnapshotGone }:
                    return await SettleAsync(name, Outcomes.SnapshotGone, cancellation);
                // Not settled: a later run goes on from here
                case Answer.Refused { Outcome: Outcomes.Failed }:
                    return Outcomes.Failed;
                case Answer.Refused refused:
                    return await SettleAsync(name, refused.Outcome, cancellation);
            }
        }
    }

    async Task<string> SettleAsync(string name, string outcome, CancellationToken cancellation)
    {
        SnapshotIsGone |= outcome == Outcomes.SnapshotGone;
        if (outcome is not (Outcomes.Failed or Outcomes.SnapshotGone))
            await spool.AddAsync(name, default, 0, null, outcome, cancellation);
        return outcome;
    }

    async Task<string?> LastPageAsync(string path, string query, CancellationToken cancellation)
    {
        switch (await api.GetAsync(path, (query.Length == 0 ? "" : query + "&") + "offset=0&limit=1&totalCount=true", snapshot, cancellation))
        {
            case Answer.Page page:
                using (page.Body)
                    return page.Total is null or 0 ? (page.Body.RootElement.GetArrayLength() == 0 ? null : "f0") : $"r{Text((page.Total.Value - 1) / Size * Size)}";
            case Answer.Refused refused:
                return refused.Outcome;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    static string? Next(string at, Answer.Page page) => at[0] switch
    {
        't' => page.Next is { Length: > 0 } token && page.Body.RootElement.GetArrayLength() > 0 ? "t" + token : null,
        'r' => long.Parse(at.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture) is var offset && offset > 0 ? $"r{Text(Math.Max(0, offset - Size))}" : null,
        _ => page.Body.RootElement.GetArrayLength() == Size ? $"f{Text(long.Parse(at.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture) + Size)}" : null,
    };

    /// <summary>One line for each item; those of the page before, which a shift repeats, are left out.</summary>
    static (ReadOnlyMemory<byte> Lines, int Items, HashSet<string> Ids) Lines(JsonDocument body, HashSet<string> before)
    {
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        using var writer = new Utf8JsonWriter(buffer);
        var items = 0;
        foreach (var element in body.RootElement.EnumerateArray())
        {
            var id = new EdFiItem(element)["id"];
            if (id is not null && (!ids.Add(id) || before.Contains(id)))
                continue;
            element.WriteTo(writer);
            writer.Flush();
            writer.Reset();
            buffer.Write("\n"u8);
            items++;
        }
        return (buffer.WrittenMemory, items, ids);
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
