using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>An event's row as the audit log sees it: JSON values as text, nothing interpreted.</summary>
internal sealed record AuditedEvent(long Position, Guid Id, string Stream, long Version, string Type, string Data, DateTimeOffset Recorded, string? User,
    string? Headers, string? CorrelationId, string? CausationId);

/// <summary>
/// Bytes of a leaf: the canonical JSON (RFC 8785) of hashes of an event, never of its contents. Members stand in canonical order already, so only texts
/// that come from outside are escaped.
/// </summary>
internal static class AuditLeaf
{
    const string Sealed = "sealed";

    /// <summary>The leaf of an event at its place in the tenant's tree.</summary>
    /// <param name="origin">Name of the log, <c>host/audit/service/tenant</c>.</param>
    public static byte[] Of(string origin, long index, AuditedEvent e)
    {
        using var data = JsonDocument.Parse(e.Data);
        var slash = e.Type.LastIndexOf('/');
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
            {"event":{"id":"{{e.Id:D}}","position":"{{e.Position}}","recorded":"{{e.Recorded.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}}Z","schema":{{e.Type.AsSpan(slash + 1)}},"stream":{{Text(e.Stream)}},"type":{{Text(e.Type[..slash])}},"version":"{{e.Version}}"},"index":"{{index}}","meta":"{{Hash(Meta(e))}}","origin":{{Text(origin)}},"priv":{{Private(data.RootElement)}},"pub":"{{Hash(Public(data.RootElement))}}","v":1}
            """));
    }

    /// <summary>Who, why, from where: the headers with user, correlation and causation beside them.</summary>
    static byte[] Meta(AuditedEvent e)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (e.Headers is not null)
        {
            using var headers = JsonDocument.Parse(e.Headers);
            foreach (var member in headers.RootElement.EnumerateObject())
                members[member.Name] = CanonicalJson.Of(member.Value);
        }
        Add(members, "user", e.User);
        Add(members, "correlationId", e.CorrelationId);
        Add(members, "causationId", e.CausationId);
        return Encoding.UTF8.GetBytes($"{{{string.Join(',', members.Select(m => $"{Text(m.Key)}:{m.Value}"))}}}");
    }

    static void Add(SortedDictionary<string, string> members, string name, string? text)
    {
        if (text is not null)
            members[name] = Text(text);
    }

    /// <summary>The data without its sealed member.</summary>
    static byte[] Public(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(Sealed, out _)
            ? Encoding.UTF8.GetBytes($"{{{string.Join(',', data.EnumerateObject().Where(m => m.Name != Sealed).OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{Text(m.Name)}:{CanonicalJson.Of(m.Value)}"))}}}")
            : CanonicalJson.Utf8Of(data);

    /// <summary>What tells of the sealed member: its key's id and commitment, and the hash of the envelope.</summary>
    static string Private(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(Sealed, out var part) || part.ValueKind != JsonValueKind.Object)
            return "null";
        var envelope = part.GetProperty("envelope").GetBytesFromBase64();
        return $$"""{"alg":{{Text(part.GetProperty("alg").GetString() ?? "")}},"ct":"{{Hash(envelope)}}","kc":{{Text(part.GetProperty("kc").GetString() ?? "")}},"kid":{{Text(part.GetProperty("kid").GetString() ?? "")}}}""";
    }

    static string Hash(byte[] bytes) => Convert.ToBase64String(SHA256.HashData(bytes));

    static string Text(string text)
    {
        // Ids, aliases and origins are plain nearly always
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return $"\"{text}\"";
        using var document = JsonDocument.Parse(JsonSerializer.Serialize(text));
        return CanonicalJson.Of(document.RootElement);
    }

    static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:+=@ ");
}
