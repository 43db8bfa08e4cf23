using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// What an event's JSON may hold. PostgreSQL's jsonb and the canonical form of the audit log keep values, not text, so whatever
/// would change on the way (or be refused late, by the database) is refused here with a code.
/// </summary>
internal static class JsonRules
{
    // Each thread that prepares appends keeps its own: this runs for every event
    [ThreadStatic]
    static Scratch? scratch;

    /// <summary>Members of the objects that are open, and where each object's begin.</summary>
    sealed class Scratch
    {
        public readonly List<(int Start, int Length, string? Decoded)> Members = [];
        public readonly Stack<int> Opened = new();
    }

    /// <summary>The first broken rule, or null.</summary>
    public static AppendResult.AppendRefused? Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var (members, opened) = ((scratch ??= new()).Members, scratch.Opened);
        members.Clear();
        opened.Clear();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        opened.Push(members.Count);
                        break;
                    case JsonTokenType.EndObject:
                        var from = opened.Pop();
                        members.RemoveRange(from, members.Count - from);
                        break;
                    case JsonTokenType.PropertyName:
                        // A plain name is its own text; any other is compared by what it means
                        var decoded = reader.ValueIsEscaped || !Ascii.IsValid(reader.ValueSpan) ? reader.GetString() : null;
                        if (decoded?.Contains('\0', StringComparison.Ordinal) == true)
                            return Nul;
                        var start = (int)reader.TokenStartIndex + 1;
                        if (IsAmong(members, opened.Peek(), json, reader.ValueSpan, decoded))
                            return new("event.json-duplicate-member", $"The member '{reader.GetString()}' stands twice in one object.");
                        members.Add((start, reader.ValueSpan.Length, decoded));
                        break;
                    case JsonTokenType.String when reader.ValueIsEscaped && reader.GetString()!.Contains('\0', StringComparison.Ordinal):
                        return Nul;
                    case JsonTokenType.Number when !SurvivesDouble(reader.ValueSpan):
                        return new("event.json-number", $"The number {Encoding.UTF8.GetString(reader.ValueSpan)} does not survive as a double; send it as text.");
                }
            }
            return null;
        }
        catch (InvalidOperationException) // GetString: an escape that is no Unicode text
        {
            return Surrogate;
        }
        catch (JsonException e)
        {
            return new("event.json-invalid", e.Message);
        }
    }

    static bool IsAmong(List<(int Start, int Length, string? Decoded)> members, int from, ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, string? decoded)
    {
        for (var i = from; i < members.Count; i++)
        {
            var (start, length, other) = members[i];
            var plain = json.Slice(start, length);
            if ((decoded, other) switch
            {
                (null, null) => plain.SequenceEqual(name),
                (not null, not null) => decoded == other,
                (not null, null) => Ascii.Equals(plain, decoded),
                (null, not null) => Ascii.Equals(name, other),
            })
                return true;
        }
        return false;
    }

    public static AppendResult.AppendRefused Nul => new("event.json-nul", "Text may not hold the character U+0000.");
    public static AppendResult.AppendRefused Surrogate => new("event.json-surrogate", "Text may not hold half of a surrogate pair.");

    /// <summary>True if the decimal value is the shortest text of the double nearest to it.</summary>
    public static bool SurvivesDouble(ReadOnlySpan<byte> number)
    {
        if (Utf8Parser.TryParse(number, out long whole, out var used) && used == number.Length && whole is >= -(1L << 53) and <= 1L << 53)
            return true;
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return false;
        Span<byte> shortest = stackalloc byte[32];
        return value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture) && Normal(number) == Normal(shortest[..length]);
    }

    /// <summary>Sign, significant digits and power of ten: equal for equal decimal values.</summary>
    static (bool Negative, string Digits, int Power) Normal(ReadOnlySpan<byte> number)
    {
        var negative = number[0] == '-';
        var digits = new StringBuilder();
        var power = 0;
        var fraction = false;
        for (var i = negative ? 1 : 0; i < number.Length; i++)
        {
            var c = (char)number[i];
            if (c == '.')
                fraction = true;
            else if (c is 'e' or 'E')
            {
                power += int.TryParse(number[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var e) ? e : 0;
                break;
            }
            else
            {
                digits.Append(c);
                power -= fraction ? 1 : 0;
            }
        }
        var all = digits.ToString().TrimStart('0');
        var significant = all.TrimEnd('0');
        return significant.Length == 0 ? (false, "", 0) : (negative, significant, power + all.Length - significant.Length);
    }

    /// <summary>False if the text holds half of a surrogate pair.</summary>
    public static bool IsUnicode(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var at)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out var used) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[(at + used)..];
        }
        return true;
    }

    /// <summary>The serializer would quietly write U+FFFD for half of a surrogate pair; this one refuses.</summary>
    public sealed class StrictText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();
        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;
        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Checked(value));
        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(Checked(value));

        static string Checked(string value) => IsUnicode(value) ? value : throw new NotUnicodeException();
    }

    public sealed class NotUnicodeException() : Exception("Text holds half of a surrogate pair.");
}
