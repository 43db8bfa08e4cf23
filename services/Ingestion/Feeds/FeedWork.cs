using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Quality;
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
        await using var command = session.Command($"select {Columns} from feed_queue q join feed f using (tenant_id, feed_id) where q.tenant_id = $1 order by q.seq limit 1", tenant);
        return await ReadAsync(command, cancellation) is [var one, ..] ? one : null;
    }

    const string Columns = "f.feed_id, f.source, f.upload_id, encode(f.sha256, 'hex'), f.bytes, f.parts, f.wrapped_key, f.received_at, f.received_by, f.correlation, f.state, f.attempts, f.decision, f.replay, f.files, f.code";

    static async Task<List<FeedRow>> ReadAsync(Npgsql.NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var feeds = new List<FeedRow>();
        while (await reader.ReadAsync(cancellation))
            feeds.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), reader.GetString(3), reader.GetInt64(4),
                JsonSerializer.Deserialize<List<StoredPart>>(reader.GetString(5), EventTypes.Json) ?? [],
                reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetString(8),
                reader.IsDBNull(9) ? null : reader.GetString(9), reader.GetString(10), reader.GetInt32(11), reader.IsDBNull(12) ? null : JsonSerializer.Deserialize<Decision>(reader.GetString(12), EventTypes.Json), reader.GetBoolean(13),
                reader.IsDBNull(14) ? null : JsonSerializer.Deserialize<List<FileCounts>>(reader.GetString(14), EventTypes.Json), reader.IsDBNull(15) ? null : reader.GetString(15)));
        return feeds;
    }

    /// <summary>
    /// Decides about a held feed, unless that was done before, and puts it back into the queue, in its old place. The feed as it is then; null if there is none.
    /// </summary>
    public Task<FeedRow?> DecideAsync(string tenant, Guid feed, Decision decision, CancellationToken cancellation) => decision.Step == Decision.Released
        ? DecideAsync(tenant, feed, decision, "state = 'received', code = null, message = null, attempts = 0", "state = 'held' and code <> 'feed.stopped'", cancellation)
        : DecideAsync(tenant, feed, decision, "state = state", "state = 'held'", cancellation);

    /// <summary>Has a feed begun again, in its old place, that was set aside because it ended the service, or that was interrupted; the feed as it is then.</summary>
    public Task<FeedRow?> TryAgainAsync(string tenant, Guid feed, Decision decision, CancellationToken cancellation) =>
        DecideAsync(tenant, feed, decision, "state = case state when 'held' then 'received' else 'applying' end, code = null, message = null, hold = null, attempts = 0",
            "(state = 'interrupted' or (state = 'held' and code = 'feed.stopped'))", cancellation);

    /// <summary>Has an interrupted feed given up; the feed as it is then.</summary>
    public Task<FeedRow?> GiveUpAsync(string tenant, Guid feed, Decision decision, CancellationToken cancellation) =>
        DecideAsync(tenant, feed, decision, "state = 'applying', code = null, message = null", "state = 'interrupted'", cancellation);

    async Task<FeedRow?> DecideAsync(string tenant, Guid feed, Decision decision, string change, string where, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync($"""
            with decided as (
              update feed set decision = $3, {change}
              where tenant_id = $1 and feed_id = $2 and {where} and (state = 'interrupted' or decision is null or decision->>'step' = 'corrected') returning tenant_id, seq, feed_id)
            insert into feed_queue (tenant_id, seq, feed_id) select tenant_id, seq, feed_id from decided on conflict do nothing
            """, [tenant, feed, TenantSession.Json(JsonSerializer.Serialize(decision, EventTypes.Json))], cancellation);
        var decided = await FindAsync(session, feed, cancellation);
        await session.CommitAsync(cancellation);
        return decided;
    }

    static async Task<FeedRow?> FindAsync(TenantSession session, Guid feed, CancellationToken cancellation)
    {
        await using var command = session.Command($"select {Columns} from feed f where tenant_id = $1 and feed_id = $2", session.Tenant, feed);
        return await ReadAsync(command, cancellation) is [var one, ..] ? one : null;
    }

    /// <summary>Held feeds of a source that came before a feed and hold one of its files; of one that was never read to its end, what was sent is compared.</summary>
    public async Task<IReadOnlyList<FeedRow>> HeldBeforeAsync(string tenant, string source, Guid feed, string[] files, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command($"""
            select {Columns} from feed f where tenant_id = $1 and source = $2 and state = 'held' and coalesce(decision->>'step', '') in ('', 'corrected', 'superseded') and seq < (select seq from feed where tenant_id = $1 and feed_id = $3)
              and (exists (select from jsonb_array_elements(files) x where x->>'file' = any($4))
                or (code = 'feed.stopped' and exists (select from jsonb_array_elements(parts) p join feed n on n.tenant_id = $1 and n.feed_id = $3 cross join jsonb_array_elements(n.parts) q where p->>'name' = q->>'name')))
            order by seq
            """, tenant, source, feed, files);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Takes a feed out of the queue until a person decides.</summary>
    public async Task HoldAsync(string tenant, Guid feed, string code, string message, Hold hold, IReadOnlyList<FileCounts> files, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync("update feed set state = 'held', decision = null, code = $3, message = $4, hold = $5, counts = $6, files = $7 where tenant_id = $1 and feed_id = $2",
            [tenant, feed, code, message, TenantSession.Json(JsonSerializer.Serialize(hold, EventTypes.Json)), Counts(files), Files(files)], cancellation);
        await session.ExecuteAsync("delete from feed_queue where tenant_id = $1 and feed_id = $2", [tenant, feed], cancellation);
        await session.CommitAsync(cancellation);
    }

    /// <summary>Queues a feed that reads rows again which were set aside, in the transaction that gives rise to it. Repeating it adds nothing.</summary>
    public Task QueueReplayAsync(TenantSession session, Guid feed, string source, string by, string? correlation, Decision? decision, CancellationToken cancellation) => session.ExecuteAsync("""
        with made as (
          insert into feed (tenant_id, feed_id, source, upload_id, sha256, bytes, parts, received_at, received_by, correlation, state, replay, decision)
          values ($1, $2, $3, $2, '', 0, '[]', $4, $5, $6, 'received', true, $7) on conflict (tenant_id, feed_id) do nothing returning tenant_id, seq, feed_id)
        insert into feed_queue (tenant_id, seq, feed_id) select tenant_id, seq, feed_id from made
        """, [session.Tenant, feed, source, clock.GetUtcNow(), by, TenantSession.Typed(correlation, NpgsqlDbType.Text), TenantSession.Json(decision is null ? null : JsonSerializer.Serialize(decision, EventTypes.Json))], cancellation);

    /// <summary>Says of a feed that a fault of ours stops it. It keeps its place: what later feeds say builds on it.</summary>
    public Task InterruptAsync(string tenant, Guid feed, string code, string message, CancellationToken cancellation) =>
        UpdateAsync(tenant, "update feed set state = 'interrupted', code = $3, message = $4 where tenant_id = $1 and feed_id = $2", [tenant, feed, code, message], cancellation);

    public Task ProgressAsync(string tenant, Guid feed, string state, int progress, IReadOnlyList<FileCounts>? files, CancellationToken cancellation) =>
        UpdateAsync(tenant, "update feed set state = $3, progress = greatest(progress, $4), counts = coalesce($5, counts), files = coalesce($6, files) where tenant_id = $1 and feed_id = $2",
            [tenant, feed, state, progress, Counts(files), Files(files)], cancellation);

    /// <summary>Counts an attempt before it begins: whatever it does to the process, it was counted. The last one is all that an interrupted feed gets.</summary>
    public Task BeginAsync(string tenant, Guid feed, int atMost, CancellationToken cancellation) =>
        UpdateAsync(tenant, "update feed set attempts = least(attempts, $3 - 1) + 1, state = case state when 'interrupted' then 'applying' else state end, code = null, message = null where tenant_id = $1 and feed_id = $2", [tenant, feed, atMost], cancellation);

    /// <summary>An attempt that ended because the service was told to end does not count.</summary>
    public Task GiveBackAsync(string tenant, Guid feed, CancellationToken cancellation) =>
        UpdateAsync(tenant, "update feed set attempts = greatest(attempts - 1, 0) where tenant_id = $1 and feed_id = $2", [tenant, feed], cancellation);

    public async Task<FeedRow?> FindAsync(string tenant, Guid feed, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        return await FindAsync(session, feed, cancellation);
    }

    /// <summary>Replaces the feed's findings, so that a repeat after a crash does not double them.</summary>
    public async Task KeepIssuesAsync(string tenant, Guid feed, IReadOnlyList<RowIssue> issues, IReadOnlyList<Finding> findings, CancellationToken cancellation)
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
        await FindingRows.KeepAsync(session, feed, findings, cancellation);
        await session.CommitAsync(cancellation);
    }

    /// <summary>Ends a feed within the transaction that holds everything else about it.</summary>
    public async Task FinishAsync(TenantSession session, Guid feed, string state, string? code, string? message, IReadOnlyList<FileCounts>? files, IReadOnlyDictionary<string, int>? statistics, long position, CancellationToken cancellation)
    {
        await session.ExecuteAsync("""
            update feed set state = $3, progress = 100, hold = case when $3 = 'applied' then null else hold end, code = $4, message = $5, counts = coalesce($6, counts), files = coalesce($7, files), statistics = $8, position = $9, finished_at = $10
            where tenant_id = $1 and feed_id = $2
            """,
            [session.Tenant, feed, state, TenantSession.Typed(code, NpgsqlDbType.Text), TenantSession.Typed(message, NpgsqlDbType.Text), Counts(files), Files(files),
                TenantSession.Json(statistics is null ? null : JsonSerializer.Serialize(statistics, EventTypes.Json)), position, clock.GetUtcNow()], cancellation);
        await session.ExecuteAsync("delete from feed_queue where tenant_id = $1 and feed_id = $2", [session.Tenant, feed], cancellation);
        await session.ExecuteAsync("delete from feed_touched where tenant_id = $1 and feed_id = $2", [session.Tenant, feed], cancellation);
    }

    async Task UpdateAsync(string tenant, string sql, object?[] arguments, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync(sql, arguments, cancellation);
        await session.CommitAsync(cancellation);
    }

    static Npgsql.NpgsqlParameter Counts(IReadOnlyList<FileCounts>? files) => TenantSession.Json(files is null ? null : JsonSerializer.Serialize(FeedCounts.Of(files), EventTypes.Json));

    static Npgsql.NpgsqlParameter Files(IReadOnlyList<FileCounts>? files) => TenantSession.Json(files is null ? null : JsonSerializer.Serialize(files, EventTypes.Json));
}
