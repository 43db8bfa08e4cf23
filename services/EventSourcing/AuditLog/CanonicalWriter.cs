using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Writes what <see cref="CanonicalJson"/> makes of a value, several times as fast where nothing is unusual: texts without escapes, short integers and ASCII names
/// stand in the parsed JSON as they do in the canonical form, and are copied. Whatever else comes, <see cref="CanonicalJson"/> writes.
/// </summary>
internal static class CanonicalWriter
{
    /// <summary>Integers up to so many digits are exact as doubles and written without an exponent.</summary>
    const int PlainDigits = 15;

    /// <param name="without">Member of the object that is left out.</param>
    public static void Write(IBufferWriter<byte> to, JsonElement value, string? without = null)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(to, value, without);
                break;
            case JsonValueKind.Array:
                var first = true;
                to.Write("["u8);
                foreach (var item in value.EnumerateArray())
                {
                    if (!first)
                        to.Write(","u8);
                    first = false;
                    Write(to, item);
                }
                to.Write("]"u8);
                break;
            case JsonValueKind.String or JsonValueKind.Number when !IsCanonical(value):
                to.Write(CanonicalJson.Utf8Of(value));
                break;
            default:
                to.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    static bool IsCanonical(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (value.ValueKind == JsonValueKind.String)
            return !raw.Contains((byte)'\\');
        return raw.Length <= PlainDigits && !raw.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    static void WriteObject(IBufferWriter<byte> to, JsonElement value, string? without)
    {
        var members = new JsonProperty[value.GetPropertyCount()];
        var (count, plain) = (0, true);
        foreach (var member in value.EnumerateObject())
        {
            if (without is not null && member.NameEquals(without))
                continue;
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            plain &= Ascii.IsValid(name) && !name.Contains((byte)'\\');
            members[count++] = member;
        }
        var order = plain ? ByBytes : ByName;
        Array.Sort(members, 0, count, order);
        to.Write("{"u8);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                if (order.Compare(members[i - 1], members[i]) == 0)
                    throw new JsonException($"The member '{members[i].Name}' stands twice in one object.");
                to.Write(","u8);
            }
            if (plain)
            {
                to.Write("\""u8);
                to.Write(JsonMarshal.GetRawUtf8PropertyName(members[i]));
                to.Write("\":"u8);
            }
            else
                to.Write(Encoding.UTF8.GetBytes($"{AuditedEvent.Quoted(members[i].Name)}:"));
            Write(to, members[i].Value);
        }
        to.Write("}"u8);
    }

    /// <summary>Of ASCII names, the order of bytes is that of UTF-16 code units.</summary>
    static readonly Comparer<JsonProperty> ByBytes = Comparer<JsonProperty>.Create((a, b) => JsonMarshal.GetRawUtf8PropertyName(a).SequenceCompareTo(JsonMarshal.GetRawUtf8PropertyName(b)));

    static readonly Comparer<JsonProperty> ByName = Comparer<JsonProperty>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name));
}
