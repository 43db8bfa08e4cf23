using System.Globalization;
using EquityPlatform.AuditTool.Verify;
using Npgsql;

namespace EquityPlatform.AuditTool.Database;

/// <summary>What the tree does not hold: whether the tables beside the events agree with them.</summary>
internal static class TableChecks
{
    public static async Task RunAsync(DatabaseLog log, string schema, string tenant, Report report, CancellationToken cancellation)
    {
        await RowsAsync(log.Connection, tenant, $"""
            select coalesce(s.id, e.stream_id), s.version, e.last, e.count from (select id, version from {schema}.mt_streams where tenant_id = $1) s
            full join (select stream_id, max(version) as last, min(version) as first, count(*) as count from {schema}.mt_events where tenant_id = $1 group by stream_id) e on e.stream_id = s.id
            where s.version is distinct from e.last or e.first is distinct from 1 or e.count is distinct from e.last order by 1 limit {Report.Most}
            """, row => report.Add("stream-differs", row.IsDBNull(1) ? $"The record {row[0]} has events and no row of its own in mt_streams."
                : row.IsDBNull(2) ? $"The record {row[0]} stands in mt_streams and has no events."
                : string.Create(CultureInfo.InvariantCulture, $"The record {row[0]} has version {row[1]} in mt_streams; its {row[3]} events end with version {row[2]}.")), cancellation);
        await RowsAsync(log.Connection, tenant, $"""
            select stream_id, version, seq_id from (select stream_id, version, seq_id, lag(seq_id) over (partition by stream_id order by version) as before from {schema}.mt_events where tenant_id = $1) e
            where before > seq_id order by seq_id limit {Report.Most}
            """, row => report.Add("stream-order", string.Create(CultureInfo.InvariantCulture, $"Version {row[1]} of the record {row[0]} stands at position {row[2]}, before the version that precedes it.")), cancellation);
        await RowsAsync(log.Connection, tenant, $"""
            select (select last_seq from {schema}.eq_tenant where tenant_id = $1), (select max(seq_id) from {schema}.mt_events where tenant_id = $1),
              (select last_seq from {schema}.eq_head), (select max(seq_id) from {schema}.mt_events),
              (select count(*) from {schema}.mt_events where tenant_id = $1 and seq_id <= (select last_seq from {schema}.eq_log_state where tenant_id = $1))
            """, row =>
        {
            if (!Equals(row[0], row[1]))
                report.Add("head-differs", string.Create(CultureInfo.InvariantCulture, $"eq_tenant says that the last event stands at position {row[0]}; it stands at {row[1]}."));
            if (row[3] is long highest && row[2] is long head && head < highest)
                report.Add("head-differs", string.Create(CultureInfo.InvariantCulture, $"eq_head says that {head} positions are taken; an event stands at {highest}."));
            if (row[4] is long under && under != log.State.Size)
                report.Add("state-differs", string.Create(CultureInfo.InvariantCulture, $"eq_log_state speaks of {log.State.Size} leaves; {under} events stand in the table up to its position {log.State.LastPosition}."));
        }, cancellation);
        if (log.State.SignedSize != report.Size)
            report.Add("state-differs", string.Create(CultureInfo.InvariantCulture, $"eq_log_state says that {log.State.SignedSize} events were signed; the last checkpoint is of {report.Size}."));
        if (log.State.Size == report.Size && (log.State.Root is not { } root || Convert.ToBase64String(root) != report.Root))
            report.Add("state-differs", "The root in eq_log_state is not that of the tree.");
    }

    static async Task RowsAsync(NpgsqlConnection connection, string tenant, string sql, Action<NpgsqlDataReader> each, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = tenant } }, CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            each(reader);
    }
}
