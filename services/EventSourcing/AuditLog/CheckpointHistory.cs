using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>How many leaves a log had, and when.</summary>
public sealed record LogSize(long Size, DateTimeOffset At);

/// <summary>Checkpoints of a tenant's log by time.</summary>
public sealed class CheckpointHistory(NpgsqlDataSource database, AuditOrigin origins)
{
    readonly string schema = EventLogSchema.Quoted(origins.Service);

    /// <summary>The log's growth from the first checkpoint to the last, by the last checkpoint of each of so many equal spans of time.</summary>
    public Task<IReadOnlyList<LogSize>> GrowthAsync(string tenant, int points, CancellationToken cancellation) => ReadAsync($"""
        with c as (select c.size, c.at, min(c.at) over () as first, max(c.at) over () as last from {Checkpoints()})
        select distinct on (span) size, at
        from (select size, at, case when last = first then 0 else floor(extract(epoch from at - first) / extract(epoch from last - first) * ($2 - 1)) end as span from c) spans
        order by span, size desc
        """, tenant, points, cancellation);

    /// <summary>The last checkpoint at or before an instant; null if there was none.</summary>
    public async Task<LogSize?> BeforeAsync(string tenant, DateTimeOffset instant, CancellationToken cancellation) =>
        await ReadAsync($"select c.size, c.at from {Checkpoints()} and c.at <= $2 order by c.size desc limit 1", tenant, instant.UtcDateTime, cancellation) is [var last, ..] ? last : null;

    string Checkpoints() => $"{schema}.eq_log_state s join {schema}.eq_checkpoint c on c.tenant_id = s.tenant_id and c.generation = s.generation where s.tenant_id = $1";

    async Task<IReadOnlyList<LogSize>> ReadAsync(string sql, string tenant, object value, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        await using var command = new NpgsqlCommand(sql, transaction.Connection) { Parameters = { new() { Value = tenant }, new() { Value = value } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sizes = new List<LogSize>();
        while (await reader.ReadAsync(cancellation))
            sizes.Add(new(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return sizes;
    }
}
