using System.Globalization;
using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>A text is not in the form of its format: a code, and what a sentence about it needs (line, member).</summary>
internal sealed class MalformedProofException(string code, params (string Name, object Value)[] arguments) : Exception
{
    public string Code => code;

    public IReadOnlyDictionary<string, string> Arguments { get; } =
        arguments.ToDictionary(one => one.Name, one => Convert.ToString(one.Value, CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal);
}

/// <summary>A line that signs a note.</summary>
internal sealed record NoteSignature(string Name, string KeyId, byte[] Bytes);

/// <summary>A proof file (C2SP tlog-proof) as somebody handed it in: place, hashes, and the checkpoint with its signatures.</summary>
internal sealed record ProofFile(long Index, IReadOnlyList<byte[]> Path, string Origin, long Size, byte[] Root, string Text, IReadOnlyList<NoteSignature> Signatures)
{
    public const string FirstLine = "c2sp.org/tlog-proof@v1";
    const int MostCharacters = 64 * 1024;
    const int MostHashes = 63;
    const int MostSignatures = 100;
    const int KeyIdBytes = 4;
    const string Dash = "\u2014 ";

    /// <exception cref="MalformedProofException">Not of this form; says in which line.</exception>
    public static ProofFile Read(string file)
    {
        var lines = Lines(file);
        var at = 0;
        if (Next() is var first && first != FirstLine)
            throw Malformed("proof.first-line");
        var line = Next();
        if (line.StartsWith("extra ", StringComparison.Ordinal))
            line = TryBase64(line["extra ".Length..], out _) ? Next() : throw Malformed("proof.extra");
        if (!line.StartsWith("index ", StringComparison.Ordinal) || !TryNumber(line["index ".Length..], out var index))
            throw Malformed("proof.index");
        var path = new List<byte[]>();
        while (Next() is { Length: > 0 } hash)
            path.Add(!TryBase64(hash, out var bytes) || bytes.Length != TreeHash.Bytes ? throw Malformed("proof.hash")
                : path.Count == MostHashes ? throw Malformed("proof.hashes") : bytes);

        if (Next() is not { Length: > 0 } origin)
            throw Malformed("note.origin");
        if (!TryNumber(Next(), out var size))
            throw Malformed("note.size");
        if (!TryBase64(Next(), out var root) || root.Length != TreeHash.Bytes)
            throw Malformed("note.root");
        if (Next().Length > 0)
            throw Malformed("note.blank-line");
        var signatures = new List<NoteSignature>();
        // What follows the last line feed is empty: Lines saw to it
        while (at < lines.Length - 1)
            signatures.Add(SignatureOf(Next()) ?? throw Malformed("note.signature"));
        return signatures.Count switch
        {
            0 => throw Malformed("note.unsigned"),
            > MostSignatures => throw Malformed("note.signatures"),
            _ => new(index, path, origin, size, root, NoteKey.CheckpointText(origin, size, root), signatures),
        };

        string Next() => at < lines.Length - 1 ? lines[at++] : throw new MalformedProofException("proof.ends", ("line", at));
        MalformedProofException Malformed(string code) => new(code, ("line", at));
    }

    static string[] Lines(string file)
    {
        if (string.IsNullOrWhiteSpace(file))
            throw new MalformedProofException("proof.empty");
        if (file.Length > MostCharacters)
            throw new MalformedProofException("proof.too-large", ("most", MostCharacters));
        var lines = file.Split('\n');
        for (var i = 0; i < lines.Length; i++)
            if (lines[i].Contains('\r', StringComparison.Ordinal))
                throw new MalformedProofException("proof.line-end", ("line", i + 1));
            else if (lines[i].Any(c => c is < ' ' or '\u007f' or '\uFFFD' or '\uFEFF'))
                throw new MalformedProofException("proof.characters", ("line", i + 1));
        return lines[^1].Length == 0 ? lines : throw new MalformedProofException("proof.last-line-end", ("line", lines.Length));
    }

    static NoteSignature? SignatureOf(string line) =>
        line.StartsWith(Dash, StringComparison.Ordinal) && line[Dash.Length..].Split(' ') is [{ Length: > 0 } name, var base64] && !name.Contains('+', StringComparison.Ordinal)
        && TryBase64(base64, out var bytes) && bytes.Length > KeyIdBytes
            ? new(name, Convert.ToHexStringLower(bytes.AsSpan(0, KeyIdBytes)), bytes[KeyIdBytes..])
            : null;

    /// <summary>Decimal digits without a leading zero.</summary>
    public static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number.ToString(CultureInfo.InvariantCulture) == text;

    /// <summary>Base64 with padding and nothing else; unused bits are zero, so that a value has one text.</summary>
    public static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            return false;
        bytes = bytes[..length];
        return Convert.ToBase64String(bytes) == text;
    }

    /// <summary>Whether the signature is of this key (<c>name+id+base64</c>); null if the line is by another key.</summary>
    public bool? Signed(NoteSignature signature, string verifierKey) =>
        verifierKey.Split('+', 3) is [var name, var id, var key] && name == signature.Name && id == signature.KeyId
            ? Ed25519Key.Verify(Convert.FromBase64String(key).AsSpan(1), Encoding.UTF8.GetBytes(Text), signature.Bytes)
            : null;
}
