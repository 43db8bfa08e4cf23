using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EquityPlatform.AuditTool.Canonical;

/// <summary>
/// Writes canonical JSON (RFC 8785) in one pass over the text, into a buffer that the next text takes over. Text that is canonical already is
/// copied; only members out of order are moved, and only texts and numbers in another form are read at all.
/// </summary>
internal sealed class CanonicalWriter : IComparer<CanonicalWriter.Member>
{
    static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };
    const int ExactDigits = 15;

    /// <summary>Where a member stands in the buffer: its name with quotes, its end.</summary>
    internal readonly record struct Member(int Start, int NameEnd, int End);

    readonly List<Member> members = [];
    byte[] buffer = new byte[4096];
    byte[] moved = [];
    int length;

    /// <summary>Canonical UTF-8 of one JSON text. It stands until the next call.</summary>
    /// <exception cref="NotCanonicalException">Not JSON, a member twice, half a surrogate pair, or a number beyond a double.</exception>
    public ReadOnlyMemory<byte> Write(ReadOnlySpan<byte> json)
    {
        length = 0;
        members.Clear();
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            if (json.IsEmpty || !reader.Read())
                throw new NotCanonicalException("There is no text.");
            Value(ref reader);
            reader.Read(); // throws if something stands behind the value
        }
        catch (JsonException e)
        {
            throw new NotCanonicalException($"This is no JSON: {e.Message}");
        }
        return buffer.AsMemory(0, length);
    }

    void Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Object(ref reader);
                break;
            case JsonTokenType.StartArray:
                Put("["u8);
                for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
                {
                    if (!first)
                        Put(","u8);
                    Value(ref reader);
                }
                Put("]"u8);
                break;
            case JsonTokenType.String:
                Text(ref reader);
                break;
            case JsonTokenType.Number:
                Number(ref reader);
                break;
            default:
                Put(reader.ValueSpan);
                break;
        }
    }

    void Object(ref Utf8JsonReader reader)
    {
        var (first, ordered) = (members.Count, true);
        Put("{"u8);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (members.Count > first)
                Put(","u8);
            var start = length;
            Text(ref reader);
            var nameEnd = length;
            Put(":"u8);
            reader.Read();
            Value(ref reader);
            var member = new Member(start, nameEnd, length);
            ordered &= members.Count == first || Compare(members[^1], member) < 0;
            members.Add(member);
        }
        if (!ordered)
            Order(first);
        members.RemoveRange(first, members.Count - first);
        Put("}"u8);
    }

    void Order(int first)
    {
        var start = members[first].Start;
        members.Sort(first, members.Count - first, this);
        if (moved.Length < length - start)
            moved = new byte[Math.Max(buffer.Length, length - start)];
        buffer.AsSpan(start, length - start).CopyTo(moved);
        length = start;
        for (var i = first; i < members.Count; i++)
        {
            var (from, nameEnd, end) = members[i];
            if (i > first)
            {
                // Names are compared where they were: in the copy
                if (moved.AsSpan(members[i - 1].Start - start, members[i - 1].NameEnd - members[i - 1].Start).SequenceEqual(moved.AsSpan(from - start, nameEnd - from)))
                    throw new NotCanonicalException($"The member {Encoding.UTF8.GetString(moved.AsSpan(from - start, nameEnd - from))} stands twice in one object.");
                Put(","u8);
            }
            Put(moved.AsSpan(from - start, end - from));
        }
    }

    /// <summary>By UTF-16 code units, as RFC 8785 section 3.2.3 wants it; code points would order some names otherwise.</summary>
    public int Compare(Member x, Member y)
    {
        var one = buffer.AsSpan(x.Start + 1, x.NameEnd - x.Start - 2);
        var other = buffer.AsSpan(y.Start + 1, y.NameEnd - y.Start - 2);
        return Ascii.IsValid(one) && Ascii.IsValid(other) && !one.Contains((byte)'\\') && !other.Contains((byte)'\\')
            ? one.SequenceCompareTo(other)
            : string.CompareOrdinal(Name(x), Name(y));
    }

    string Name(Member member)
    {
        var reader = new Utf8JsonReader(buffer.AsSpan(member.Start, member.NameEnd - member.Start));
        reader.Read();
        return reader.GetString()!;
    }

    void Text(ref Utf8JsonReader reader)
    {
        Put("\""u8);
        if (!reader.ValueIsEscaped)
        {
            if (!Utf8.IsValid(reader.ValueSpan))
                throw new NotCanonicalException("Text is not UTF-8.");
            Put(reader.ValueSpan);
        }
        else
        {
            Escaped(ref reader);
        }
        Put("\""u8);
    }

    void Escaped(ref Utf8JsonReader reader)
    {
        var escaped = new StringBuilder();
        try
        {
            foreach (var c in reader.GetString()!)
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
        }
        catch (InvalidOperationException) // GetString: an escape that is no Unicode text
        {
            throw new NotCanonicalException("Text holds half of a surrogate pair.");
        }
        Put(Encoding.UTF8.GetBytes(escaped.ToString()));
    }

    void Number(ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        if (text.Length <= ExactDigits && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            Put(text);
        else
            Put(Encoding.ASCII.GetBytes(CanonicalJson.Number(reader.GetDouble())));
    }

    void Put(ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes.Length));
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }
}
