using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing.Sealed;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>An event's row as the audit log sees it: JSON values as text, nothing interpreted.</summary>
public sealed record AuditedEvent(long Position, Guid Id, string Stream, long Version, string Type, string Data, DateTimeOffset Recorded, string? User,
    string? Headers, string? CorrelationId, string? CausationId)
{
    /// <summary>At most <paramref name="limit"/> events of a tenant after a position, in order, streamed.</summary>
    internal static async IAsyncEnumerable<AuditedEvent> ReadAsync(NpgsqlConnection connection, string schema, string tenant, long after, int limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            select seq_id, id, stream_id, version, type, data, timestamp, user_name, headers, correlation_id, causation_id
            from {schema}.mt_events where tenant_id = $1 and seq_id > $2 order by seq_id limit $3
            """, connection)
        {
            Parameters = { new() { Value = tenant }, new() { Value = after }, new() { Value = limit } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            yield return new(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4), reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6), Text(7), Text(8), Text(9), Text(10));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>The envelope of the event, as the leaf names it.</summary>
    internal string Envelope()
    {
        var slash = Type.LastIndexOf('/');
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {"id":"{{Id:D}}","position":"{{Position}}","recorded":"{{Recorded.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}}Z","schema":{{Type.AsSpan(slash + 1)}},"stream":{{Quoted(Stream)}},"type":{{Quoted(Type[..slash])}},"version":"{{Version}}"}
            """);
    }

    /// <summary>Who, why, from where: the headers with user, correlation and causation beside them; canonical.</summary>
    internal string Meta()
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Headers is not null)
        {
            using var headers = JsonDocument.Parse(Headers);
            foreach (var member in headers.RootElement.EnumerateObject())
                members[member.Name] = CanonicalJson.Of(member.Value);
        }
        Add("user", User);
        Add("correlationId", CorrelationId);
        Add("causationId", CausationId);
        return Join(members);

        void Add(string name, string? text)
        {
            if (text is not null)
                members[name] = Quoted(text);
        }
    }

    /// <summary>The data without its sealed part, canonical, and that part.</summary>
    internal (string Public, SealedPart? Sealed) Parts()
    {
        using var data = JsonDocument.Parse(Data);
        return SealedOf(data.RootElement) is { } part
            ? (Join(data.RootElement.EnumerateObject().Where(member => member.Name != SealedMember).OrderBy(member => member.Name, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Name, CanonicalJson.Of(member.Value)))), part)
            : (CanonicalJson.Of(data.RootElement), null);
    }

    const string SealedMember = "sealed";

    /// <summary>Exactly an envelope with its four members; whatever else is called so is data like all other, and hashed as such.</summary>
    static SealedPart? SealedOf(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(SealedMember, out var part) && part.ValueKind == JsonValueKind.Object && part.GetPropertyCount() == 4
        && TextOf(part, "alg") is { } alg && TextOf(part, "kid") is { } kid && TextOf(part, "kc") is { } kc
        && TextOf(part, "envelope") is { } envelope && part.GetProperty("envelope").TryGetBytesFromBase64(out _)
            ? new(alg, kid, kc, envelope)
            : null;

    static string? TextOf(JsonElement part, string name) => part.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    static string Join(IEnumerable<KeyValuePair<string, string>> members)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in members)
            text.Append(text.Length == 1 ? "" : ",").Append(Quoted(name)).Append(':').Append(value);
        return text.Append('}').ToString();
    }

    /// <summary>A text as canonical JSON.</summary>
    internal static string Quoted(string text)
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
