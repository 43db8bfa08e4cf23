using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;
using Npgsql;

namespace EquityPlatform.Ingestion.Erasure;

/// <summary>An erasure as the worker sees it.</summary>
internal sealed record ErasureRow(Guid ErasureId, Guid Student, string Authority, string Reason, string RecordedBy, string? Correlation, DateTimeOffset? ErasedAt, bool FeedsAreThrough);

/// <summary>Rows of the table <c>erasure</c>, made from the log: what was decided there is done, also if this process dies right after.</summary>
internal sealed class ErasureRows(TenantDatabase database) : ISubscription
{
    public const string ConsumerName = "erasures/1";
    const string Recorded = "erasure-recorded/1";

    public string Name => ConsumerName;
    public IReadOnlyCollection<string>? Types => [Recorded];

    public async Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var e in events)
        {
            var recorded = (ErasureRecorded)e.Data;
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(Of("select set_config('eq.tenant', $1, true)", tenant));
            batch.BatchCommands.Add(Of("""
                insert into erasure (tenant_id, erasure_id, student_key, authority, reason, recorded_at, recorded_by, correlation, after_feed)
                values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce((select max(seq) from feed where tenant_id = $1), 0)) on conflict do nothing
                """, tenant, recorded.ErasureId, Guid.Parse(recorded.StudentKey), recorded.Authority, recorded.Reason, e.RecordedAt.UtcDateTime, e.User, (object?)e.CorrelationId ?? DBNull.Value));
            batch.BatchCommands.Add(Of("insert into erasure_queue (tenant_id, erasure_id) values ($1, $2) on conflict do nothing", tenant, recorded.ErasureId));
            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    static NpgsqlBatchCommand Of(string sql, params ReadOnlySpan<object> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(argument is DBNull ? TenantSession.Typed(null, NpgsqlTypes.NpgsqlDbType.Text) : new() { Value = argument });
        return command;
    }

    /// <summary>Districts with an erasure that is not completed.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select distinct tenant_id from erasure_queue");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var tenants = new List<string>();
        while (await reader.ReadAsync(cancellation))
            tenants.Add(reader.GetString(0));
        return tenants;
    }

    public async Task<IReadOnlyList<ErasureRow>> WaitingAsync(string tenant, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("""
            select e.erasure_id, e.student_key, e.authority, e.reason, e.recorded_by, e.correlation, e.erased_at,
              not exists (select from feed_queue f where f.tenant_id = e.tenant_id and f.seq <= e.after_feed)
            from erasure_queue q join erasure e using (tenant_id, erasure_id) where q.tenant_id = $1 order by e.recorded_at
            """, tenant);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var waiting = new List<ErasureRow>();
        while (await reader.ReadAsync(cancellation))
            waiting.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6), reader.GetBoolean(7)));
        return waiting;
    }

    /// <summary>Services that have acknowledged.</summary>
    public async Task<IReadOnlyList<string>> AcknowledgedAsync(string tenant, Guid erasure, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        return [.. (await AcknowledgementsAsync(session, erasure, cancellation)).Keys];
    }

    /// <summary>An erasure with every service's part in it.</summary>
    public async Task<StudentErasure?> FindAsync(string tenant, Guid student, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        StudentErasure erasure;
        await using (var command = session.Command("select erasure_id, authority, reason, recorded_at, recorded_by, erased_at, completed_at from erasure where tenant_id = $1 and student_key = $2", tenant, student))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
                return null;
            DateTimeOffset? erased = reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5), completed = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6);
            erasure = new(reader.GetGuid(0), student.ToString("N"), completed is not null ? "completed" : erased is not null ? "erased" : "recorded", reader.GetString(1), reader.GetString(2),
                reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4), erased, completed, []);
        }
        var acknowledged = await AcknowledgementsAsync(session, erasure.ErasureId, cancellation);
        return erasure with { Services = [.. EraseStudents.Services.Select(service => Part(service, acknowledged.TryGetValue(service, out var said) ? said : null, erasure.ErasedAt))] };
    }

    static ErasureByService Part(string service, (DateTimeOffset At, int Cleared)? said, DateTimeOffset? erasedAt) =>
        said is { } acknowledged ? new(service, "acknowledged", acknowledged.At, acknowledged.Cleared) : new(service, erasedAt is null ? "waiting" : "missing", erasedAt, null);

    static async Task<Dictionary<string, (DateTimeOffset At, int Cleared)>> AcknowledgementsAsync(TenantSession session, Guid erasure, CancellationToken cancellation)
    {
        await using var command = session.Command("select service, acknowledged_at, cleared from erasure_acknowledgement where tenant_id = $1 and erasure_id = $2", session.Tenant, erasure);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<string, (DateTimeOffset, int)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetString(0), (reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt32(2)));
        return found;
    }
}
