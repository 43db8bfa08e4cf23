using System.Globalization;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>
/// Checks the erasures that a period brings along though they were recorded behind it: each must stand in the signed tree at the place that it names, or it explains nothing.
/// </summary>
internal sealed class LaterErasures(ILogSource source, LogSpan span, LeafBytes leaves, TileCheck tiles, Erasures erasures, Report report)
{
    public async Task CheckAsync(CancellationToken cancellation)
    {
        var (line, expected) = (new EventLine(), new Queue<long>(span.Erasures));
        await foreach (var one in source.ErasuresAsync(cancellation))
        {
            if (!expected.TryDequeue(out var index))
            {
                report.Add("event-added", "Behind the last later erasure stands another line.", span.To);
                break;
            }
            try
            {
                line.Read(one);
                if (line.Index != index)
                    report.Add("event-out-of-order", string.Create(CultureInfo.InvariantCulture, $"Among the later erasures stands event {line.Index}, where event {index} belongs."), index, line.Id);
                else if (source.IsCanonical && !line.Canonical.Span.SequenceEqual(one.Span))
                    report.Add("event-form", "The line of this later erasure was changed: it is not in the one form in which an export is written.", index, line.Id);
                else
                    await CheckAsync(line, cancellation);
            }
            catch (MalformedException e)
            {
                report.Add("event-malformed", $"The line of this later erasure cannot be read. {e.Message}", index);
            }
        }
        foreach (var index in expected)
            report.Add("event-missing", "This later erasure is missing.", index);
    }

    async Task CheckAsync(EventLine line, CancellationToken cancellation)
    {
        var hash = TreeHash.Leaf(leaves.Of(line, line.LacksEnvelope ? "" : null));
        var tile = new TileId(0, line.Index / TileId.Width);
        await tiles.LoadAsync(tile, cancellation);
        if (!tiles.IsCommitted(line.Index, hash))
            report.Add("event-changed", "This later erasure was changed, or never was: the tree holds another event here.", line.Index, line.Id);
        else if (!tiles.IsProven(tile.N))
            report.Add("tile-changed", $"Tile {tile}, in which this later erasure stands, does not lead to the signed root.", line.Index, line.Id);
        else
            erasures.SeeLater(line);
    }
}
