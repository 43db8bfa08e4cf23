using EquityPlatform.Contracts;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Grade codes (CEDS). What cannot be read counts as not reported.</summary>
internal static class Grade
{
    static readonly IReadOnlyList<string> Codes = [.. StudentGroups.Groups[StudentGroups.Grade].Where(g => g != StudentGroups.NotReported)];

    public static string? Read(RowCheck check, string column = "grades")
    {
        if (check.Optional(column) is not { } text)
            return null;
        if (text.Contains(',', StringComparison.Ordinal))
        {
            check.Warn(column, "grade.several");
            return null;
        }
        if (Codes.Contains(text))
            return text;
        var meant = text.Length == 1 && char.IsAsciiDigit(text[0]) && text != "0" ? "0" + text
            : text.Equals("K", StringComparison.OrdinalIgnoreCase) ? "KG"
            : Codes.FirstOrDefault(c => c.Equals(text, StringComparison.OrdinalIgnoreCase));
        check.Warn(column, meant is null ? "grade.unknown" : "grade.form");
        return meant;
    }
}
