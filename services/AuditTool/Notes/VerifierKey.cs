using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.AuditTool.Signatures;

namespace EquityPlatform.AuditTool.Notes;

/// <summary>A public key with its name, as it is handed to those who verify: <c>name+id+base64(type and key)</c> (C2SP signed-note).</summary>
internal sealed class VerifierKey : IEquatable<VerifierKey>
{
    public const byte Signs = 0x01;
    public const byte Cosigns = 0x04;
    const int IdDigits = 8;

    VerifierKey(string name, uint id, byte type, byte[] key) => (Name, Id, Type, Key) = (name, id, type, key);

    public string Name { get; }
    public uint Id { get; }
    public byte Type { get; }
    public byte[] Key { get; }

    /// <summary>As it is handed on.</summary>
    public string Text => $"{this}+{Convert.ToBase64String([Type, .. Key])}";

    /// <exception cref="MalformedException">Not a key of this form, or of another algorithm than Ed25519.</exception>
    public static VerifierKey Parse(string text)
    {
        var parts = text.Split('+', 3);
        if (parts is not [var name, { Length: IdDigits } digits, var base64] || !IsName(name)
            || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) || !Base64.TryDecode(base64, out var bytes) || bytes.Length == 0)
            throw new MalformedException("A verification key has the form name+id+key.");
        if (bytes[0] is not (Signs or Cosigns) || bytes.Length != 1 + Ed25519.KeyBytes)
            throw new MalformedException("The verification key is not of a kind that this tool knows (Ed25519).");
        var key = new VerifierKey(name, id, bytes[0], bytes[1..]);
        return id == IdOf(name, bytes) && key.Text == text
            ? key
            : throw new MalformedException("The verification key does not fit its own id: a character was changed.");
    }

    /// <summary>The first four bytes of SHA-256 over name, line feed, type and key.</summary>
    public static uint IdOf(string name, byte[] typeAndKey) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. typeAndKey]));

    public static bool IsName(string name) => name.Length > 0 && !name.Any(char.IsWhiteSpace) && !name.Contains('+', StringComparison.Ordinal);

    public bool Equals(VerifierKey? other) => other is not null && Text == other.Text;
    public override bool Equals(object? obj) => Equals(obj as VerifierKey);
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"{Name}+{Id:x8}";
}
