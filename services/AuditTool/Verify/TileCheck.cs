using System.Globalization;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>Compares the stored tiles with each other and with the tree that is built anew. Holds one tile of each level.</summary>
/// <param name="signedRoot">Root of the last checkpoint; null if there is none that can be believed.</param>
internal sealed class TileCheck(ILogSource source, long size, byte[]? signedRoot, Report report)
{
    readonly Dictionary<int, (long N, byte[] Hashes, bool Proven)> current = [];
    (TileId Tile, byte[] Root) computed = (new(-1, -1), []);

    public long Checked { get; private set; }

    /// <summary>The hashes of a tile, checked against the one above it; as far as there are any.</summary>
    public async ValueTask<byte[]> LoadAsync(TileId id, CancellationToken cancellation)
    {
        if (current.TryGetValue(id.Level, out var held) && held.N == id.N)
            return held.Hashes;
        var width = id.WidthIn(size);
        var hashes = await source.TileAsync(id, width, cancellation);
        Checked++;
        var first = id.N << (TileId.Height * id.Level + TileId.Height);
        if (hashes is null)
            report.Add("tile-missing", $"Tile {id} is missing.", first);
        else if (hashes.Length != width * TreeHash.Bytes)
            report.Add("tile-malformed", string.Create(CultureInfo.InvariantCulture, $"Tile {id} has {hashes.Length} bytes; {width} hashes of {TreeHash.Bytes} belong there."), first);
        hashes ??= [];
        var proven = hashes.Length == width * TreeHash.Bytes && await IsUnderParentAsync(id, hashes, cancellation);
        // Unfinished tiles and leaf hashes are named where the tree that is built anew meets them
        if (!proven && id.Level > 0 && hashes.Length == TileId.Width * TreeHash.Bytes)
            report.Add("tile-changed", $"Tile {id} does not lead to the hash above it: it, or the one above, was changed.", first);
        current[id.Level] = (id.N, hashes, proven);
        return hashes;
    }

    async ValueTask<bool> IsUnderParentAsync(TileId id, byte[] hashes, CancellationToken cancellation)
    {
        // An unfinished tile has none above it; the root is made of it, which the checkpoint proves
        if (hashes.Length < TileId.Width * TreeHash.Bytes)
            return await IsUnderRootAsync(id, hashes, cancellation);
        var above = await LoadAsync(id.Parent, cancellation);
        var at = (int)(id.N % TileId.Width) * TreeHash.Bytes;
        computed = (id, TreeHash.RootOf(hashes));
        return above.Length >= at + TreeHash.Bytes && above.AsSpan(at, TreeHash.Bytes).SequenceEqual(computed.Root);
    }

    async ValueTask<bool> IsUnderRootAsync(TileId id, byte[] hashes, CancellationToken cancellation)
    {
        if (signedRoot is null)
            return false;
        var peaks = new List<byte[]>();
        foreach (var node in TreeNodes.Cover(0, size))
        {
            var from = node.Tile == id ? hashes : await source.TileAsync(node.Tile, node.Tile.WidthIn(size), cancellation);
            if (from is null || node.In(from) is not { } hash)
                return false;
            peaks.Add(hash);
        }
        return TreeHash.Root(peaks).AsSpan().SequenceEqual(signedRoot);
    }

    /// <summary>Roots of the full subtrees that make up the first <paramref name="leaves"/> leaves, from the tiles.</summary>
    public async ValueTask<IReadOnlyList<byte[]>> PeaksAsync(long leaves, CancellationToken cancellation)
    {
        var peaks = new List<byte[]>();
        foreach (var node in TreeNodes.Cover(0, leaves))
            peaks.Add(node.In(await LoadAsync(node.Tile, cancellation)) ?? new byte[TreeHash.Bytes]);
        return peaks;
    }

    /// <summary>Compares the nodes that the last leaf finished with the tiles in which they stand.</summary>
    public async ValueTask FinishedAsync(TreeRange tree, CancellationToken cancellation)
    {
        for (var level = 1; tree.Size % (1L << (TileId.Height * level)) == 0; level++)
        {
            var index = (tree.Size >> (TileId.Height * level)) - 1;
            var id = new TileId(level, index / TileId.Width);
            var hashes = await LoadAsync(id, cancellation);
            var at = (int)(index % TileId.Width) * TreeHash.Bytes;
            if (hashes.Length < at + TreeHash.Bytes || tree.Finished(TileId.Height * level).SequenceEqual(hashes.AsSpan(at, TreeHash.Bytes)))
                continue;
            report.Add("tile-changed", string.Create(CultureInfo.InvariantCulture, $"Hash {index % TileId.Width} of tile {id} is not that of the events below it."),
                index << (TileId.Height * level));
        }
    }

    /// <summary>True if the tile of leaf hashes in hand leads to the hash above it.</summary>
    public bool IsProven(long n) => current.TryGetValue(0, out var tile) && tile.N == n && tile.Proven;

    /// <summary>The root of a full tile of leaf hashes in hand that leads to the hash above it, if these are its hashes; null otherwise.</summary>
    public byte[]? ProvenRoot(long n, ReadOnlySpan<byte> leafHashes) =>
        IsProven(n) && computed.Tile == new TileId(0, n) && current[0].Hashes.AsSpan().SequenceEqual(leafHashes) ? computed.Root : null;

    /// <summary>True if this hash stands in the tile at the place of a leaf.</summary>
    public bool IsCommitted(long index, ReadOnlySpan<byte> hash) =>
        current.TryGetValue(0, out var tile) && tile.N == index / TileId.Width && (int)(index % TileId.Width) * TreeHash.Bytes is var at
        && tile.Hashes.Length >= at + TreeHash.Bytes && tile.Hashes.AsSpan(at, TreeHash.Bytes).SequenceEqual(hash);
}
