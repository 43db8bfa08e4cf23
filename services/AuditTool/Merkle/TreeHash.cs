using System.Security.Cryptography;

namespace EquityPlatform.AuditTool.Merkle;

/// <summary>Hashes of an RFC 6962 tree (section 2.1). Every hash has 32 bytes.</summary>
internal static class TreeHash
{
    public const int Bytes = 32;
    const int Short = 2048;

    /// <summary>Root of a tree without leaves.</summary>
    public static byte[] Empty { get; } = SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> data)
    {
        var hash = new byte[Bytes];
        Leaf(data, hash);
        return hash;
    }

    public static void Leaf(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        var prefixed = data.Length < Short ? stackalloc byte[1 + data.Length] : new byte[1 + data.Length];
        prefixed[0] = 0;
        data.CopyTo(prefixed[1..]);
        SHA256.HashData(prefixed, hash);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[Bytes];
        Node(left, right, hash);
        return hash;
    }

    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> both = stackalloc byte[1 + 2 * Bytes];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + Bytes)..]);
        SHA256.HashData(both, hash);
    }

    /// <summary>Root over the roots of full subtrees, given from left to right.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> peaks)
    {
        if (peaks.Count == 0)
            return Empty;
        var root = peaks[^1];
        for (var i = peaks.Count - 2; i >= 0; i--)
            root = Node(peaks[i], root);
        return root;
    }

    /// <summary>Root of the tree over hashes that stand one after the other, 32 bytes each.</summary>
    public static byte[] RootOf(ReadOnlySpan<byte> hashes)
    {
        if (hashes.IsEmpty)
            return Empty;
        // Level by level; where a level has an odd number, its last one goes up as it is, which is where RFC 6962 splits too
        var level = hashes.ToArray();
        for (var count = level.Length / Bytes; count > 1; count = (count + 1) / 2)
        {
            for (var i = 0; i + 1 < count; i += 2)
                Node(level.AsSpan(i * Bytes, Bytes), level.AsSpan((i + 1) * Bytes, Bytes), level.AsSpan(i / 2 * Bytes, Bytes));
            if (count % 2 == 1)
                level.AsSpan((count - 1) * Bytes, Bytes).CopyTo(level.AsSpan(count / 2 * Bytes));
        }
        return level[..Bytes];
    }
}
