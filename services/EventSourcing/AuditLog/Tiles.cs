namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Place of a tile: level 0 holds leaf hashes, level n + 1 the roots of full tiles of level n.</summary>
internal readonly record struct TileId(int Level, long N);

/// <summary>
/// A tree kept as tiles of at most 256 hashes (C2SP tlog-tiles). Whoever calls puts in the tiles that are needed (<see cref="Needed(long)"/> and so on), adds leaves, and takes out
/// what changed. Pure.
/// </summary>
internal sealed class Tiles
{
    public const int Width = 256;
    const int HeightOfTile = 8;

    readonly Dictionary<TileId, byte[]> tiles = [];
    readonly HashSet<TileId> changed = [];

    public Tiles(long size) => Size = size;

    public long Size { get; private set; }

    /// <summary>Tiles that grew since they were loaded, with their hashes.</summary>
    public IEnumerable<(TileId Id, byte[] Hashes)> Changed => changed.Select(id => (id, tiles[id]));

    public void Load(TileId id, byte[] hashes) => tiles[id] = hashes;

    /// <summary>The unfinished tile of every level: what must be loaded before leaves can be added, and enough for the root.</summary>
    public static IReadOnlyList<TileId> Needed(long size)
    {
        var ids = new List<TileId>();
        for (var (level, count) = (0, size); count > 0; level++, count /= Width)
            if (count % Width != 0)
                ids.Add(new(level, count / Width));
        return ids;
    }

    /// <summary>Tiles that hold what <paramref name="nodes"/> are made of.</summary>
    public static IEnumerable<TileId> Needed(IEnumerable<TreeNode> nodes) => nodes.Select(TileOf).Distinct();

    /// <summary>Adds leaf hashes, 32 bytes each.</summary>
    public void Append(ReadOnlySpan<byte> leafHashes)
    {
        while (leafHashes.Length > 0)
        {
            var held = (int)(Size % Width);
            var take = Math.Min(Width - held, leafHashes.Length / TreeHash.Bytes);
            Add(0, Size / Width, held, leafHashes[..(take * TreeHash.Bytes)]);
            Size += take;
            leafHashes = leafHashes[(take * TreeHash.Bytes)..];
        }
    }

    void Add(int level, long n, int held, ReadOnlySpan<byte> hashes)
    {
        var id = new TileId(level, n);
        var before = held == 0 ? [] : tiles[id].AsSpan(0, held * TreeHash.Bytes);
        var now = new byte[before.Length + hashes.Length];
        before.CopyTo(now);
        hashes.CopyTo(now.AsSpan(before.Length));
        tiles[id] = now;
        changed.Add(id);
        if (now.Length == Width * TreeHash.Bytes)
            Add(level + 1, n / Width, (int)(n % Width), RootOf(now));
    }

    /// <summary>Hash over the leaves [from, to), as far as the loaded tiles hold it.</summary>
    public byte[] Root(long from, long to)
    {
        if (from == to)
            return TreeHash.Empty;
        var nodes = TreeShape.Subtrees(from, to);
        var hash = Hash(nodes[^1]);
        for (var i = nodes.Count - 2; i >= 0; i--)
            hash = TreeHash.Node(Hash(nodes[i]), hash);
        return hash;
    }

    byte[] Hash(TreeNode node)
    {
        var within = node.Height % HeightOfTile;
        var first = node.Index << within;
        return RootOf(tiles[TileOf(node)].AsSpan((int)(first % Width) * TreeHash.Bytes, TreeHash.Bytes << within));
    }

    static TileId TileOf(TreeNode node) => new(node.Height / HeightOfTile, node.Index << (node.Height % HeightOfTile) >> HeightOfTile);

    /// <summary>Root of a power of two of hashes.</summary>
    static byte[] RootOf(ReadOnlySpan<byte> hashes)
    {
        var level = hashes.ToArray();
        for (var length = level.Length; length > TreeHash.Bytes; length /= 2)
            for (var at = 0; at < length; at += 2 * TreeHash.Bytes)
                TreeHash.Node(level.AsSpan(at, TreeHash.Bytes), level.AsSpan(at + TreeHash.Bytes, TreeHash.Bytes), level.AsSpan(at / 2, TreeHash.Bytes));
        return level[..TreeHash.Bytes];
    }
}
