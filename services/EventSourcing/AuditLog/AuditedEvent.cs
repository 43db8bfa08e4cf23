using System.Buffers;
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
        // In order of the index: whoever fetches everything that is left and sorts it, for every batch anew, never keeps up with a bulk append
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("set local enable_sort = off"),
                new("set local enable_bitmapscan = off"),
                new($"""
                    select seq_id, id, stream_id, version, type, data, timestamp, user_name, headers, correlation_id, causation_id
                    from {schema}.mt_events where tenant_id = $1 and seq_id > $2 order by seq_id limit $3
                    """) { Parameters = { new() { Value = tenant }, new() { Value = after }, new() { Value = limit } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
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
    internal void WriteMeta(IBufferWriter<byte> to)
    {
        using var headers = Headers is null ? null : JsonDocument.Parse(Headers);
        var members = new List<(string Name, JsonElement? Value, string? Text)>(8);
        if (headers is not null)
            foreach (var member in headers.RootElement.EnumerateObject())
                members.Add((member.Name, member.Value, null));
        Add("user", User);
        Add("correlationId", CorrelationId);
        Add("causationId", CausationId);
        members.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        to.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            Encoding.UTF8.GetBytes($"{(i == 0 ? "" : ",")}{Quoted(members[i].Name)}:{(members[i].Text is { } text ? Quoted(text) : "")}", to);
            if (members[i].Value is { } value)
                CanonicalWriter.Write(to, value);
        }
        to.Write("}"u8);

        // The event's own columns win over a header of the same name
        void Add(string name, string? text)
        {
            if (text is null)
                return;
            members.RemoveAll(member => member.Name == name);
            members.Add((name, null, text));
        }
    }

    /// <summary>Writes the data without its sealed part, canonical, and gives that part.</summary>
    internal SealedPart? WritePublic(IBufferWriter<byte> to)
    {
        using var data = JsonDocument.Parse(Data);
        var part = SealedOf(data.RootElement);
        CanonicalWriter.Write(to, data.RootElement, part is null ? null : SealedMember);
        return part;
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

    /// <summary>A text as canonical JSON.</summary>
    internal static string Quoted(string text)
    {
        // Ids, aliases and origins are plain nearly always
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return $"\"{text}\"";
        using var document = JsonDocument.Parse(JsonSerializer.Serialize(text));
        return CanonicalJson.Of(document.RootElement);
    }

    static readonly SearchValues<char> Plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:+=@ ");
}
