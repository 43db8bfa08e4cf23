using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Writes what <see cref="CanonicalJson"/> makes of a text, several times as fast where nothing is unusual: the text is read once, into a list of its values;
/// plain strings, short integers and names are copied as they stand, members in canonical order. Whatever else comes, <see cref="CanonicalJson"/> writes.
/// Keeps its memory, so it is for one thread at a time.
/// </summary>
internal sealed class CanonicalWriter : IComparer<int>
{
    /// <summary>Integers up to so many digits are exact as doubles and written without an exponent.</summary>
    const int PlainDigits = 15;
    const int Deepest = 64;

    /// <summary>A value: where it stands in the text, with its quotes, and where its name does; <c>Next</c> is the value behind it and all that it holds.</summary>
    record struct Value(JsonTokenType Kind, int Start, int Length, bool Escaped, int NameStart, int NameLength, bool NameEscaped, bool NamePlain, int Next);

    Value[] values = new Value[64];
    int[] order = new int[64];
    ReadOnlyMemory<byte> text;
    int count;
    int held;

    /// <summary>Takes a text in. Its values are known by their numbers, the outermost is 0.</summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    public void Read(ReadOnlyMemory<byte> json)
    {
        (text, count, held) = (json, 0, 0);
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = Deepest });
        Span<int> opened = stackalloc int[Deepest];
        var (depth, name) = (0, default(Value));
        while (reader.Read())
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = new() { NameStart = (int)reader.TokenStartIndex, NameLength = reader.ValueSpan.Length + 2, NameEscaped = reader.ValueIsEscaped, NamePlain = !reader.ValueIsEscaped && Ascii.IsValid(reader.ValueSpan) };
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    values[opened[--depth]].Next = count;
                    break;
                default:
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                        opened[depth++] = count;
                    if (count == values.Length)
                        Array.Resize(ref values, count * 2);
                    var quotes = reader.TokenType == JsonTokenType.String ? 2 : 0;
                    values[count] = name with { Kind = reader.TokenType, Start = (int)reader.TokenStartIndex, Length = reader.ValueSpan.Length + quotes, Escaped = reader.ValueIsEscaped, Next = ++count };
                    break;
            }
    }

    /// <summary>Number of an object's member; -1 if there is none, or if the value is no object.</summary>
    public int Member(int of, ReadOnlySpan<byte> name)
    {
        if (values[of].Kind == JsonTokenType.StartObject)
            for (var i = of + 1; i < values[of].Next; i = values[i].Next)
                if (values[i].NameEscaped ? Name(i) == Encoding.UTF8.GetString(name) : Quoted(values[i].NameStart, values[i].NameLength)[1..^1].SequenceEqual(name))
                    return i;
        return -1;
    }

    public int MembersOf(int value)
    {
        var members = 0;
        if (values[value].Kind == JsonTokenType.StartObject)
            for (var i = value + 1; i < values[value].Next; i = values[i].Next)
                members++;
        return members;
    }

    public bool IsText(int value) => value >= 0 && values[value].Kind == JsonTokenType.String;

    /// <summary>What a text says.</summary>
    public ReadOnlySpan<byte> TextOf(int value) => values[value].Escaped ? Encoding.UTF8.GetBytes(Unescaped(values[value].Start, values[value].Length)) : Quoted(values[value].Start, values[value].Length)[1..^1];

    /// <summary>Writes a value.</summary>
    /// <param name="without">A member that is left out.</param>
    /// <param name="firstWins">Of members of one name in the value itself the first is taken; otherwise that is refused.</param>
    /// <exception cref="JsonException">It has no canonical form.</exception>
    public void Write(Utf8Buffer to, int value = 0, int without = -1, bool firstWins = false)
    {
        var at = values[value];
        switch (at.Kind)
        {
            case JsonTokenType.StartObject:
                WriteObject(to, value, without, firstWins);
                break;
            case JsonTokenType.StartArray:
                to.Put("["u8);
                for (var i = value + 1; i < at.Next; i = values[i].Next)
                {
                    if (i > value + 1)
                        to.Put(","u8);
                    Write(to, i);
                }
                to.Put("]"u8);
                break;
            case JsonTokenType.String when at.Escaped:
            case JsonTokenType.Number when at.Length > PlainDigits || Quoted(at.Start, at.Length).ContainsAnyExceptInRange((byte)'0', (byte)'9'):
                to.Put(Plainly(at.Start, at.Length));
                break;
            default:
                to.Put(Quoted(at.Start, at.Length));
                break;
        }
    }

    void WriteObject(Utf8Buffer to, int value, int without, bool firstWins)
    {
        var first = held;
        for (var i = value + 1; i < values[value].Next; i = values[i].Next)
            if (i != without)
            {
                if (held == order.Length)
                    Array.Resize(ref order, held * 2);
                order[held++] = i;
            }
        var members = held - first;
        order.AsSpan(first, members).Sort(this);
        to.Put("{"u8);
        for (var i = first; i < first + members; i++)
        {
            var member = order[i];
            if (i > first)
            {
                if (CompareNames(order[i - 1], member) == 0)
                {
                    if (!firstWins)
                        throw new JsonException($"The member '{Name(member)}' stands twice in one object.");
                    order[i] = order[i - 1];
                    continue;
                }
                to.Put(","u8);
            }
            var (start, length) = (values[member].NameStart, values[member].NameLength);
            to.Put(values[member].NameEscaped ? Plainly(start, length) : Quoted(start, length));
            to.Put(":"u8);
            Write(to, member);
        }
        to.Put("}"u8);
        held = first;
    }

    /// <summary>By name, then as they stand in the text.</summary>
    public int Compare(int x, int y) => CompareNames(x, y) is not 0 and var different ? different : x - y;

    /// <summary>Of ASCII names, the order of bytes is that of UTF-16 code units, which is what counts.</summary>
    int CompareNames(int x, int y) => values[x].NamePlain && values[y].NamePlain
        ? Quoted(values[x].NameStart, values[x].NameLength)[1..^1].SequenceCompareTo(Quoted(values[y].NameStart, values[y].NameLength)[1..^1])
        : string.CompareOrdinal(Name(x), Name(y));

    string Name(int value) => Unescaped(values[value].NameStart, values[value].NameLength);

    ReadOnlySpan<byte> Quoted(int start, int length) => text.Span.Slice(start, length);

    string Unescaped(int start, int length)
    {
        var reader = new Utf8JsonReader(Quoted(start, length));
        reader.Read();
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e) // what the reader throws for half of a surrogate pair
        {
            throw new JsonException("Text is not Unicode.", e);
        }
    }

    byte[] Plainly(int start, int length)
    {
        var reader = new Utf8JsonReader(Quoted(start, length));
        using var value = JsonDocument.ParseValue(ref reader);
        return CanonicalJson.Utf8Of(value.RootElement);
    }
}
