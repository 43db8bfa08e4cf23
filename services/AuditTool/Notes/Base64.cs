namespace EquityPlatform.AuditTool.Notes;

/// <summary>Base64 with padding and nothing else: no blanks, no line ends, no other alphabet.</summary>
internal static class Base64
{
    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 4 * 3];
        if (text.Any(char.IsWhiteSpace) || !Convert.TryFromBase64String(text, bytes, out var length))
            return false;
        bytes = bytes[..length];
        // Unused bits must be zero: one value, one text
        return Convert.ToBase64String(bytes) == text;
    }
}
