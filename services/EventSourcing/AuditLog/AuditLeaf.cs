using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>A leaf of the audit log: an event at its place in the tenant's tree.</summary>
/// <param name="Origin">Name of the log.</param>
public sealed record AuditLeaf(string Origin, long Index, AuditedEvent Event)
{
    /// <summary>
    /// What is hashed into the tree: the canonical JSON (RFC 8785) of hashes of the event, never of its contents. Members stand in canonical order
    /// already, so only texts that come from outside are escaped.
    /// </summary>
    public byte[] ToUtf8()
    {
        var canonical = new ArrayBufferWriter<byte>(1024);
        var part = Event.WritePublic(canonical);
        var open = Hash(canonical.WrittenSpan);
        canonical.ResetWrittenCount();
        Event.WriteMeta(canonical);
        var meta = Hash(canonical.WrittenSpan);
        var priv = part is null ? "null"
            : $$"""{"alg":{{AuditedEvent.Quoted(part.Alg)}},"ct":"{{Hash(Convert.FromBase64String(part.Envelope))}}","kc":{{AuditedEvent.Quoted(part.Kc)}},"kid":{{AuditedEvent.Quoted(part.Kid)}}}""";
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"event":{{Event.Envelope()}},"index":"{{Index}}","meta":"{{meta}}","origin":{{AuditedEvent.Quoted(Origin)}},"priv":{{priv}},"pub":"{{open}}","v":1}"""));
    }

    /// <summary>The event with everything that the leaf hashes, as a line of JSON: whoever has it can make the leaf again. What is sealed stays sealed. Canonical, so nobody has to reorder it.</summary>
    public string ToLine()
    {
        var (open, meta) = (new ArrayBufferWriter<byte>(1024), new ArrayBufferWriter<byte>(512));
        var part = Event.WritePublic(open);
        Event.WriteMeta(meta);
        var closed = part is null ? "null"
            : $$"""{"alg":{{AuditedEvent.Quoted(part.Alg)}},"envelope":{{AuditedEvent.Quoted(part.Envelope)}},"kc":{{AuditedEvent.Quoted(part.Kc)}},"kid":{{AuditedEvent.Quoted(part.Kid)}}}""";
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"event":{{Event.Envelope()}},"index":"{{Index}}","meta":{{Encoding.UTF8.GetString(meta.WrittenSpan)}},"public":{{Encoding.UTF8.GetString(open.WrittenSpan)}},"sealed":{{closed}}}""") + "\n";
    }

    static string Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToBase64String(hash);
    }
}
