using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EquityPlatform.AuditTool.Canonical;

/// <summary>Text that has no canonical form.</summary>
internal sealed class NotCanonicalException(string message) : Exception(message);

/// <summary>The canonical form of JSON (RFC 8785): the one text from which everybody computes the same hash.</summary>
internal static class CanonicalJson
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 128 };
    static readonly JsonReaderOptions ReaderStrict = new() { MaxDepth = 128 };

    /// <summary>Canonical UTF-8 of one JSON text.</summary>
    /// <exception cref="NotCanonicalException">Not JSON, a member twice, half a surrogate pair, or a number beyond a double.</exception>
    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = Parse(json);
            return Of(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new NotCanonicalException($"This is no JSON: {e.Message}");
        }
    }

    public static byte[] Of(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>(256);
        try
        {
            Write(value, output);
        }
        catch (InvalidOperationException) // GetString: an escape that is no Unicode text
        {
            throw new NotCanonicalException("Text holds half of a surrogate pair.");
        }
        return output.WrittenSpan.ToArray();
    }

    static JsonDocument Parse(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            throw new NotCanonicalException("There is no text.");
        var reader = new Utf8JsonReader(json, ReaderStrict);
        while (reader.Read()) // the whole text, with whatever stands behind the value
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                CheckText(ref reader);
        return JsonDocument.Parse(json.ToArray(), Strict);
    }

    static void CheckText(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new NotCanonicalException("Text holds half of a surrogate pair.");
        }
    }

    static void Write(JsonElement value, ArrayBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                output.Write("{"u8);
                var first = true;
                // By UTF-16 code units, as RFC 8785 section 3.2.3 wants it; code points would order some names otherwise
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (!first)
                        output.Write(","u8);
                    first = false;
                    WriteText(member.Name, output);
                    output.Write(":"u8);
                    Write(member.Value, output);
                }
                output.Write("}"u8);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                for (var i = 0; i < value.GetArrayLength(); i++)
                {
                    if (i > 0)
                        output.Write(","u8);
                    Write(value[i], output);
                }
                output.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                output.Write(Encoding.ASCII.GetBytes(Number(value.GetDouble())));
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            default:
                output.Write("null"u8);
                break;
        }
    }

    static void WriteText(string text, ArrayBufferWriter<byte> output)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\f' => escaped.Append("\\f"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        output.Write(Encoding.UTF8.GetBytes(escaped.Append('"').ToString()));
    }

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
