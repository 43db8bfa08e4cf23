using System.Text;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Export;

/// <summary>Proof of one event with its leaf and the event itself, made from what a file holds: nobody is asked.</summary>
internal sealed record MadeProof(TlogProof Proof, byte[] Leaf, byte[] Event)
{
    /// <exception cref="SourceException">The event is not in the file, or tiles are missing.</exception>
    public static async Task<MadeProof> OfAsync(ILogSource log, string eventId, CancellationToken cancellation)
    {
        var span = await log.OpenAsync(cancellation);
        var id = Encoding.ASCII.GetBytes($"\"id\":\"{eventId}\"");
        var line = new EventLine();
        await foreach (var one in log.EventsAsync(cancellation))
        {
            if (one.Span.IndexOf(id) < 0)
                continue;
            line.Read(one);
            if (line.Id != eventId)
                continue;
            byte[] record = [.. line.Canonical.Span, (byte)'\n'];
            var ct = line.LacksEnvelope ? LeafBytes.HashOfSealed(await StoredLeafAsync(log, span, line.Index, cancellation)) : null;
            var leaf = new LeafBytes(span.Origin).Of(line, ct).ToArray();
            var path = new List<byte[]>();
            foreach (var (from, to) in TreeNodes.PathOf(line.Index, span.Size))
                path.Add(await RootAsync(log, span, from, to, cancellation));
            return new(new(line.Index, path, (await log.LastCheckpointAsync(cancellation)).Note, null), leaf, record);
        }
        throw new SourceException($"There is no event {eventId} in this part of the log.");
    }

    static async Task<ReadOnlyMemory<byte>> StoredLeafAsync(ILogSource log, LogSpan span, long index, CancellationToken cancellation)
    {
        var tile = new TileId(0, index / TileId.Width);
        var width = tile.WidthIn(span.Size);
        return new LeafBundle(await log.LeavesAsync(tile.N, width, cancellation), width)[(int)(index % TileId.Width)];
    }

    static async Task<byte[]> RootAsync(ILogSource log, LogSpan span, long from, long to, CancellationToken cancellation)
    {
        var peaks = new List<byte[]>();
        foreach (var node in TreeNodes.Cover(from, to))
            peaks.Add(await log.TileAsync(node.Tile, node.Tile.WidthIn(span.Size), cancellation) is { } hashes && node.In(hashes) is { } hash
                ? hash : throw new SourceException($"Tile {node.Tile} is missing: this part of the log cannot prove the event."));
        return TreeHash.Root(peaks);
    }
}
