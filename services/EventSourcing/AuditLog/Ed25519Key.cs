using System.Runtime.InteropServices;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Signs and verifies with Ed25519 (RFC 8032). .NET has no Ed25519 of its own, so this calls OpenSSL, which .NET on Linux needs anyway. The only place that does.
/// </summary>
public sealed partial class Ed25519Key : IDisposable
{
    public const int SeedBytes = 32;
    public const int SignatureBytes = 64;
    public const int PublicKeyBytes = 32;
    const string Library = "libcrypto.so.3";
    const int Algorithm = 1087; // EVP_PKEY_ED25519

    readonly SafeKey key;

    /// <summary>The key that belongs to a seed of 32 secret bytes.</summary>
    public Ed25519Key(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
            throw new ArgumentException("An Ed25519 seed has 32 bytes.", nameof(seed));
        key = NewRawPrivateKey(Algorithm, 0, seed, SeedBytes);
        if (key.IsInvalid)
            throw new InvalidOperationException("OpenSSL made no Ed25519 key.");
        PublicKey = new byte[PublicKeyBytes];
        var length = (nuint)PublicKey.Length;
        Check(GetRawPublicKey(key, PublicKey, ref length));
    }

    /// <summary>32 bytes.</summary>
    public byte[] PublicKey { get; }

    /// <summary>The signature of a message, 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        using var context = NewContext();
        Check(SignInit(context, 0, 0, 0, key));
        var signature = new byte[SignatureBytes];
        var length = (nuint)signature.Length;
        Check(Sign(context, signature, ref length, message, (nuint)message.Length));
        return signature;
    }

    /// <summary>Whether a signature is one of a message by a public key of 32 bytes.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyBytes || signature.Length != SignatureBytes)
            return false;
        using var known = NewRawPublicKey(Algorithm, 0, publicKey, PublicKeyBytes);
        using var context = NewContext();
        return !known.IsInvalid && VerifyInit(context, 0, 0, 0, known) == 1 && Verify(context, signature, SignatureBytes, message, (nuint)message.Length) == 1;
    }

    public void Dispose() => key.Dispose();

    static void Check(int result)
    {
        if (result != 1)
            throw new InvalidOperationException("OpenSSL could not sign.");
    }

    sealed class SafeKey() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeKey(handle);
            return true;
        }
    }

    sealed class SafeContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static partial SafeKey NewRawPrivateKey(int type, nint engine, ReadOnlySpan<byte> seed, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static partial int GetRawPublicKey(SafeKey key, Span<byte> bytes, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial SafeContext NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    private static partial int SignInit(SafeContext context, nint keyContext, nint digest, nint engine, SafeKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    private static partial int Sign(SafeContext context, Span<byte> signature, ref nuint length, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial SafeKey NewRawPublicKey(int type, nint engine, ReadOnlySpan<byte> bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int VerifyInit(SafeContext context, nint keyContext, nint digest, nint engine, SafeKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int Verify(SafeContext context, ReadOnlySpan<byte> signature, nuint length, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeContext(nint context);
}
