using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Makes leaves, and the lines from which anybody makes them again, out of the bytes of events. Keeps its memory: each thread has one.
/// </summary>
internal sealed class LeafWriter
{
    [ThreadStatic]
    static LeafWriter? own;

    public static LeafWriter Own => own ??= new();

    readonly CanonicalWriter json = new();
    readonly Utf8Buffer open = new();
    readonly Utf8Buffer part = new();
    readonly Utf8Buffer meta = new();
    readonly Utf8Buffer text = new();
    byte[] headers = new byte[1024];
    byte[] envelope = new byte[1024];
    (string Text, byte[] Utf8) origin = ("", []);

    /// <summary>
    /// What is hashed into the tree: the canonical JSON (RFC 8785) of hashes of the event, never of its contents. Members stand in canonical order
    /// already, so only texts that come from outside are escaped. It stands until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Leaf(AuditLeaf leaf)
    {
        Begin(leaf, envelopeItself: false);
        text.Put("\""u8);
        text.PutHash(meta.Written);
        text.Put("\",\"origin\":"u8);
        if (leaf.Origin != origin.Text)
            origin = (leaf.Origin, Encoding.UTF8.GetBytes(leaf.Origin));
        text.PutQuoted(origin.Utf8);
        text.Put(",\"priv\":"u8);
        text.Put(part.Written);
        text.Put(",\"pub\":\""u8);
        text.PutHash(open.Written);
        text.Put("\",\"v\":1}"u8);
        return text.Written;
    }

    /// <summary>
    /// The event with everything that the leaf hashes, as a line of JSON. What is sealed stays sealed. Canonical, so nobody has to reorder it. It
    /// stands until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Line(AuditLeaf leaf)
    {
        Begin(leaf, envelopeItself: true);
        text.Put(meta.Written);
        text.Put(",\"public\":"u8);
        text.Put(open.Written);
        text.Put(",\"sealed\":"u8);
        text.Put(part.Written);
        text.Put("}\n"u8);
        return text.Written;
    }

    void Begin(AuditLeaf leaf, bool envelopeItself)
    {
        ReadData(leaf.Event.Data, envelopeItself);
        ReadMeta(leaf.Event);
        text.Clear();
        text.Put("{\"event\":"u8);
        PutEvent(leaf.Event);
        text.Put(",\"index\":\""u8);
        text.Put(leaf.Index);
        text.Put("\",\"meta\":"u8);
    }

    /// <summary>The event as the leaf names it.</summary>
    void PutEvent(AuditedEvent e)
    {
        const int untilMicroseconds = 26;
        var type = e.Type.Span;
        var slash = type.LastIndexOf((byte)'/');
        text.Put("{\"id\":\""u8);
        text.Put(e.Id);
        text.Put("\",\"position\":\""u8);
        text.Put(e.Position);
        text.Put("\",\"recorded\":\""u8);
        Span<byte> recorded = stackalloc byte[40];
        e.Recorded.UtcDateTime.TryFormat(recorded, out _, "O", System.Globalization.CultureInfo.InvariantCulture); // seven digits behind the point, the last of which PostgreSQL does not have
        text.Put(recorded[..untilMicroseconds]);
        text.Put("Z\",\"schema\":"u8);
        text.Put(type[(slash + 1)..]);
        text.Put(",\"stream\":"u8);
        text.PutQuoted(e.Stream.Span);
        text.Put(",\"type\":"u8);
        text.PutQuoted(type[..slash]);
        text.Put(",\"version\":\""u8);
        text.Put(e.Version);
        text.Put("\"}"u8);
    }

    /// <summary>The data without its sealed part, canonical, and that part.</summary>
    /// <param name="envelopeItself">The part holds its envelope; otherwise the hash of it.</param>
    void ReadData(ReadOnlyMemory<byte> data, bool envelopeItself)
    {
        open.Clear();
        part.Clear();
        json.Read(data);
        var closed = json.Member(0, "sealed"u8);
        if (closed < 0 || !PutPart(closed, envelopeItself))
        {
            closed = -1;
            part.Put("null"u8);
        }
        json.Write(open, without: closed);
    }

    /// <summary>Exactly an envelope with its four members; false for whatever else is called so: it is data like all other, and hashed as such.</summary>
    bool PutPart(int closed, bool envelopeItself)
    {
        var (alg, kid, kc, sealedBytes) = (json.Member(closed, "alg"u8), json.Member(closed, "kid"u8), json.Member(closed, "kc"u8), json.Member(closed, "envelope"u8));
        if (json.MembersOf(closed) != 4 || !json.IsText(alg) || !json.IsText(kid) || !json.IsText(kc) || !json.IsText(sealedBytes))
            return false;
        var base64 = json.TextOf(sealedBytes);
        if (envelope.Length < base64.Length)
            envelope = new byte[base64.Length * 2];
        if (Base64.DecodeFromUtf8(base64, envelope, out var read, out var length) != OperationStatus.Done || read != base64.Length)
            return false;
        part.Put("{\"alg\":"u8);
        json.Write(part, alg);
        if (envelopeItself)
        {
            part.Put(",\"envelope\":"u8);
            json.Write(part, sealedBytes);
        }
        else
        {
            part.Put(",\"ct\":\""u8);
            part.PutHash(envelope.AsSpan(0, length));
            part.Put("\""u8);
        }
        part.Put(",\"kc\":"u8);
        json.Write(part, kc);
        part.Put(",\"kid\":"u8);
        json.Write(part, kid);
        part.Put("}"u8);
        return true;
    }

    /// <summary>Who, why, from where: the headers with user, correlation and causation beside them; canonical. The event's own columns win over a header of the same name.</summary>
    void ReadMeta(AuditedEvent e)
    {
        text.Clear();
        text.Put("{"u8);
        Put("\"user\":"u8, e.User);
        Put("\"correlationId\":"u8, e.CorrelationId);
        Put("\"causationId\":"u8, e.CausationId);
        var rest = e.Headers is { } given ? given.Span : "{}"u8;
        if (rest is not [(byte)'{', ..])
            throw new InvalidDataException($"The headers of the event at position {e.Position} are no object.");
        text.Put(text.Length > 1 && rest is not [_, (byte)'}'] ? ","u8 : ""u8);
        text.Put(rest[1..]);
        if (headers.Length < text.Length)
            headers = new byte[text.Length * 2];
        text.Written.CopyTo(headers);
        json.Read(headers.AsMemory(0, text.Length));
        meta.Clear();
        json.Write(meta, firstWins: true);

        void Put(ReadOnlySpan<byte> name, ReadOnlyMemory<byte>? value)
        {
            if (value is not { } said)
                return;
            text.Put(text.Length > 1 ? ","u8 : ""u8);
            text.Put(name);
            text.PutQuoted(said.Span);
        }
    }
}
