using System.Globalization;
using EquityPlatform.AuditTool.Merkle;

namespace EquityPlatform.AuditTool.Notes;

/// <summary>The proof file that an office keeps with a record (C2SP tlog-proof): place of the leaf, hashes, checkpoint.</summary>
internal sealed record TlogProof(long Index, IReadOnlyList<byte[]> Path, string Checkpoint, byte[]? Extra)
{
    const string FirstLine = "c2sp.org/tlog-proof@v1";
    const int MostHashes = 63;

    /// <summary>As it stands in a file.</summary>
    public string ToText() => string.Concat([FirstLine, "\n", Extra is null ? "" : $"extra {Convert.ToBase64String(Extra)}\n", string.Create(CultureInfo.InvariantCulture, $"index {Index}\n"),
        .. Path.Select(hash => Convert.ToBase64String(hash) + "\n"), "\n", Checkpoint]);

    /// <exception cref="MalformedException">Not of this form.</exception>
    public static TlogProof Parse(string text)
    {
        var gap = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0)
            throw new MalformedException("The blank line between proof and checkpoint is missing.");
        var lines = text[..gap].Split('\n');
        if (lines[0] != FirstLine)
            throw new MalformedException($"A proof file begins with {FirstLine}.");
        var at = 1;
        byte[]? extra = null;
        if (at < lines.Length && lines[at].StartsWith("extra ", StringComparison.Ordinal) && !Base64.TryDecode(lines[at++]["extra ".Length..], out extra))
            throw new MalformedException("The line 'extra' is not base64.");
        if (at >= lines.Length || !lines[at].StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(lines[at]["index ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || lines[at]["index ".Length..] != index.ToString(CultureInfo.InvariantCulture))
            throw new MalformedException("The line 'index' is missing or holds no number.");
        var path = new List<byte[]>();
        foreach (var line in lines[(at + 1)..])
            path.Add(Base64.TryDecode(line, out var hash) && hash.Length == TreeHash.Bytes ? hash : throw new MalformedException($"'{line}' is not a hash of 32 bytes."));
        return path.Count <= MostHashes ? new(index, path, text[(gap + 2)..], extra) : throw new MalformedException("The proof has more hashes than any tree has levels.");
    }
}
