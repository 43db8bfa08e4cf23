namespace EquityPlatform.AuditTool.Merkle;

/// <summary>Whether a leaf stands at its place in a tree (RFC 9162 section 2.1.3.2). Null says that it does; a text says what is wrong.</summary>
internal static class InclusionProof
{
    public static string? Fault(long index, long size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size)
            return $"Leaf {index} lies outside a tree of {size} leaves.";
        if (leafHash.Length != TreeHash.Bytes || root.Length != TreeHash.Bytes || path.Any(hash => hash.Length != TreeHash.Bytes))
            return "A hash does not have 32 bytes.";
        var (at, last) = (index, size - 1);
        var hash = leafHash.ToArray();
        foreach (var sibling in path)
        {
            if (last == 0)
                return "The proof has more hashes than the tree has levels.";
            if ((at & 1) == 1 || at == last)
            {
                hash = TreeHash.Node(sibling, hash);
                while ((at & 1) == 0 && at != 0)
                    (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                hash = TreeHash.Node(hash, sibling);
            }
            (at, last) = (at >> 1, last >> 1);
        }
        return last != 0 ? "The proof has fewer hashes than the tree has levels."
            : root.SequenceEqual(hash) ? null
            : "The hashes do not lead to the root: the leaf, its place or the proof was changed.";
    }
}
