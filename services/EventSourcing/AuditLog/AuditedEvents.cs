using System.Runtime.CompilerServices;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>Reads events as the audit log sees them.</summary>
internal static class AuditedEvents
{
    /// <summary>At most <paramref name="limit"/> events of a tenant after a position, in order, streamed.</summary>
    public static async IAsyncEnumerable<AuditedEvent> ReadAsync(NpgsqlConnection connection, string schema, string tenant, long after, int limit, [EnumeratorCancellation] CancellationToken cancellation)
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
                reader.GetFieldValue<DateTimeOffset>(6), Text(reader, 7), Text(reader, 8), Text(reader, 9), Text(reader, 10));
    }

    static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
