using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace EquityPlatform.AuditTool.Signatures;

/// <summary>
/// Verifies Ed25519 signatures (RFC 8032 section 5.1.7). Written here because .NET has none of its own, and because an office must not depend on
/// the code that signed. It cannot sign.
/// </summary>
internal static class Ed25519
{
    public const int KeyBytes = 32;
    public const int SignatureBytes = 64;

    static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    /// <summary>True if <paramref name="signature"/> is of <paramref name="message"/> by the holder of the key.</summary>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (key.Length != KeyBytes || signature.Length != SignatureBytes || !CurvePoint.TryRead(key, out var point))
            return false;
        var s = signature[32..];
        // A larger s would be a second signature of the same message
        if (new BigInteger(s, isUnsigned: true) >= Order)
            return false;
        Span<byte> hash = stackalloc byte[64];
        using (var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA512))
        {
            sha.AppendData(signature[..32]);
            sha.AppendData(key);
            sha.AppendData(message);
            sha.GetHashAndReset(hash);
        }
        Span<byte> k = stackalloc byte[32];
        k.Clear();
        (new BigInteger(hash, isUnsigned: true) % Order).TryWriteBytes(k, out _, isUnsigned: true);
        Span<byte> r = stackalloc byte[32];
        CurvePoint.Sum(s, CurvePoint.Base, k, -point).Write(r);
        return r.SequenceEqual(signature[..32]);
    }
}
