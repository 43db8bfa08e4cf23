using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Rows;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>The worker's view of the tables: what waits, where a feed stands, its end.</summary>
internal sealed class FeedWork(TenantDatabase database, TimeProvider clock)
{
    /// <summary>Districts with a waiting feed.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select distinct tenant_id from feed_queue");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var tenants = new List<string>();
        while (await reader.ReadAsync(cancellation))
            tenants.Add(reader.GetString(0));
        return tenants;
    }

    /// <summary>The oldest waiting feed of a district; feeds are applied in the order in which they were received.</summary>
    public async Task<FeedRow?> NextAsync(string tenant, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("""
            select f.feed_id, f.source, f.upload_id, encode(f.sha256, 'hex'), f.bytes, f.parts, f.wrapped_key, f.received_at, f.received_by, f.correlation, f.state, f.attempts
            from feed_queue q join feed f using (tenant_id, feed_id) where q.tenant_id = $1 order by q.seq limit 1
            """, tenant);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        return new(reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt64(4),
            JsonSerializer.Deserialize<List<StoredPart>>(reader.GetString(5), EventTypes.Json) ?? [],
            reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetString(8),
            reader.IsDBNull(9) ? null : reader.GetString(9), reader.GetString(10), reader.GetInt32(11));
    }

    public Task ProgressAsync(string tenant, Guid feed, string state, int progress, FeedPlan? plan, CancellationToken cancellation) =>
        UpdateAsync(tenant, "update feed set state = $3, progress = greatest(progress, $4), counts = coalesce($5, counts), files = coalesce($6, files) where tenant_id = $1 and feed_id = $2",
            [tenant, feed, state, progress, Counts(plan), Files(plan)], cancellation);

    public Task CountAttemptAsync(string tenant, Guid feed, CancellationToken cancellation) =>
        UpdateAsync(tenant, "update feed set attempts = attempts + 1 where tenant_id = $1 and feed_id = $2", [tenant, feed], cancellation);

    /// <summary>Replaces the feed's findings, so that a repeat after a crash does not double them.</summary>
    public async Task KeepIssuesAsync(string tenant, Guid feed, IReadOnlyList<RowIssue> issues, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync("delete from feed_issue where tenant_id = $1 and feed_id = $2", [tenant, feed], cancellation);
        var first = 0;
        foreach (var chunk in issues.Chunk(2000))
        {
            await session.ExecuteAsync("""
                insert into feed_issue (tenant_id, feed_id, n, file, row_no, column_name, code, severity, message, arguments)
                select $1, $2, $3 + i, file, row_no, column_name, code, severity, message, arguments
                from unnest($4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::jsonb[]) with ordinality
                  as x(file, row_no, column_name, code, severity, message, arguments, i)
                """,
                [tenant, feed, first, chunk.Select(i => i.File).ToArray(),
                    TenantSession.Typed(chunk.Select(i => i.Row).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer),
                    TenantSession.Typed(chunk.Select(i => i.Column).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
                    chunk.Select(i => i.Code).ToArray(), chunk.Select(i => i.Severity).ToArray(), chunk.Select(i => i.Message).ToArray(),
                    TenantSession.Typed(chunk.Select(i => JsonSerializer.Serialize(i.Arguments, EventTypes.Json)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb)], cancellation);
            first += chunk.Length;
        }
        await session.CommitAsync(cancellation);
    }

    /// <summary>Ends a feed within the transaction that holds everything else about it.</summary>
    public async Task FinishAsync(TenantSession session, Guid feed, string state, string? code, string? message, FeedPlan? plan, IReadOnlyDictionary<string, int>? statistics, long position, CancellationToken cancellation)
    {
        await session.ExecuteAsync("""
            update feed set state = $3, progress = 100, code = $4, message = $5, counts = coalesce($6, counts), files = coalesce($7, files), statistics = $8, position = $9, finished_at = $10
            where tenant_id = $1 and feed_id = $2
            """,
            [session.Tenant, feed, state, TenantSession.Typed(code, NpgsqlDbType.Text), TenantSession.Typed(message, NpgsqlDbType.Text), Counts(plan), Files(plan),
                TenantSession.Json(statistics is null ? null : JsonSerializer.Serialize(statistics, EventTypes.Json)), position, clock.GetUtcNow()], cancellation);
        await session.ExecuteAsync("delete from feed_queue where tenant_id = $1 and feed_id = $2", [session.Tenant, feed], cancellation);
    }

    async Task UpdateAsync(string tenant, string sql, object?[] arguments, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync(sql, arguments, cancellation);
        await session.CommitAsync(cancellation);
    }

    static Npgsql.NpgsqlParameter Counts(FeedPlan? plan) => TenantSession.Json(plan is null ? null : JsonSerializer.Serialize(plan.Total, EventTypes.Json));

    static Npgsql.NpgsqlParameter Files(FeedPlan? plan) => TenantSession.Json(plan is null ? null : JsonSerializer.Serialize(plan.Files, EventTypes.Json));
}
