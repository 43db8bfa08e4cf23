using System.Security.Cryptography;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// The service's master key, from the file <c>Ingestion:MasterKeyFile</c> (base64 of 32 bytes). Made at the first start,
/// readable by its owner only. It wraps the keys of feeds and keys all hashes: without it, no pseudonym can be found again.
/// </summary>
internal sealed class MasterKey
{
    const int Length = 32;
    const int NonceLength = 12;
    const int TagLength = 16;
    readonly byte[] key;
    readonly byte[] wrapping;

    public MasterKey(byte[] key)
    {
        if (key.Length != Length)
            throw new InvalidOperationException($"The master key of ingestion must have {Length} bytes.");
        this.key = key;
        wrapping = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Length, info: "equity/ingestion/wrap"u8.ToArray());
    }

    public Records.Keyed For(string tenant, string source) => new(key, tenant, source);

    public static MasterKey Load(string file)
    {
        if (!File.Exists(file))
            Make(file);
        return new(Convert.FromBase64String(File.ReadAllText(file).Trim()));
    }

    /// <summary>Two hosts may start at once: the first to write wins, both then read the same file.</summary>
    static void Make(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)));
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }

    public byte[] Wrap(byte[] feedKey, Guid upload)
    {
        var wrapped = new byte[NonceLength + feedKey.Length + TagLength];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceLength));
        using var aes = new AesGcm(wrapping, TagLength);
        aes.Encrypt(wrapped.AsSpan(0, NonceLength), feedKey, wrapped.AsSpan(NonceLength, feedKey.Length), wrapped.AsSpan(NonceLength + feedKey.Length), upload.ToByteArray());
        return wrapped;
    }

    public byte[] Unwrap(byte[] wrapped, Guid upload)
    {
        var feedKey = new byte[wrapped.Length - NonceLength - TagLength];
        using var aes = new AesGcm(wrapping, TagLength);
        aes.Decrypt(wrapped.AsSpan(0, NonceLength), wrapped.AsSpan(NonceLength, feedKey.Length), wrapped.AsSpan(NonceLength + feedKey.Length), feedKey, upload.ToByteArray());
        return feedKey;
    }
}
