using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EquityPlatform.AuditTool.Canonical;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Log;

/// <summary>
/// An event as exports and services write it: one line of JSON with everything that its leaf hashes. Holds the pieces of the line in their canonical
/// form, texts with their quotes, so that a leaf is put together from them without another look.
/// </summary>
internal sealed class EventLine
{
    readonly CanonicalWriter writer = new();

    public long Index { get; private set; }

    /// <summary>The whole line in canonical form. All pieces stand until the next line is read.</summary>
    public ReadOnlyMemory<byte> Canonical { get; private set; }

    public ReadOnlyMemory<byte> Event { get; private set; }
    public ReadOnlyMemory<byte> Public { get; private set; }
    public ReadOnlyMemory<byte> Meta { get; private set; }
    public ReadOnlyMemory<byte> Alg { get; private set; }
    public ReadOnlyMemory<byte> Kid { get; private set; }
    public ReadOnlyMemory<byte> Commitment { get; private set; }

    /// <summary>The sealed bytes in base64, without quotes; empty if they were taken out.</summary>
    public ReadOnlyMemory<byte> Envelope { get; private set; }

    public bool HasSealed => Alg.Length > 0;
    public bool LacksEnvelope => HasSealed && Envelope.Length == 0;

    public string Id => Of("id");
    public string Recorded => Of("recorded");
    public string Type => Of("type");

    /// <summary>The line with its sealed bytes taken out; what tells of them stays.</summary>
    public ReadOnlyMemory<byte> WithoutEnvelope()
    {
        if (!HasSealed || LacksEnvelope)
            return Canonical;
        MemoryMarshal.TryGetArray(Canonical, out var whole);
        MemoryMarshal.TryGetArray(Envelope, out var envelope);
        var at = envelope.Offset - whole.Offset;
        return (byte[])[.. Canonical.Span[..(at - 1)], .. "null"u8, .. Canonical.Span[(at + envelope.Count + 1)..]];
    }

    /// <summary>A member of the event's envelope.</summary>
    public string Of(string member)
    {
        using var document = JsonDocument.Parse(Event);
        return document.RootElement.GetProperty(member).ToString();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">Without its line feed. It must stand as long as the pieces: what is canonical already is not copied.</param>
    /// <exception cref="MalformedException">Not such a line; the message says what is wrong.</exception>
    public void Read(ReadOnlyMemory<byte> line)
    {
        if (ReadCanonical(line))
            return;
        try
        {
            Canonical = writer.Write(line.Span);
        }
        catch (NotCanonicalException e)
        {
            throw new MalformedException(e.Message);
        }
        var reader = new Utf8JsonReader(Canonical.Span);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        Event = Member(ref reader, "event"u8);
        CheckEvent(Event.Span);
        Index = Number(Text(Member(ref reader, "index"u8)).Span);
        Meta = Member(ref reader, "meta"u8);
        Public = Member(ref reader, "public"u8);
        ReadSealed(Member(ref reader, "sealed"u8));
        Expect(reader.Read() && reader.TokenType == JsonTokenType.EndObject);
    }

    /// <summary>Reads a line that is in canonical form, in one pass that also checks that form. If this is false, nothing is said about the line yet.</summary>
    bool ReadCanonical(ReadOnlyMemory<byte> line)
    {
        var scan = new CanonicalScan(line.Span);
        if (!(scan.Has("{\"event\":"u8) && scan.At is var start && scan.Has("{\"id\":"u8) && scan.String() && scan.Has(",\"position\":"u8) && scan.String()
            && scan.Has(",\"recorded\":"u8) && scan.String() && scan.Has(",\"schema\":"u8) && scan.Whole() && scan.Has(",\"stream\":"u8) && scan.String()
            && scan.Has(",\"type\":"u8) && scan.String() && scan.Has(",\"version\":"u8) && scan.String() && scan.Has("}"u8) && scan.At is var end
            && Next(ref scan, line, ",\"index\":"u8, out var index) && long.TryParse(index.Span.Trim((byte)'"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && index.Length > 2 && (index.Length == 3 || index.Span[1] != '0')
            && Next(ref scan, line, ",\"meta\":"u8, out var meta) && Next(ref scan, line, ",\"public\":"u8, out var open) && scan.Has(",\"sealed\":"u8)))
            return false;
        var (alg, envelope, commitment, kid) = (default(ReadOnlyMemory<byte>), default(ReadOnlyMemory<byte>), default(ReadOnlyMemory<byte>), default(ReadOnlyMemory<byte>));
        if (!scan.Has("null"u8) && !(Next(ref scan, line, "{\"alg\":"u8, out alg) && IsText(alg) && Next(ref scan, line, ",\"envelope\":"u8, out envelope)
            && (IsText(envelope) || envelope.Span.SequenceEqual("null"u8)) && Next(ref scan, line, ",\"kc\":"u8, out commitment) && IsText(commitment)
            && Next(ref scan, line, ",\"kid\":"u8, out kid) && IsText(kid) && scan.Has("}"u8)))
            return false;
        if (!IsText(index) || !scan.Has("}"u8) || !scan.IsAtEnd || !Utf8.IsValid(line.Span))
            return false;
        (Canonical, Event, Index, Meta, Public) = (line, line[start..end], number, meta, open);
        (Alg, Envelope, Commitment, Kid) = (alg, IsText(envelope) ? envelope[1..^1] : default, commitment, kid);
        return true;
    }

    static bool IsText(ReadOnlyMemory<byte> value) => value.Length >= 2 && value.Span[0] == '"';

    /// <summary>The value behind the name of a member.</summary>
    static bool Next(ref CanonicalScan scan, ReadOnlyMemory<byte> line, ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (!scan.Has(name))
            return false;
        var start = scan.At;
        if (!scan.Value())
            return false;
        value = line[start..scan.At];
        return true;
    }

    void ReadSealed(ReadOnlyMemory<byte> value)
    {
        (Alg, Envelope, Commitment, Kid) = (default, default, default, default);
        if (value.Span.SequenceEqual("null"u8))
            return;
        var outer = Canonical;
        Canonical = value;
        var reader = new Utf8JsonReader(value.Span);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        Alg = Member(ref reader, "alg"u8);
        Envelope = Member(ref reader, "envelope"u8) is var envelope && envelope.Span.SequenceEqual("null"u8) ? default : Text(envelope);
        Commitment = Member(ref reader, "kc"u8);
        Kid = Member(ref reader, "kid"u8);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.EndObject);
        (_, _, _) = (Text(Alg), Text(Commitment), Text(Kid));
        Canonical = outer;
    }

    static void CheckEvent(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        foreach (var name in EventMembers)
        {
            Expect(reader.Read() && reader.ValueTextEquals(name) && reader.Read());
            Expect(reader.TokenType == (name == "schema" ? JsonTokenType.Number : JsonTokenType.String));
        }
        Expect(reader.Read() && reader.TokenType == JsonTokenType.EndObject);
    }

    static readonly string[] EventMembers = ["id", "position", "recorded", "schema", "stream", "type", "version"];

    /// <summary>The value of the next member, which must have this name.</summary>
    ReadOnlyMemory<byte> Member(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name))
            throw new MalformedException($"The member '{Encoding.UTF8.GetString(name)}' is missing, or there is one that does not belong.");
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Canonical[start..(int)reader.BytesConsumed];
    }

    static ReadOnlyMemory<byte> Text(ReadOnlyMemory<byte> value)
    {
        Expect(IsText(value));
        return value[1..^1];
    }

    static long Number(ReadOnlySpan<byte> digits)
    {
        Expect(long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (digits.Length == 1 || digits[0] != '0'));
        return number;
    }

    static void Expect(bool holds)
    {
        if (!holds)
            throw new MalformedException("The line does not have the form of an event: index, event, public, meta, sealed.");
    }
}
