using System.Globalization;

namespace EquityPlatform.AuditTool.Canonical;

/// <summary>Text that has no canonical form.</summary>
internal sealed class NotCanonicalException(string message) : Exception(message);

/// <summary>The canonical form of JSON (RFC 8785): the one text from which everybody computes the same hash.</summary>
internal static class CanonicalJson
{
    /// <summary>Canonical UTF-8 of one JSON text.</summary>
    /// <exception cref="NotCanonicalException">Not JSON, a member twice, half a surrogate pair, or a number beyond a double.</exception>
    public static byte[] Of(ReadOnlySpan<byte> json) => new CanonicalWriter().Write(json).ToArray();

    /// <summary>A double as ECMAScript writes it (Number::toString).</summary>
    /// <exception cref="NotCanonicalException">Not a finite number.</exception>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new NotCanonicalException("A number lies beyond what a double holds.");
        if (value == 0)
            return "0"; // also for minus zero
        var (digits, exponent) = Digits(Math.Abs(value).ToString("R", CultureInfo.InvariantCulture));
        var sign = value < 0 ? "-" : "";
        var n = exponent + 1; // digits before the point
        return sign + (n switch
        {
            _ when digits.Length <= n && n <= 21 => digits + new string('0', n - digits.Length),
            > 0 and <= 21 => digits[..n] + "." + digits[n..],
            > -6 and <= 0 => "0." + new string('0', -n) + digits,
            _ => digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + (n > 0 ? "+" : "-") + Math.Abs(n - 1).ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>The significant digits of a round-trip text, and the power of ten of the first.</summary>
    static (string Digits, int Exponent) Digits(string round)
    {
        var at = round.IndexOf('E', StringComparison.Ordinal);
        var mantissa = at < 0 ? round : round[..at];
        var power = at < 0 ? 0 : int.Parse(round.AsSpan(at + 1), CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var before = (point < 0 ? mantissa.Length : point) - (all.Length - digits.Length);
        return (digits.TrimEnd('0'), power + before - 1);
    }
}
