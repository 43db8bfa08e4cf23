using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>RFC 8785 (JCS): one byte form per JSON value, so that equal values have equal hashes whoever wrote them.</summary>
public static class CanonicalJson
{
    static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    /// <summary>The canonical text.</summary>
    /// <exception cref="JsonException">The value has no canonical form: a name twice in one object, text that is not Unicode, a number out of range.</exception>
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        try
        {
            Write(text, value);
        }
        catch (InvalidOperationException e) // what JsonElement throws for half of a surrogate pair
        {
            throw new JsonException("Text is not Unicode.", e);
        }
        return text.ToString();
    }

    /// <summary>The canonical text as UTF-8, which is what hashes and envelopes are made of.</summary>
    /// <exception cref="JsonException">The value has no canonical form.</exception>
    public static byte[] Utf8Of(JsonElement value) => Encoding.UTF8.GetBytes(Of(value));

    static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(text, value);
                break;
            case JsonValueKind.Array:
                var comma = "[";
                foreach (var item in value.EnumerateArray())
                {
                    text.Append(comma);
                    Write(text, item);
                    comma = ",";
                }
                text.Append(comma == "[" ? "[]" : "]");
                break;
            case JsonValueKind.String:
                WriteString(text, value.GetString() ?? "");
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDouble()));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    static void WriteObject(StringBuilder text, JsonElement value)
    {
        // by UTF-16 code units, which is not the order of code points
        var members = value.EnumerateObject().Select(m => (m.Name, m.Value)).OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
        text.Append('{');
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (members[i].Name == members[i - 1].Name)
                    throw new JsonException($"The member '{members[i].Name}' stands twice in one object.");
                text.Append(',');
            }
            WriteString(text, members[i].Name);
            text.Append(':');
            Write(text, members[i].Value);
        }
        text.Append('}');
    }

    static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        if (value.AsSpan().IndexOfAny(Escaped) < 0)
            text.Append(value);
        else
            foreach (var c in value)
                _ = c switch
                {
                    '"' => text.Append("\\\""),
                    '\\' => text.Append("\\\\"),
                    '\b' => text.Append("\\b"),
                    '\f' => text.Append("\\f"),
                    '\n' => text.Append("\\n"),
                    '\r' => text.Append("\\r"),
                    '\t' => text.Append("\\t"),
                    < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => text.Append(c),
                };
        text.Append('"');
    }

    /// <summary>ECMAScript Number::toString: .NET's shortest digits, laid out as JavaScript does.</summary>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new JsonException("A number is out of range.");
        if (value == 0)
            return "0";
        var sign = value < 0 ? "-" : "";
        var (digits, exponent) = Split(Math.Abs(value).ToString("R", CultureInfo.InvariantCulture));
        var n = exponent + 1; // value = 0.digits x 10^n
        var k = digits.Length;
        return sign + (n switch
        {
            _ when k <= n && n <= 21 => digits.PadRight(n, '0'),
            > 0 and <= 21 => $"{digits[..n]}.{digits[n..]}",
            > -6 and <= 0 => $"0.{new string('0', -n)}{digits}",
            _ => $"{digits[0]}{(k > 1 ? "." : "")}{digits[1..]}e{(n - 1 < 0 ? "-" : "+")}{Math.Abs(n - 1).ToString(CultureInfo.InvariantCulture)}",
        });
    }

    /// <summary>Significant digits without zeros at either end, and the decimal exponent of the first.</summary>
    static (string Digits, int Exponent) Split(string shortest)
    {
        var exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = exponentAt < 0 ? shortest : shortest[..exponentAt];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var all = point < 0 ? whole : whole + mantissa[(point + 1)..];
        var leading = all.Length - all.TrimStart('0').Length;
        var exponent = whole.Length - 1 - leading + (exponentAt < 0 ? 0 : int.Parse(shortest[(exponentAt + 1)..], CultureInfo.InvariantCulture));
        return (all[leading..].TrimEnd('0'), exponent);
    }
}
