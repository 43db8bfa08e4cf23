namespace EquityPlatform.AuditTool.Merkle;

/// <summary>
/// A tree that grows leaf by leaf and remembers of every height the subtree that was finished last, so millions of leaves need two kilobytes.
/// </summary>
internal sealed class TreeRange
{
    const int Heights = 63;
    readonly byte[] last = new byte[Heights * TreeHash.Bytes];

    public TreeRange()
    {
    }

    /// <summary>A tree whose first leaves are known by the roots of their full subtrees alone.</summary>
    /// <param name="peaks">From left to right.</param>
    public TreeRange(long size, IReadOnlyList<byte[]> peaks)
    {
        Size = size;
        foreach (var (node, hash) in TreeNodes.Cover(0, size).Zip(peaks))
            hash.CopyTo(At(node.Height));
    }

    public long Size { get; private set; }

    /// <summary>Root of the full subtree of 2^<paramref name="height"/> leaves that was finished last.</summary>
    public ReadOnlySpan<byte> Finished(int height) => At(height);

    /// <summary>Roots of the full subtrees from left to right.</summary>
    public IReadOnlyList<byte[]> Peaks => [.. TreeNodes.Cover(0, Size).Select(node => At(node.Height).ToArray())];

    public void Append(ReadOnlySpan<byte> leafHash) => Append(leafHash, 0);

    /// <summary>Adds a full subtree of 2^<paramref name="height"/> leaves, to a tree whose size is a multiple of that.</summary>
    public void Append(ReadOnlySpan<byte> root, int height)
    {
        Span<byte> hash = stackalloc byte[TreeHash.Bytes];
        Span<byte> parent = stackalloc byte[TreeHash.Bytes];
        root.CopyTo(hash);
        var size = Size >> height;
        Size += 1L << height;
        for (; (size & 1) == 1; size >>= 1, height++)
        {
            var left = At(height);
            TreeHash.Node(left, hash, parent);
            hash.CopyTo(left);
            parent.CopyTo(hash);
        }
        hash.CopyTo(At(height));
    }

    public byte[] Root() => TreeHash.Root(Peaks);

    Span<byte> At(int height) => last.AsSpan(height * TreeHash.Bytes, TreeHash.Bytes);
}
