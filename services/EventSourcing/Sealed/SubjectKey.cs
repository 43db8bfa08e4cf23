using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>A person's key, in memory only.</summary>
public sealed class SubjectKey
{
    readonly byte[] key;
    readonly string commitment;

    internal SubjectKey(string kid, byte[] key)
    {
        Kid = kid;
        this.key = key;
        commitment = Convert.ToBase64String(Envelopes.Commitment(key, kid));
    }

    /// <summary>Random id.</summary>
    public string Kid { get; }

    /// <summary>A key for something else than sealing, such as keyed hashes; it follows from this one and ends with it.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Envelopes.KeyLength, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Seals <paramref name="data"/> for one event. The same again gives the same part.</summary>
    /// <param name="origin">Origin of the audit log that the event stands in.</param>
    public SealedPart Seal(string origin, Guid eventId, object data)
    {
        var json = CanonicalJson.Utf8Of(JsonSerializer.SerializeToElement(data, data.GetType(), EventTypes.Json));
        var envelope = Envelopes.Seal(key, Envelopes.Nonce(key, eventId, json), json, Envelopes.Aad(origin, eventId, Kid));
        return new(SealedPart.Aes256Gcm, Kid, commitment, Convert.ToBase64String(envelope));
    }

    /// <summary>Opens a part; <paramref name="others"/> are ids of further events, to tell a moved envelope from a changed one.</summary>
    internal Opened Open(string origin, Guid eventId, SealedPart part, IEnumerable<Guid> others)
    {
        if (!Envelopes.TryRead(part, out var kc, out var envelope))
            return new Opened.Refused(SealedCodes.Unsupported);
        if (!CryptographicOperations.FixedTimeEquals(kc, Envelopes.Commitment(key, part.Kid)))
            return new Opened.Refused(SealedCodes.WrongKey);
        if (Envelopes.Open(key, envelope, Envelopes.Aad(origin, eventId, part.Kid)) is { } json)
        {
            using var document = JsonDocument.Parse(json);
            return new Opened.Readable(document.RootElement.Clone());
        }
        foreach (var other in others)
            if (other != eventId && Envelopes.Open(key, envelope, Envelopes.Aad(origin, other, part.Kid)) is not null)
                return new Opened.Refused(SealedCodes.Moved);
        return new Opened.Refused(SealedCodes.Tampered);
    }
}
