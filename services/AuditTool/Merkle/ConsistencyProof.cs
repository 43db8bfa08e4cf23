using System.Numerics;

namespace EquityPlatform.AuditTool.Merkle;

/// <summary>Whether a later tree begins with an earlier one (RFC 9162 section 2.1.4.2). Null says that it does; a text says what is wrong.</summary>
internal static class ConsistencyProof
{
    public static string? Fault(long earlier, long later, ReadOnlySpan<byte> earlierRoot, ReadOnlySpan<byte> laterRoot, IReadOnlyList<byte[]> proof)
    {
        if (earlier < 0 || later < earlier)
            return $"A tree of {later} leaves cannot be later than one of {earlier}.";
        if (earlierRoot.Length != TreeHash.Bytes || laterRoot.Length != TreeHash.Bytes || proof.Any(hash => hash.Length != TreeHash.Bytes))
            return "A hash does not have 32 bytes.";
        if (earlier == later)
            return proof.Count > 0 ? "Trees of one size need no hashes." : earlierRoot.SequenceEqual(laterRoot) ? null : "Two trees of one size have different roots.";
        if (earlier == 0)
            return proof.Count > 0 ? "A tree without leaves needs no hashes." : null;

        var first = BitOperations.IsPow2(earlier) ? earlierRoot.ToArray() : proof.Count > 0 ? proof[0] : null;
        if (first is null)
            return "The proof has no hashes.";
        var (at, last) = (earlier - 1, later - 1);
        while ((at & 1) == 1)
            (at, last) = (at >> 1, last >> 1);
        var (old, now) = (first, first);
        foreach (var hash in proof.Skip(BitOperations.IsPow2(earlier) ? 0 : 1))
        {
            if (last == 0)
                return "The proof has more hashes than the tree has levels.";
            if ((at & 1) == 1 || at == last)
            {
                old = TreeHash.Node(hash, old);
                now = TreeHash.Node(hash, now);
                while ((at & 1) == 0 && at != 0)
                    (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                now = TreeHash.Node(now, hash);
            }
            (at, last) = (at >> 1, last >> 1);
        }
        return last != 0 ? "The proof has fewer hashes than the tree has levels."
            : !earlierRoot.SequenceEqual(old) ? "The later tree does not begin with the earlier one: history was rewritten."
            : laterRoot.SequenceEqual(now) ? null
            : "The hashes do not lead to the later root.";
    }
}
