using System.Text;
using System.Text.RegularExpressions;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Interventions;

/// <summary>Rules for what people write: present, not too long, and nothing that points to one student.</summary>
internal static partial class PlainText
{
    public const int Line = 160;
    public const int Paragraph = 2_000;

    /// <summary>Null if the text will do; otherwise why not. Codes are <c>{name}-missing</c>, <c>-too-long</c>, <c>-too-short</c>, <c>-unreadable</c>, <c>-personal-data</c>.</summary>
    /// <param name="name">Start of the code, e.g. <c>goal.title</c>.</param>
    /// <param name="missing">Sentence if there is nothing or too little.</param>
    public static Refusal? Check(string? text, string name, int atMost, string missing, int words = 1)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Refusal.Invalid($"{name}-missing", missing);
        text = text.Trim();
        if (text.Length > atMost)
            return Refusal.Invalid($"{name}-too-long", $"This text has {text.Length} characters; {atMost} are enough. Please shorten it.");
        if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || !IsUnicode(text))
            return Refusal.Invalid($"{name}-unreadable", "This text holds characters that cannot be shown. Please type it again.");
        if (WithLetter().Count(text) < words)
            return Refusal.Invalid($"{name}-too-short", missing);
        return Personal().IsMatch(text)
            ? Refusal.Invalid($"{name}-personal-data", "Please leave out e-mail addresses, telephone numbers and student numbers. Write about groups and roles, not about one person.")
            : null;
    }

    static bool IsUnicode(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (rune == Rune.ReplacementChar)
                return false;
        return true;
    }

    [GeneratedRegex(@"[^\s]*\p{L}[^\s]*")]
    private static partial Regex WithLetter();

    [GeneratedRegex(@"[^\s@]+@[^\s@]+\.[^\s@]+|\d{6,}|\d{3}[-. ]\d{2,3}[-. ]\d{4}|\(\d{3}\)\s*\d{3}[-. ]\d{4}")]
    private static partial Regex Personal();
}
