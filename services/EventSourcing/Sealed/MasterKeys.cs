using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>Section <c>Sealing</c> of the configuration.</summary>
public sealed record SealingSettings
{
    /// <summary>File of the master key: base64 of 32 bytes, readable by the service alone.</summary>
    public string? MasterKeyFile { get; init; }

    /// <summary>The master key itself (base64), for a secret that comes as an environment variable. Wins over the file.</summary>
    public string? MasterKey { get; init; }

    /// <summary>Master keys that were replaced (base64, or names of files): they still open, and nothing new is wrapped by them.</summary>
    public IReadOnlyList<string> EarlierMasterKeys { get; init; } = [];
}

/// <summary>
/// The keys that wrap all other keys. They never lie in a database. Each is known by an id that follows from it, so that a wrapped key says which
/// one it needs; the first is in use, earlier ones only open until everything was wrapped anew.
/// </summary>
public sealed class MasterKeys
{
    readonly Dictionary<string, byte[]> byId = new(StringComparer.Ordinal);

    /// <param name="current">32 bytes.</param>
    public MasterKeys(byte[] current, params IEnumerable<byte[]> earlier)
    {
        Current = Add(current);
        foreach (var key in earlier)
            Add(key);
    }

    /// <summary>Id of the key that wraps.</summary>
    public string Current { get; }

    /// <summary>Ids of all keys that open.</summary>
    public IReadOnlyCollection<string> Ids => byId.Keys;

    /// <summary>The configured keys. A key file that is not there yet is made, with mode 600.</summary>
    /// <exception cref="InvalidOperationException">No key is configured, or one is not a key, or others may read its file.</exception>
    public static MasterKeys Load(SealingSettings settings)
    {
        var current = settings.MasterKey is { Length: > 0 } given ? Decode(given, "Sealing:MasterKey")
            : settings.MasterKeyFile is { Length: > 0 } file ? Decode(SecretFile.ReadOrMake(file, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Envelopes.KeyLength))), file)
            : throw new InvalidOperationException("Configure Sealing:MasterKeyFile (or Sealing:MasterKey): the key that wraps all others.");
        return new(current, settings.EarlierMasterKeys.Select(earlier => File.Exists(earlier) ? Decode(SecretFile.Read(earlier), earlier) : Decode(earlier, "Sealing:EarlierMasterKeys")));
    }

    /// <summary>Wraps a key. <paramref name="context"/> says what the key is for and whose; unwrapping needs the same.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> key, string context)
    {
        var wrapped = new byte[Envelopes.NonceLength + key.Length + Envelopes.TagLength];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, Envelopes.NonceLength));
        using var aes = new AesGcm(byId[Current], Envelopes.TagLength);
        aes.Encrypt(wrapped.AsSpan(0, Envelopes.NonceLength), key, wrapped.AsSpan(Envelopes.NonceLength, key.Length), wrapped.AsSpan(Envelopes.NonceLength + key.Length), Encoding.UTF8.GetBytes(context));
        return wrapped;
    }

    /// <summary>The key that <see cref="Wrap"/> took.</summary>
    /// <param name="master">Id of the master key that was in use then.</param>
    /// <exception cref="MasterKeyMissingException">That master key is not configured.</exception>
    /// <exception cref="CryptographicException">The wrapped key was changed, or stands where it does not belong.</exception>
    public byte[] Unwrap(string master, ReadOnlySpan<byte> wrapped, string context)
    {
        if (!byId.TryGetValue(master, out var wrapping))
            throw new MasterKeyMissingException(master);
        if (wrapped.Length <= Envelopes.NonceLength + Envelopes.TagLength)
            throw new CryptographicException("A wrapped key is too short.");
        var key = new byte[wrapped.Length - Envelopes.NonceLength - Envelopes.TagLength];
        using var aes = new AesGcm(wrapping, Envelopes.TagLength);
        aes.Decrypt(wrapped[..Envelopes.NonceLength], wrapped[Envelopes.NonceLength..^Envelopes.TagLength], wrapped[^Envelopes.TagLength..], key, Encoding.UTF8.GetBytes(context));
        return key;
    }

    string Add(byte[] key)
    {
        if (key.Length != Envelopes.KeyLength)
            throw new InvalidOperationException($"A master key has {Envelopes.KeyLength} bytes.");
        var id = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 8, info: "equity/master-key/id"u8.ToArray()));
        byId[id] = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Envelopes.KeyLength, info: "equity/master-key/wrap"u8.ToArray());
        return id;
    }

    internal static byte[] Decode(string text, string where)
    {
        var bytes = new byte[Envelopes.KeyLength + 3];
        // The text itself never goes into a message
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == Envelopes.KeyLength
            ? bytes[..length]
            : throw new InvalidOperationException($"{where} is not the base64 of {Envelopes.KeyLength} bytes.");
    }
}

/// <summary>A key was wrapped by a master key that is not configured.</summary>
public sealed class MasterKeyMissingException(string master) : Exception($"The master key with id {master} is not configured: keys that it wrapped cannot be opened. Add it to Sealing:EarlierMasterKeys.");
