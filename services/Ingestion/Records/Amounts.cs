using System.Globalization;

namespace EquityPlatform.Ingestion.Records;

/// <summary>Numbers of events: integers only, decimals as ten-thousandths, so that no reader of JSON rounds them.</summary>
internal static class Amounts
{
    public const int One = 10_000;

    /// <summary>A decimal between the two bounds, in ten-thousandths; one with more decimals quarantines the row.</summary>
    public static int? Amount(this RowCheck check, string column, int from, int to)
    {
        if (check.Optional(column) is not { } text)
            return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
            && amount >= from && amount <= to && amount * One == decimal.Truncate(amount * One))
            return (int)(amount * One);
        check.Quarantine(column, "number.decimal");
        return null;
    }

    /// <summary>
    /// The number in a result, in ten-thousandths: a plain number, or one with its unit (415L, 91%). Anything else (&lt;1, *, BR400L, STRATEGIC 91%) has none: a mark of
    /// suppression is not zero, and a word is not guessed at.
    /// </summary>
    public static long? InResult(string? text)
    {
        var number = text.AsSpan().Trim();
        if (number.Length > 1 && number[^1] is 'L' or 'Q' or '%')
            number = number[..^1];
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount) && Math.Abs(amount) < 1_000_000_000
            ? (long)decimal.Round(amount * One, MidpointRounding.ToEven)
            : null;
    }

    /// <summary>A short text of the source's own vocabulary; longer ones are no code but prose, which may name people.</summary>
    public static string? Code(this RowCheck check, string column, int longest = 100)
    {
        if (check.Optional(column) is not { } text)
            return null;
        if (text.Length <= longest && !Rows.Field.LooksLikeSsn(text))
            return text;
        check.Quarantine(column, "field.too-long", ("limit", longest.ToString(CultureInfo.InvariantCulture)));
        return null;
    }

    public static string RequiredCode(this RowCheck check, string column)
    {
        check.Required(column);
        return check.Code(column) ?? "";
    }

    /// <summary>A value of a closed list, or null where the field is empty.</summary>
    public static string? OptionalEnum(this RowCheck check, string column, IReadOnlyList<string> values) => check.Optional(column) is null ? null : check.Enum(column, values);

    public static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
    public static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
    public static string? Text(bool? answer) => answer switch { true => "1", false => "0", null => null };
}
