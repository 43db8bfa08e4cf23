using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.AuditTool.Notes;
using Base64 = System.Buffers.Text.Base64;

namespace EquityPlatform.AuditTool.Log;

/// <summary>Makes the leaf of an event again, byte by byte, from the event alone.</summary>
internal sealed class LeafBytes(string origin)
{
    public const int Most = 65_535;

    readonly byte[] quotedOrigin = JsonSerializer.SerializeToUtf8Bytes(origin);
    readonly ArrayBufferWriter<byte> leaf = new(1024);
    byte[] envelope = [];

    /// <summary>The leaf; it stands until the next call.</summary>
    /// <param name="line">The event.</param>
    /// <param name="ct">Hash of the sealed bytes, in base64, for an event whose sealed bytes were taken out.</param>
    /// <exception cref="MalformedException">The sealed bytes are not base64, or the leaf is longer than a log can hold.</exception>
    public ReadOnlySpan<byte> Of(EventLine line, string? ct = null)
    {
        leaf.ResetWrittenCount();
        Put("{\"event\":"u8, line.Event.Span, ",\"index\":\""u8);
        var digits = leaf.GetSpan(20);
        line.Index.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
        leaf.Advance(written);
        Put("\",\"meta\":\""u8);
        Hash(line.Meta.Span);
        Put("\",\"origin\":"u8, quotedOrigin, ",\"priv\":"u8);
        if (line.HasSealed)
        {
            Put("{\"alg\":"u8, line.Alg.Span, ",\"ct\":\""u8);
            if (line.LacksEnvelope)
                Put(Encoding.UTF8.GetBytes(ct ?? ""));
            else
                Hash(Decoded(line.Envelope.Span));
            Put("\",\"kc\":"u8, line.Commitment.Span, ",\"kid\":"u8);
            Put(line.Kid.Span, "}"u8);
        }
        else
        {
            Put("null"u8);
        }
        Put(",\"pub\":\""u8);
        Hash(line.Public.Span);
        Put("\",\"v\":1}"u8);
        return leaf.WrittenCount <= Most ? leaf.WrittenSpan : throw new MalformedException($"Its leaf has {leaf.WrittenCount} bytes, more than the {Most} that a log can hold.");
    }

    ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> base64)
    {
        if (envelope.Length < base64.Length)
            envelope = new byte[base64.Length * 2];
        return Base64.DecodeFromUtf8(base64, envelope, out var read, out var written) == OperationStatus.Done && read == base64.Length
            ? envelope.AsSpan(0, written)
            : throw new MalformedException("Its sealed bytes are not base64.");
    }

    void Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        Base64.EncodeToUtf8(hash, leaf.GetSpan(44), out _, out var written);
        leaf.Advance(written);
    }

    void Put(ReadOnlySpan<byte> one) => leaf.Write(one);

    void Put(ReadOnlySpan<byte> one, ReadOnlySpan<byte> two, ReadOnlySpan<byte> three = default)
    {
        leaf.Write(one);
        leaf.Write(two);
        leaf.Write(three);
    }

    /// <summary>What the leaf says of the sealed bytes' hash; null if it speaks of none.</summary>
    public static string? HashOfSealed(ReadOnlyMemory<byte> leaf)
    {
        try
        {
            using var document = JsonDocument.Parse(leaf);
            return document.RootElement.GetProperty("priv").GetProperty("ct").GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>In words, in what two leaves differ.</summary>
    public static string Difference(ReadOnlyMemory<byte> ours, ReadOnlyMemory<byte> theirs)
    {
        try
        {
            using var one = JsonDocument.Parse(ours);
            using var other = JsonDocument.Parse(theirs);
            var parts = Words.Where(word => Raw(one, word.Member) != Raw(other, word.Member)).Select(word => word.Text).ToArray();
            return parts.Length > 0 ? string.Join(" and ", parts) : "the form of the leaf";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "the leaf, which is no JSON any more";
        }
    }

    static readonly (string Member, string Text)[] Words =
    [
        ("pub", "what happened (the public data)"), ("meta", "who, why and where from"), ("priv", "the sealed part"), ("event", "its name, time or place in the history"),
        ("index", "its number"), ("origin", "the name of the log"),
    ];

    static string? Raw(JsonDocument document, string member) =>
        document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out var value) ? value.GetRawText() : null;
}
