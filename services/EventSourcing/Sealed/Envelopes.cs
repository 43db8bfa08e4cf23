using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>
/// The bytes of an envelope: <c>nonce(12) || AES-256-GCM(key, nonce, JCS(private), aad) || tag(16)</c>, bound by <c>aad</c> to log, event and
/// key, with a commitment to the key beside it.
/// </summary>
internal static class Envelopes
{
    public const int KeyLength = 32;
    public const int NonceLength = 12;
    public const int TagLength = 16;

    public static byte[] Commitment(ReadOnlySpan<byte> key, string kid) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"audit-leaf/v1/key-commitment\n{kid}\n"));

    public static byte[] Aad(string origin, Guid eventId, string kid) => Encoding.UTF8.GetBytes($"audit-leaf/v1/aad\n{origin}\n{eventId:D}\n{kid}\n");

    /// <summary>
    /// A nonce that nobody can tell from a random one without the key, yet the same for the same event and content: so an event that is sealed again
    /// after a crash is the same event. Another content under the same id has another nonce.
    /// </summary>
    public static byte[] Nonce(ReadOnlySpan<byte> key, Guid eventId, ReadOnlySpan<byte> json)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"equity/sealed/v1/nonce\n{eventId:D}\n"));
        hash.AppendData(json);
        return hash.GetHashAndReset()[..NonceLength];
    }

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> json, byte[] aad)
    {
        var envelope = new byte[NonceLength + json.Length + TagLength];
        nonce.CopyTo(envelope);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, json, envelope.AsSpan(NonceLength, json.Length), envelope.AsSpan(NonceLength + json.Length), aad);
        return envelope;
    }

    /// <summary>Null if key, event or bytes are not those that it was sealed with.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> envelope, byte[] aad)
    {
        var json = new byte[envelope.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(envelope[..NonceLength], envelope[NonceLength..^TagLength], envelope[^TagLength..], json, aad);
            return json;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Kc and envelope as bytes; false if they cannot be what they claim.</summary>
    public static bool TryRead(SealedPart part, out byte[] commitment, out byte[] envelope)
    {
        (commitment, envelope) = ([], []);
        if (part is not { Alg: SealedPart.Aes256Gcm, Kc: { } kc, Envelope: { } text } || !Base64.IsValid(kc) || !Base64.IsValid(text))
            return false;
        (commitment, envelope) = (Convert.FromBase64String(kc), Convert.FromBase64String(text));
        return commitment.Length == HMACSHA256.HashSizeInBytes && envelope.Length > NonceLength + TagLength;
    }
}
