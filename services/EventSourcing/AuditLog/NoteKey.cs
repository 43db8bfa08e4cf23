using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Signs notes under a name (C2SP signed-note, type 1: Ed25519).</summary>
public sealed class NoteKey
{
    const byte Ed25519 = 1;

    readonly Ed25519Key key;
    readonly byte[] id;

    public NoteKey(string name, Ed25519Key key)
    {
        if (name.Length == 0 || name.Any(char.IsWhiteSpace) || name.Contains('+', StringComparison.Ordinal))
            throw new ArgumentException($"'{name}' cannot be the name of a key: no blanks and no plus sign.", nameof(name));
        (Name, this.key) = (name, key);
        id = IdOf(name, key.PublicKey);
    }

    /// <summary>The log's origin.</summary>
    public string Name { get; }

    /// <summary>What those who verify need: <c>name+id+base64(type and key)</c>.</summary>
    public string VerifierKey => VerifierKeyOf(Name, key.PublicKey);

    /// <summary>As <see cref="VerifierKey"/>, of a public key alone.</summary>
    public static string VerifierKeyOf(string name, byte[] publicKey) =>
        $"{name}+{Convert.ToHexStringLower(IdOf(name, publicKey))}+{Convert.ToBase64String([Ed25519, .. publicKey])}";

    static byte[] IdOf(string name, byte[] publicKey) => SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', Ed25519, .. publicKey])[..4];

    /// <summary>The note: text, blank line, signature line.</summary>
    /// <param name="text">Ends with a line feed.</param>
    public string Sign(string text) => $"{text}\n{Line(text)}";

    /// <summary>A signature line alone, for a further signature under a note (rotation with overlap).</summary>
    public string Line(string text) => $"\u2014 {Name} {Convert.ToBase64String([.. id, .. key.Sign(Encoding.UTF8.GetBytes(text))])}\n";

    /// <summary>Text of a checkpoint (C2SP tlog-checkpoint).</summary>
    public static string CheckpointText(string origin, long size, ReadOnlySpan<byte> root) =>
        string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{Convert.ToBase64String(root)}\n");
}
