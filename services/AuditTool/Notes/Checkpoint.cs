using System.Globalization;
using EquityPlatform.AuditTool.Merkle;

namespace EquityPlatform.AuditTool.Notes;

/// <summary>What a log said of itself at a moment: origin, number of leaves, root (C2SP tlog-checkpoint without extension lines).</summary>
internal sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <exception cref="MalformedException">Not three lines of this form.</exception>
    public static Checkpoint Parse(string text)
    {
        if (text.Split('\n') is not [{ Length: > 0 } origin, var digits, var base64, ""])
            throw new MalformedException("A checkpoint has three lines: origin, size, root.");
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size.ToString(CultureInfo.InvariantCulture) != digits)
            throw new MalformedException($"'{digits}' is not the size of a log.");
        return Base64.TryDecode(base64, out var root) && root.Length == TreeHash.Bytes
            ? new(origin, size, root)
            : throw new MalformedException("The root is not a hash of 32 bytes.");
    }
}
