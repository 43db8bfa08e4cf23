using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>What is done to every field before any rule looks at it, and what tells bad values by their form.</summary>
internal static partial class Field
{
    /// <summary>Trims (also no-break spaces and zero-width characters), composes accents (NFC), joins lines; null for blank and for words that mean blank.</summary>
    public static string? Clean(string raw)
    {
        if (raw.Length == 0)
            return null;
        var text = raw;
        if (text.AsSpan().IndexOfAny('\r', '\n') >= 0)
            text = LineBreaks().Replace(text, " ");
        var start = 0;
        var end = text.Length;
        while (start < end && IsBlank(text[start]))
            start++;
        while (end > start && IsBlank(text[end - 1]))
            end--;
        if (start == end)
            return null;
        if (end - start != text.Length)
            text = text[start..end];
        if (!Ascii.IsValid(text))
            text = text.Normalize(NormalizationForm.FormC);
        return MeansBlank(text) ? null : text;
    }

    public static bool HasControl(string text)
    {
        foreach (var c in text)
            if (char.IsControl(c))
                return true;
        return false;
    }

    /// <summary>6.05E+05: an identifier that a spreadsheet took for a number.</summary>
    public static bool IsScientific(string id) => id.AsSpan().IndexOfAny('E', 'e') > 0 && Scientific().IsMatch(id);

    public static bool LooksLikeSsn(string text) => text.Length is >= 9 and <= 11 && Ssn().IsMatch(text);

    public static bool NamesSsn(string header) => SsnHeader().IsMatch(header);

    /// <summary>An ISO 8601 instant; null for anything else.</summary>
    public static DateTimeOffset? Instant(string? text) =>
        text is { Length: >= 10 } && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF';

    static bool MeansBlank(string text) => text.Length <= 4 &&
        (text is "-" or "--" || text.Equals("NULL", StringComparison.OrdinalIgnoreCase) || text.Equals("N/A", StringComparison.OrdinalIgnoreCase) || text.Equals("#N/A", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"[ \t]*[\r\n]+[ \t]*")]
    private static partial Regex LineBreaks();

    [GeneratedRegex(@"^[0-9](\.[0-9]+)?[Ee]\+?[0-9]{1,3}$")]
    private static partial Regex Scientific();

    [GeneratedRegex(@"^[0-9]{3}-[0-9]{2}-[0-9]{4}$")]
    private static partial Regex Ssn();

    /// <summary>Not "className": SSN in capitals, Ssn at the end of a word, or ssn as a word.</summary>
    [GeneratedRegex(@"SSN|Ssn(?![a-z])|(?i:(^|[^a-z])ssn([^a-z]|$)|social.?security)", RegexOptions.CultureInvariant)]
    private static partial Regex SsnHeader();
}
