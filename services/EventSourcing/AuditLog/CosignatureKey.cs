using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Public key of a witness (C2SP tlog-cosignature, type 4: Ed25519 with a time), by which its signatures under checkpoints are checked.</summary>
public sealed class CosignatureKey
{
    const byte Cosignature = 4;
    const int KeyIdBytes = 4;

    readonly byte[] key;

    CosignatureKey(string name, string id, byte[] key) => (Name, Id, this.key) = (name, id, key);

    public string Name { get; }

    /// <summary>The first bytes of a hash of name and key, in hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Reads a verification key, <c>name+id+key</c>; null if it is none of a witness, or not whole.</summary>
    public static CosignatureKey? TryParse(string text) =>
        text.Split('+', 3) is [{ Length: > 0 } name, var id, var base64] && ProofFile.TryBase64(base64, out var bytes) && bytes is [Cosignature, .. { Length: Ed25519Key.PublicKeyBytes } key]
        && id == Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. bytes]).AsSpan(0, KeyIdBytes))
            ? new(name, id, key)
            : null;

    /// <summary>When this witness cosigned; null if that is not its signature.</summary>
    /// <param name="note">The checkpoint's text, to the line feed before the blank line.</param>
    /// <param name="signature">Time and signature, without the key's id before them.</param>
    public DateTimeOffset? Cosigned(string note, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != sizeof(ulong) + Ed25519Key.SignatureBytes)
            return null;
        var seconds = BinaryPrimitives.ReadInt64BigEndian(signature);
        var message = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{note}"));
        return seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() && Ed25519Key.Verify(key, message, signature[sizeof(ulong)..]) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }
}
