using System.Globalization;

namespace EquityPlatform.Web;

/// <summary>Reads what a plain HTML form sends. What cannot be read is absent: the service then says what is missing.</summary>
internal static class Forms
{
    public static string Word(this IFormCollection form, string name) => form[name].ToString().Trim();

    public static string? Words(this IFormCollection form, string name) => form.Word(name) is { Length: > 0 } text ? text : null;

    public static int? Whole(this IFormCollection form, string name) =>
        int.TryParse(form.Word(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static Guid? Id(this IFormCollection form, string name) => Guid.TryParse(form.Word(name), out var id) ? id : null;

    public static DateOnly? Day(this IFormCollection form, string name) =>
        DateOnly.TryParseExact(form.Word(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A number of 100, with point or comma, as ten-thousandths: 12.5 is 1250.</summary>
    public static int? OfHundred(this IFormCollection form, string name) =>
        decimal.TryParse(form.Word(name).Replace(',', '.').TrimEnd('%', ' '), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && value is >= 0 and <= 100 ? (int)Math.Round(value * 100) : null;
}
