using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EquityPlatform.Testing;

/// <summary>
/// Looks for planted texts in what is left of a system: as they are, as UTF-16, as hex, as base64 (wherever in the encoded text they begin), as JSON, SQL and
/// URL escapes, and all of these once more inside bytes that a dump shows in hex.
/// </summary>
public sealed partial class Traces
{
    readonly List<(string Text, string Form, byte[] Bytes)> forms = [];

    /// <param name="planted">Unmistakable texts of at least eight characters.</param>
    public Traces(params IEnumerable<string> planted)
    {
        foreach (var text in planted)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(text.Length, 8);
            byte[] utf8 = Encoding.UTF8.GetBytes(text), utf16 = Encoding.Unicode.GetBytes(text);
            Add(text, "UTF-8", utf8);
            Add(text, "UTF-16", utf16);
            Add(text, "UTF-16 (big endian)", Encoding.BigEndianUnicode.GetBytes(text));
            Add(text, "Latin-1", Encoding.Latin1.GetBytes(text));
            Add(text, "JSON", Encoding.ASCII.GetBytes(JsonSerializer.Serialize(text).Trim('"')));
            Add(text, "lower-case JSON", Encoding.ASCII.GetBytes(JavaScriptEncoder.Default.Encode(text).ToLowerInvariant()));
            Add(text, "SQL", Encoding.UTF8.GetBytes(text.Replace("'", "''", StringComparison.Ordinal)));
            Add(text, "URL", Encoding.ASCII.GetBytes(Uri.EscapeDataString(text)));
            foreach (var (name, bytes) in new[] { ("UTF-8", utf8), ("UTF-16", utf16) })
            {
                Add(text, $"hex of {name}", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)));
                Add(text, $"upper-case hex of {name}", Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)));
                for (var offset = 0; offset < 3; offset++)
                    Add(text, $"base64 of {name} at {offset}", Encoding.ASCII.GetBytes(Inside(bytes, offset)));
            }
        }
    }

    /// <summary>Every planted text that is there, with its form and place.</summary>
    public IReadOnlyList<string> In(string place, byte[] content)
    {
        var found = Plain(place, content);
        foreach (Match hex in Bytea().Matches(Encoding.Latin1.GetString(content)))
            if (hex.Groups[1].ValueSpan is var digits && digits.Length % 2 == 0)
                found.AddRange(Plain($"{place}, in bytes", Convert.FromHexString(digits)));
        return [.. found.Distinct()];
    }

    /// <summary>In every file below a folder.</summary>
    public IReadOnlyList<string> InFolder(string folder)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device }))
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                found.AddRange(In(file, copy.ToArray()));
            }
            catch (FileNotFoundException)
            {
                // a server's own temporary file, gone meanwhile
            }
        return found;
    }

    List<string> Plain(string place, byte[] content) =>
        [.. forms.Where(form => content.AsSpan().IndexOf(form.Bytes) >= 0).Select(form => $"{form.Text} as {form.Form} in {place}")];

    void Add(string text, string form, byte[] bytes)
    {
        if (!forms.Exists(other => other.Bytes.AsSpan().SequenceEqual(bytes)))
            forms.Add((text, form, bytes));
    }

    /// <summary>The characters of base64 that depend on these bytes alone, whatever stands before and after.</summary>
    static string Inside(byte[] bytes, int offset)
    {
        var encoded = Convert.ToBase64String([.. new byte[offset], .. bytes]).TrimEnd('=');
        var first = (offset * 8 + 5) / 6;
        var whole = (offset + bytes.Length) * 8 / 6;
        return encoded[first..whole];
    }

    [GeneratedRegex(@"\\x([0-9a-f]{16,})")]
    private static partial Regex Bytea();
}
