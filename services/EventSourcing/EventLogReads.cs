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
            List<RecordedEvent> page;
            await using (var batch = TenantTransaction.Batch(Database, tenant, StreamPage(tenant, streamId, from, asOf)))
            await using (var reader = await TenantTransaction.ReadAsync(batch, cancellation))
                page = await ReadPageAsync(reader, cancellation);
            foreach (var e in page)
                yield return e;
            if (page.Count < PageRows)
                yield break;
            from = page[^1].Version + 1;
        }
    }

    /// <summary>All events of a tenant after a position, in order, streamed; at most <paramref name="limit"/>.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadAllAsync(string tenant, long after, IReadOnlyCollection<string>? types, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var left = limit ?? int.MaxValue; left > 0;)
        {
            var rows = Math.Min(PageRows, left);
            List<RecordedEvent> page;
            await using (var batch = TenantTransaction.Batch(Database, tenant, Page(tenant, after, long.MaxValue, types, rows)))
            await using (var reader = await TenantTransaction.ReadAsync(batch, cancellation))
                page = await ReadPageAsync(reader, cancellation);
            foreach (var e in page)
                yield return e;
            if (page.Count < rows)
                yield break;
            after = page[^1].Position;
            left -= page.Count;
        }
    }

    /// <summary>At most <paramref name="rows"/> events in (<paramref name="after"/>, <paramref name="upTo"/>], read in the caller's transaction, which has named the tenant.</summary>
    internal async Task<List<RecordedEvent>> ReadPageAsync(NpgsqlConnection connection, string tenant, long after, long upTo, IReadOnlyCollection<string>? types, int rows, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Page(tenant, after, upTo, types, rows) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await ReadPageAsync(reader, cancellation);
    }

    NpgsqlBatchCommand Page(string tenant, long after, long upTo, IReadOnlyCollection<string>? types, int rows)
    {
        var command = new NpgsqlBatchCommand($"""
            select {Columns} from {schema}.mt_events
            where tenant_id = $1 and seq_id > $2 and seq_id <= $3{(types is null ? "" : " and type = any($5)")} order by seq_id limit $4
            """) { Parameters = { new() { Value = tenant }, new() { Value = after }, new() { Value = upTo }, new() { Value = rows } } };
        if (types is not null)
            command.Parameters.Add(new() { Value = types.ToArray() });
        return command;
    }

    NpgsqlBatchCommand StreamPage(string tenant, string streamId, long from, DateTimeOffset? asOf)
    {
        var command = new NpgsqlBatchCommand($"""
            select {Columns} from {schema}.mt_events
            where tenant_id = $1 and stream_id = $2 and version >= $3{(asOf is null ? "" : " and timestamp <= $4")} order by version limit {PageRows}
            """) { Parameters = { new() { Value = tenant }, new() { Value = streamId }, new() { Value = from } } };
        if (asOf is { } instant)
            command.Parameters.Add(new() { Value = instant.UtcDateTime });
        return command;
    }

    async Task<List<RecordedEvent>> ReadPageAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var page = new List<RecordedEvent>();
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
        await using var command = Database.CreateCommand($"select last_seq from {schema}.eq_tenant where tenant_id = $1");
        command.Parameters.Add(new() { Value = tenant });
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    /// <summary>Position of the last committed event of every tenant that has events.</summary>
    public async Task<IReadOnlyDictionary<string, long>> HeadsAsync(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select tenant_id, last_seq from {schema}.eq_tenant");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var heads = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            heads.Add(reader.GetString(0), reader.GetInt64(1));
        return heads;
    }

    /// <summary>Tenants that have events.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select tenant_id from {schema}.eq_tenant");
        return await TextsAsync(command, cancellation);
    }

    /// <summary>Tenants that have events in (<paramref name="after"/>, <paramref name="upTo"/>]; perhaps also some whose events lie beyond it.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(long after, long upTo, CancellationToken cancellation)
    {
        if (after >= upTo)
            return [];
        // Only the last position of a tenant is known, and it may have moved beyond upTo since
        await using var command = Database.CreateCommand($"select tenant_id from {schema}.eq_tenant where last_seq > $1");
        command.Parameters.Add(new() { Value = after });
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
        await using var batch = TenantTransaction.Batch(Database, tenant, new NpgsqlBatchCommand($"select stream_id, version, first_seq, last_seq from {schema}.eq_command where tenant_id = $1 and command_id = $2")
        {
            Parameters = { new() { Value = tenant }, new() { Value = commandId } },
        });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)) : null;
    }
}
