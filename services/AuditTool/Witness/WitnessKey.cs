using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Signatures;

namespace EquityPlatform.AuditTool.Witness;

/// <summary>
/// The key by which a witness cosigns (C2SP tlog-cosignature, Ed25519). Signing here takes a time that depends on the key: it is meant for a witness that
/// signs what logs send it now and then, not for a server that strangers can measure.
/// </summary>
internal sealed class WitnessKey
{
    const int SeedBytes = 32;

    static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    readonly BigInteger scalar;
    readonly byte[] prefix;
    readonly byte[] publicKey = new byte[Ed25519.KeyBytes];

    /// <exception cref="MalformedException">Not a seed of 32 bytes, or no name for a key.</exception>
    public WitnessKey(string name, byte[] seed)
    {
        if (seed.Length != SeedBytes || !VerifierKey.IsName(name))
            throw new MalformedException("A witness needs a name without blanks and plus signs, and a seed of 32 bytes.");
        var hash = SHA512.HashData(seed);
        prefix = hash[32..];
        hash[0] &= 248;
        hash[31] = (byte)(hash[31] & 127 | 64);
        scalar = new BigInteger(hash.AsSpan(0, 32), isUnsigned: true) % Order;
        Times(scalar).Write(publicKey);
        byte[] typed = [VerifierKey.Cosigns, .. publicKey];
        Public = VerifierKey.Parse($"{name}+{VerifierKey.IdOf(name, typed):x8}+{Convert.ToBase64String(typed)}");
    }

    /// <summary>What those who verify need.</summary>
    public VerifierKey Public { get; }

    /// <summary>Reads the seed (base64) of a file; makes it, readable for its owner alone, if it is not there.</summary>
    public static WitnessKey ReadOrCreate(string name, string path)
    {
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SeedBytes)) + "\n"));
        }
        return Base64.TryDecode(File.ReadAllText(path).Trim(), out var seed) ? new(name, seed) : throw new MalformedException($"{path} holds no key.");
    }

    /// <summary>A cosignature line over a checkpoint's text, with the time at which it was seen.</summary>
    public string Cosign(string text, DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        var signature = Sign(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}")));
        var payload = new byte[12 + signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(payload, Public.Id);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(4), seconds);
        signature.CopyTo(payload, 12);
        return $"\u2014 {Public.Name} {Convert.ToBase64String(payload)}\n";
    }

    /// <summary>RFC 8032 section 5.1.6.</summary>
    public byte[] Sign(byte[] message)
    {
        var r = Reduced(prefix, message);
        var signature = new byte[Ed25519.SignatureBytes];
        Times(r).Write(signature);
        var s = (r + Reduced([.. signature[..32], .. publicKey], message) * scalar) % Order;
        s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true);
        return signature;
    }

    static BigInteger Reduced(byte[] first, byte[] second) => new BigInteger(SHA512.HashData([.. first, .. second]), isUnsigned: true) % Order;

    static CurvePoint Times(BigInteger number)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        number.TryWriteBytes(bytes, out _, isUnsigned: true);
        return CurvePoint.Sum(bytes, CurvePoint.Base, new byte[32], CurvePoint.Neutral);
    }
}
