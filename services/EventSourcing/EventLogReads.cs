using System.Runtime.CompilerServices;
using Npgsql;

namespace EquityPlatform.EventSourcing;

public sealed partial class EventLog
{
    /// <summary>Rows of one query: a slow reader of the result holds no connection, and memory stays constant.</summary>
    const int PageRows = 500;

    const string Columns = "seq_id, id, tenant_id, stream_id, version, type, data, timestamp, user_name, headers, correlation_id, causation_id";

    /// <summary>Events of one stream in version order, from a version on, optionally as it stood at an instant.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadStreamAsync(string tenant, string streamId, long fromVersion, DateTimeOffset? asOf, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var from = fromVersion; ;)
        {
            await using var command = Database.CreateCommand($"""
                select {Columns} from {schema}.mt_events
                where tenant_id = $1 and stream_id = $2 and version >= $3{(asOf is null ? "" : " and timestamp <= $4")} order by version limit {PageRows}
                """);
            command.Parameters.Add(new() { Value = tenant });
            command.Parameters.Add(new() { Value = streamId });
            command.Parameters.Add(new() { Value = from });
            if (asOf is { } instant)
                command.Parameters.Add(new() { Value = instant.UtcDateTime });
            var page = await ReadPageAsync(command, cancellation);
            foreach (var e in page)
                yield return e;
            if (page.Count < PageRows)
                yield break;
            from = page[^1].Version + 1;
        }
    }

    /// <summary>All events of a tenant (null: of every tenant) after a position, in order, streamed; at most <paramref name="limit"/>.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadAllAsync(string? tenant, long after, IReadOnlyCollection<string>? types, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var left = limit ?? int.MaxValue; left > 0;)
        {
            var rows = Math.Min(PageRows, left);
            List<RecordedEvent> page;
            await using (var connection = await Database.OpenConnectionAsync(cancellation))
                page = await ReadPageAsync(connection, tenant, after, long.MaxValue, types, rows, cancellation);
            foreach (var e in page)
                yield return e;
            if (page.Count < rows)
                yield break;
            after = page[^1].Position;
            left -= page.Count;
        }
    }

    /// <summary>At most <paramref name="rows"/> events in (<paramref name="after"/>, <paramref name="upTo"/>], read in the caller's transaction.</summary>
    internal async Task<List<RecordedEvent>> ReadPageAsync(NpgsqlConnection connection, string? tenant, long after, long upTo, IReadOnlyCollection<string>? types, int rows, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            select {Columns} from {schema}.mt_events
            where seq_id > $1 and seq_id <= $2{(tenant is null ? "" : " and tenant_id = $4")}{(types is null ? "" : $" and type = any(${(tenant is null ? 4 : 5)})")}
            order by seq_id limit $3
            """, connection);
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = rows });
        if (tenant is not null)
            command.Parameters.Add(new() { Value = tenant });
        if (types is not null)
            command.Parameters.Add(new() { Value = types.ToArray() });
        return await ReadPageAsync(command, cancellation);
    }

    async Task<List<RecordedEvent>> ReadPageAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var page = new List<RecordedEvent>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var headers = EventHeaders.Read(await TextAsync(reader, 9, cancellation));
            page.Add(new(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetString(5), reader.GetString(6),
                reader.GetFieldValue<DateTimeOffset>(7), await TextAsync(reader, 8, cancellation) ?? "", headers.Reason, headers.Source,
                await TextAsync(reader, 10, cancellation), await TextAsync(reader, 11, cancellation), Types));
        }
        return page;
    }

    static async ValueTask<string?> TextAsync(NpgsqlDataReader reader, int column, CancellationToken cancellation) =>
        await reader.IsDBNullAsync(column, cancellation) ? null : reader.GetString(column);

    /// <summary>Position of the last committed event, 0 if none.</summary>
    public async Task<long> HeadAsync(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select last_seq from {schema}.eq_head");
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    /// <summary>Position of the last committed event of a tenant, 0 if none.</summary>
    public async Task<long> HeadAsync(string tenant, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select max(seq_id) from {schema}.mt_events where tenant_id = $1");
        command.Parameters.Add(new() { Value = tenant });
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    /// <summary>Tenants that have events.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation)
    {
        // One index probe per tenant instead of a scan of all events
        await using var command = Database.CreateCommand($"""
            with recursive t as (
              (select tenant_id from {schema}.mt_events order by tenant_id limit 1)
              union all
              select (select e.tenant_id from {schema}.mt_events e where e.tenant_id > t.tenant_id order by e.tenant_id limit 1) from t where t.tenant_id is not null)
            select tenant_id from t where tenant_id is not null
            """);
        return await TextsAsync(command, cancellation);
    }

    /// <summary>Tenants that have events in (<paramref name="after"/>, <paramref name="upTo"/>].</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(long after, long upTo, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select distinct tenant_id from {schema}.mt_events where seq_id > $1 and seq_id <= $2");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo });
        return await TextsAsync(command, cancellation);
    }

    static async Task<IReadOnlyList<string>> TextsAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            texts.Add(reader.GetString(0));
        return texts;
    }

    /// <summary>The first answer to a command, or null.</summary>
    internal async Task<HeldCommand?> AnsweredAsync(string tenant, Guid commandId, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select stream_id, version, first_seq, last_seq from {schema}.eq_command where tenant_id = $1 and command_id = $2");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = commandId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)) : null;
    }
}
