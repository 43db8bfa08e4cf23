using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>How many leaves a log had, and when.</summary>
public sealed record LogSize(long Size, DateTimeOffset At);

/// <summary>Checkpoints of a tenant's log by time.</summary>
public sealed class CheckpointHistory(NpgsqlDataSource database, AuditOrigin origins)
{
    readonly string schema = EventLogSchema.Quoted(origins.Service);

    /// <summary>The log's growth from the first checkpoint to the last, by the last checkpoint of each of so many equal spans of time. One look into an index for each.</summary>
    public Task<IReadOnlyList<LogSize>> GrowthAsync(string tenant, int points, CancellationToken cancellation) => ReadAsync($"""
        with log as (select tenant_id, generation from {schema}.eq_log_state where tenant_id = $1),
        ends as (select (select c.at from {schema}.eq_checkpoint c where {OfTheLog} order by c.at limit 1) as first, (select c.at from {schema}.eq_checkpoint c where {OfTheLog} order by c.at desc limit 1) as last from log)
        select distinct c.size, c.at from log, ends, generate_series(1, $2) span
        cross join lateral (select c.size, c.at from {schema}.eq_checkpoint c where {OfTheLog} and c.at <= ends.last - (ends.last - ends.first) * (($2 - span) / ($2 - 1)::float) order by c.at desc, c.size desc limit 1) c
        order by c.size
        """, tenant, points, cancellation);

    /// <summary>The last checkpoint at or before an instant; null if there was none.</summary>
    public async Task<LogSize?> BeforeAsync(string tenant, DateTimeOffset instant, CancellationToken cancellation) => await ReadAsync($"""
        select c.size, c.at from {schema}.eq_log_state log join {schema}.eq_checkpoint c on {OfTheLog} where log.tenant_id = $1 and c.at <= $2 order by c.at desc, c.size desc limit 1
        """, tenant, instant.UtcDateTime, cancellation) is [var last, ..] ? last : null;

    const string OfTheLog = "c.tenant_id = log.tenant_id and c.generation = log.generation";

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
