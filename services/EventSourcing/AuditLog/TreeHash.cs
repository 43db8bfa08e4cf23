using System.Security.Cryptography;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Hashes of an RFC 6962 tree (section 2.1). The audit tool has its own copy of this, so that a mistake here cannot hide itself.</summary>
internal static class TreeHash
{
    public const int Bytes = 32;

    /// <summary>Root of a tree without leaves.</summary>
    public static byte[] Empty { get; } = SHA256.HashData([]);

    /// <summary>Hash of a leaf's bytes, written to 32 bytes.</summary>
    public static void Leaf(ReadOnlySpan<byte> leaf, Span<byte> hash)
    {
        var length = 1 + leaf.Length;
        var rented = length <= 1024 ? null : new byte[length];
        var prefixed = rented ?? stackalloc byte[length];
        prefixed[0] = 0;
        leaf.CopyTo(prefixed[1..]);
        SHA256.HashData(prefixed, hash);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var hash = new byte[Bytes];
        Node(left, right, hash);
        return hash;
    }

    /// <summary>Hash of two nodes, written to 32 bytes, which may be where one of them stands.</summary>
    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> both = stackalloc byte[1 + 2 * Bytes];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + Bytes)..]);
        SHA256.HashData(both, hash);
    }
}
