using System.Globalization;
using System.Numerics;

namespace EquityPlatform.AuditTool.Merkle;

/// <summary>A full subtree: leaves [<paramref name="Index"/> · 2^<paramref name="Height"/>, (<paramref name="Index"/> + 1) · 2^<paramref name="Height"/>).</summary>
internal readonly record struct TreeNode(int Height, long Index)
{
    public TileId Tile => new(Height / TileId.Height, Index << (Height % TileId.Height) >> TileId.Height);

    /// <summary>Root of this subtree, from the hashes of its tile; null if they do not reach so far.</summary>
    public byte[]? In(ReadOnlySpan<byte> hashes)
    {
        var within = Height % TileId.Height;
        var (from, length) = ((int)((Index << within) % TileId.Width) * TreeHash.Bytes, TreeHash.Bytes << within);
        return from + length <= hashes.Length ? TreeHash.RootOf(hashes.Slice(from, length)) : null;
    }
}

/// <summary>Place of a tile of at most 256 hashes: level 0 holds leaf hashes, level n + 1 the roots of full tiles of level n (C2SP tlog-tiles).</summary>
internal readonly record struct TileId(int Level, long N)
{
    public const int Height = 8;
    public const int Width = 1 << Height;

    /// <summary>How many hashes the tile has in a tree of a size; 0 if it is not there yet.</summary>
    public int WidthIn(long size) => (int)Math.Clamp((size >> (Level * Height)) - N * Width, 0, Width);

    /// <summary>The tile in which this one's root stands.</summary>
    public TileId Parent => new(Level + 1, N / Width);

    /// <summary>Path as the format has it: <c>0/x001/234.p/17</c>.</summary>
    public string Path(int width) => string.Create(CultureInfo.InvariantCulture, $"{Level}/{NumberPath(N, width)}");

    /// <summary>A number in groups of three digits, with the width behind it if the tile is not full.</summary>
    public static string NumberPath(long n, int width)
    {
        var path = (n % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (n /= 1000; n > 0; n /= 1000)
            path = string.Create(CultureInfo.InvariantCulture, $"x{n % 1000:000}/{path}");
        return width == Width ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.p/{width}");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Level}/{N}");
}

/// <summary>Which full subtrees and tiles leaves are made of: pure arithmetic of RFC 6962 section 2.1.</summary>
internal static class TreeNodes
{
    /// <summary>The full subtrees over leaves [from, to) from left to right, where from is a multiple of the largest power of two below the length.</summary>
    public static IEnumerable<TreeNode> Cover(long from, long to)
    {
        while (from < to)
        {
            var height = BitOperations.Log2((ulong)(to - from));
            yield return new(height, from >> height);
            from += 1L << height;
        }
    }

    /// <summary>Ranges of leaves whose roots are the proof of one leaf, its sibling first (RFC 6962 section 2.1.1).</summary>
    public static IReadOnlyList<(long From, long To)> PathOf(long index, long size)
    {
        var path = new Stack<(long, long)>();
        for (var (from, to) = (0L, size); to - from > 1;)
        {
            var middle = from + (1L << BitOperations.Log2((ulong)(to - from - 1)));
            path.Push(index < middle ? (middle, to) : (from, middle));
            (from, to) = index < middle ? (from, middle) : (middle, to);
        }
        return [.. path];
    }

    /// <summary>
    /// Tiles that prove leaves [from, to) in a tree of a size, in the order of a file: those that hold the leaves' hashes, all above them, and those that
    /// the root is made of.
    /// </summary>
    public static IEnumerable<TileId> TilesOf(long from, long to, long size)
    {
        for (var level = 0; size >> (level * TileId.Height) is > 0 and var count; level++)
        {
            var shift = (level + 1) * TileId.Height;
            var last = (count - 1) >> TileId.Height;
            var (first, end) = from < to ? (from >> shift, Math.Min((to - 1) >> shift, last)) : (0, -1);
            for (var n = first; n <= end; n++)
                yield return new(level, n);
            if (count % TileId.Width != 0 && last > end)
                yield return new(level, last);
        }
    }
}
