using System.Security.Cryptography;

namespace EquityPlatform.AuditTool.Merkle;

/// <summary>Hashes of an RFC 6962 tree (section 2.1). Every hash has 32 bytes.</summary>
internal static class TreeHash
{
    public const int Bytes = 32;

    /// <summary>Root of a tree without leaves.</summary>
    public static byte[] Empty { get; } = SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([0]);
        sha.AppendData(data);
        return sha.GetHashAndReset();
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + 2 * Bytes];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + Bytes)..]);
        return SHA256.HashData(both);
    }
}
