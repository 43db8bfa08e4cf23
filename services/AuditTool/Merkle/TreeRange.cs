namespace EquityPlatform.AuditTool.Merkle;

/// <summary>
/// A tree that grows leaf by leaf and remembers the roots of its full subtrees only (largest first), so millions of leaves need
/// a few hundred bytes.
/// </summary>
internal sealed class TreeRange
{
    readonly List<byte[]> peaks = [];

    public long Size { get; private set; }

    /// <summary>Roots of the full subtrees from left to right.</summary>
    public IReadOnlyList<byte[]> Peaks => peaks;

    public void Append(byte[] leafHash)
    {
        peaks.Add(leafHash);
        for (var size = Size++; (size & 1) == 1; size >>= 1)
        {
            peaks[^2] = TreeHash.Node(peaks[^2], peaks[^1]);
            peaks.RemoveAt(peaks.Count - 1);
        }
    }

    public byte[] Root()
    {
        if (peaks.Count == 0)
            return TreeHash.Empty;
        var root = peaks[^1];
        for (var i = peaks.Count - 2; i >= 0; i--)
            root = TreeHash.Node(peaks[i], root);
        return root;
    }
}
