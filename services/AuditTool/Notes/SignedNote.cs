using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EquityPlatform.AuditTool.Signatures;

namespace EquityPlatform.AuditTool.Notes;

/// <summary>A signature under a note. <paramref name="Time"/> is there for cosignatures of witnesses.</summary>
internal sealed record NoteSignature(string Name, uint KeyId, byte[] Bytes, DateTimeOffset? Time = null);

/// <summary>A text with signatures under it (C2SP signed-note and tlog-cosignature).</summary>
internal sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Verified, IReadOnlyList<NoteSignature> Unknown)
{
    const int MostSignatures = 100;
    const string Dash = "\u2014 ";

    /// <summary>Reads a note and checks every signature of a known key. Signatures of unknown keys are listed and count for nothing.</summary>
    /// <exception cref="MalformedException">Not a note, a known key with a wrong signature, or no signature of a known key.</exception>
    public static SignedNote Open(string note, IReadOnlyCollection<VerifierKey> keys)
    {
        var (text, lines) = Split(note);
        var verified = new List<NoteSignature>();
        var unknown = new List<NoteSignature>();
        foreach (var line in lines)
        {
            var signature = Read(line);
            var key = keys.FirstOrDefault(k => k.Name == signature.Name && k.Id == signature.KeyId);
            if (key is null)
                unknown.Add(signature);
            else if (verified.Any(v => v.Name == signature.Name && v.KeyId == signature.KeyId))
                continue;
            else
                verified.Add(Verify(key, text, signature) ?? throw new MalformedException($"The signature of {key} does not fit the text."));
        }
        return verified.Count > 0 ? new(text, verified, unknown) : throw new MalformedException("No signature is of a key that you trust.");
    }

    static (string Text, string[] Lines) Split(string note)
    {
        if (note.Any(c => c < ' ' && c != '\n' || c == '\uFFFD'))
            throw new MalformedException("A note holds no control characters and no carriage returns.");
        var gap = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0)
            throw new MalformedException("The blank line between text and signatures is missing.");
        var under = note[(gap + 2)..];
        if (under.Length == 0 || under[^1] != '\n')
            throw new MalformedException("The last signature line does not end with a line feed, or there is none.");
        var lines = under[..^1].Split('\n');
        return lines.Length <= MostSignatures ? (note[..(gap + 1)], lines) : throw new MalformedException($"A note has at most {MostSignatures} signatures.");
    }

    static NoteSignature Read(string line)
    {
        if (!line.StartsWith(Dash, StringComparison.Ordinal) || line[Dash.Length..].Split(' ') is not [var name, var base64] || !VerifierKey.IsName(name)
            || !Base64.TryDecode(base64, out var bytes) || bytes.Length < 5)
            throw new MalformedException("A signature line has the form: em dash, name, signature.");
        return new(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..]);
    }

    static NoteSignature? Verify(VerifierKey key, string text, NoteSignature signature)
    {
        if (key.Type == VerifierKey.Signs)
            return Ed25519.Verify(key.Key, Encoding.UTF8.GetBytes(text), signature.Bytes) ? signature : null;
        if (signature.Bytes.Length != 8 + Ed25519.SignatureBytes)
            return null;
        var seconds = BinaryPrimitives.ReadInt64BigEndian(signature.Bytes);
        var message = string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}");
        return seconds is >= 0 and <= 253402300799 && Ed25519.Verify(key.Key, Encoding.UTF8.GetBytes(message), signature.Bytes.AsSpan(8))
            ? signature with { Time = DateTimeOffset.FromUnixTimeSeconds(seconds) }
            : null;
    }
}
