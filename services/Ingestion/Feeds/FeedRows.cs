using System.Text.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A feed as the worker sees it.</summary>
internal sealed record FeedRow(Guid FeedId, string Source, Guid UploadId, string Sha256, long Bytes, IReadOnlyList<StoredPart> Parts, byte[]? WrappedKey,
    DateTimeOffset ReceivedAt, string ReceivedBy, string? Correlation, string State, int Attempts, Decision? Decision = null, bool Replay = false, IReadOnlyList<FileCounts>? Files = null, string? Code = null)
{
    /// <summary>News of it were recorded, or may have been: there is no way back.</summary>
    public bool IsRecorded => State is FeedState.Applying or FeedState.Interrupted;
}

/// <summary>An upload that is stored and asks to become a feed.</summary>
/// <param name="Drop">Id of a file in a watched folder: a file that is found again is the feed that it became, whatever came after it.</param>
internal sealed record NewFeed(Guid? FeedId, string Source, Guid UploadId, string Sha256, long Bytes, IReadOnlyList<StoredPart> Parts, byte[] WrappedKey, string ReceivedBy, string? Correlation, Guid? Drop = null);

/// <summary>Answer to a new feed: registered, the same as before, the same as one that was interrupted and goes on now, or another content under the same id.</summary>
internal enum Registered { New, Repeated, Resumed, Conflict }

/// <summary>Rows of the table <c>feed</c>.</summary>
internal sealed class FeedRows(TenantDatabase database, TimeProvider clock)
{
    const string Columns = "feed_id, state, progress, source, received_at, received_by, finished_at, bytes, encode(sha256, 'hex'), code, message, position, counts, files, seq, hold, coalesce(decision->>'step' = 'released', false), replay, coalesce((decision->>'relink')::boolean, false)";

    /// <summary>
    /// Without an id of the client's, the id follows from content, source and the feed before: the same file again is the same
    /// feed, while an old file after a newer one is a new feed (it takes changes back).
    /// </summary>
    public async Task<(Registered Outcome, Guid FeedId)> RegisterAsync(string tenant, NewFeed feed, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('ingestion-register:' || $1, 0))", [tenant], cancellation);
        var earlier = (feed.Drop is { } drop ? await EarlierAsync(session, drop, feed.Source, cancellation) : null) ?? await EarlierAsync(session, feed.FeedId, feed.Source, cancellation);
        var same = earlier is { } e && e.Sha256 == feed.Sha256 && e.Source == feed.Source;
        // After a fault of ours the same files may be sent again
        var faulty = feed.FeedId is null && earlier?.Code == "feed.internal-error";
        if (earlier is { State: FeedState.Interrupted } interrupted && same)
        {
            await ResumeAsync(session, interrupted.FeedId, feed, cancellation);
            await session.CommitAsync(cancellation);
            return (Registered.Resumed, interrupted.FeedId);
        }
        if (earlier is { } found && ((same && !faulty) || feed.FeedId is not null))
            return (same ? Registered.Repeated : Registered.Conflict, found.FeedId);
        var feedId = feed.FeedId ?? feed.Drop ?? EventIds.Derive(earlier?.FeedId ?? Guid.Empty, $"feed\n{tenant}\n{feed.Source}\n{feed.Sha256}");
        await session.ExecuteAsync("""
            with made as (
              insert into feed (tenant_id, feed_id, source, upload_id, sha256, bytes, parts, wrapped_key, received_at, received_by, correlation, state)
              values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9, $10, $11, 'received') returning tenant_id, seq, feed_id)
            insert into feed_queue (tenant_id, seq, feed_id) select tenant_id, seq, feed_id from made
            """,
            [tenant, feedId, feed.Source, feed.UploadId, feed.Sha256, feed.Bytes, TenantSession.Json(JsonSerializer.Serialize(feed.Parts, EventTypes.Json)), feed.WrappedKey, clock.GetUtcNow(), feed.ReceivedBy,
                TenantSession.Typed(feed.Correlation, NpgsqlDbType.Text)], cancellation);
        await CloseAsync(session, feed.UploadId, cancellation);
        await session.CommitAsync(cancellation);
        return (Registered.New, feedId);
    }

    /// <summary>A feed of a file that is not even stored; the worker has nothing to do with it.</summary>
    public async Task<FeedRow> RefusedAsync(string tenant, Guid feed, string source, string by, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await session.ExecuteAsync("""
            insert into feed (tenant_id, feed_id, source, upload_id, sha256, bytes, parts, received_at, received_by, state) values ($1, $2, $3, $2, '', 0, '[]', $4, $5, 'received') on conflict do nothing
            """, [tenant, feed, source, clock.GetUtcNow(), by], cancellation);
        await session.CommitAsync(cancellation);
        return new(feed, source, feed, "", 0, [], null, clock.GetUtcNow(), by, null, FeedState.Received, 0);
    }

    /// <summary>The upload is a feed's now.</summary>
    static Task<int> CloseAsync(TenantSession session, Guid upload, CancellationToken cancellation) =>
        session.ExecuteAsync("delete from open_upload where tenant_id = $1 and upload_id = $2", [session.Tenant, upload], cancellation);

    /// <summary>The feed that the same files, sent now, would be answered with.</summary>
    public async Task<Feed?> ReceivedAsync(string tenant, Guid? feedId, string source, string sha256, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        return await EarlierAsync(session, feedId, source, cancellation) is { State: not FeedState.Interrupted, Code: not "feed.internal-error" } earlier && earlier.Sha256 == sha256 && earlier.Source == source
            && await FindAsync(tenant, earlier.FeedId, cancellation) is { } feed ? feed with { Repeated = true } : null;
    }

    /// <summary>The feed that an upload became.</summary>
    public async Task<Feed?> OfUploadAsync(string tenant, Guid upload, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command("select feed_id from feed where tenant_id = $1 and upload_id = $2", tenant, upload);
        return await command.ExecuteScalarAsync(cancellation) is Guid feed ? await FindAsync(tenant, feed, cancellation) : null;
    }

    /// <summary>The same files again, for a feed that cannot go on: from these bytes, under the mappings of then, as the same events.</summary>
    static async Task ResumeAsync(TenantSession session, Guid feedId, NewFeed feed, CancellationToken cancellation)
    {
        foreach (var table in new[] { "feed_chunk", "feed_upload" })
            await session.ExecuteAsync($"delete from {table} where tenant_id = $1 and upload_id = (select upload_id from feed where tenant_id = $1 and feed_id = $2)", [session.Tenant, feedId], cancellation);
        await session.ExecuteAsync("""
            update feed set upload_id = $3, wrapped_key = $4, attempts = 0, state = 'applying', code = null, message = null,
              parts = (select jsonb_agg(jsonb_set(part, '{mappings}', coalesce(feed.parts->0->'mappings', '0')) order by n) from jsonb_array_elements($5::jsonb) with ordinality as x(part, n))
            where tenant_id = $1 and feed_id = $2
            """, [session.Tenant, feedId, feed.UploadId, feed.WrappedKey, TenantSession.Json(JsonSerializer.Serialize(feed.Parts, EventTypes.Json))], cancellation);
        await CloseAsync(session, feed.UploadId, cancellation);
    }

    /// <summary>The feed of this id, or else the last one of the source.</summary>
    static Task<(Guid FeedId, string Sha256, string Source, string Code, string State)?> EarlierAsync(TenantSession session, Guid? feedId, string source, CancellationToken cancellation) =>
        feedId is { } id ? EarlierAsync(session, "feed_id = $2", id, cancellation) : EarlierAsync(session, "source = $2 and sha256 <> ''", source, cancellation);

    static async Task<(Guid FeedId, string Sha256, string Source, string Code, string State)?> EarlierAsync(TenantSession session, string where, object value, CancellationToken cancellation)
    {
        await using var command = session.Command($"select feed_id, encode(sha256, 'hex'), source, coalesce(code, ''), state from feed where tenant_id = $1 and {where} order by seq desc limit 1", session.Tenant, value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4)) : null;
    }

    public async Task<Feed?> FindAsync(string tenant, Guid feedId, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        await using var command = session.Command($"select {Columns} from feed where tenant_id = $1 and feed_id = $2", tenant, feedId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? View(reader) : null;
    }

    /// <summary>Feeds, newest first, before a cursor.</summary>
    public async Task<(IReadOnlyList<(Feed Feed, long Seq)> Feeds, int? Count)> ListAsync(string tenant, long? before, int limit, bool count, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        var feeds = new List<(Feed, long)>(limit);
        await using (var command = session.Command($"select {Columns} from feed where tenant_id = $1 and seq < $2 order by seq desc limit $3", tenant, before ?? long.MaxValue, limit))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                feeds.Add((View(reader), reader.GetInt64(14)));
        return (feeds, count ? await CountAsync(session, "select count(*)::int from feed where tenant_id = $1", null, cancellation) : null);
    }

    public async Task<(IReadOnlyList<(FeedIssue Issue, int N)> Issues, int? Count)> IssuesAsync(string tenant, Guid feedId, int after, int limit, bool count, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(tenant, cancellation);
        var issues = new List<(FeedIssue, int)>();
        await using (var command = session.Command("select file, row_no, column_name, code, severity, message, arguments, n from feed_issue where tenant_id = $1 and feed_id = $2 and n > $3 order by n limit $4", tenant, feedId, after, limit))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                issues.Add((new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                    Read<Dictionary<string, string>>(reader, 6) ?? []), reader.GetInt32(7)));
        return (issues, count ? await CountAsync(session, "select count(*)::int from feed_issue where tenant_id = $1 and feed_id = $2", feedId, cancellation) : null);
    }

    static async Task<int?> CountAsync(TenantSession session, string sql, object? argument, CancellationToken cancellation)
    {
        await using var command = argument is null ? session.Command(sql, session.Tenant) : session.Command(sql, session.Tenant, argument);
        return (int?)await command.ExecuteScalarAsync(cancellation);
    }

    static Feed View(NpgsqlDataReader reader)
    {
        var state = reader.GetString(1);
        var counts = Read<RowCounts>(reader, 12) ?? new(0, 0, 0, 0, 0);
        var hold = Read<Hold>(reader, 15);
        var (code, message) = (Text(reader, 9), Text(reader, 10));
        if (code is null && state == FeedState.Applied && counts.Accepted == 0 && counts.Removed == 0)
            (code, message) = ("feed.no-change", "Nothing in these files is new or different.");
        return new(reader.GetGuid(0), state, reader.GetInt32(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetString(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6), reader.GetInt64(7), reader.GetString(8), Repeated: false, code, message,
            reader.IsDBNull(11) ? null : reader.GetInt64(11), counts, Read<List<FeedFile>>(reader, 13) ?? [],
            hold is null ? null : new([.. hold.Reasons.Select(Shown)], [.. hold.Effects.Select(e => new Contracts.Ingestion.HoldEffect(e.Kind, e.School, e.Added, e.Changed, e.Gone))],
                hold.Links is { } links ? new(links.Students, links.Recognised, links.Ambiguous) : null), reader.GetBoolean(16), reader.GetBoolean(17), reader.GetBoolean(18));
    }

    static Contracts.Ingestion.HoldReason Shown(HoldReason reason)
    {
        var arguments = new Dictionary<string, string>();
        foreach (var (name, value) in new[] { ("kind", reason.Kind), ("count", Text(reason.Count)), ("known", Text(reason.Known)), ("limit", Text(reason.LimitPercent)), ("file", reason.File) })
            if (value is not null)
                arguments.Add(name, value);
        return new(reason.Code, Rows.IssueTexts.Sentence(Hold.TextOf(reason.Code), arguments), arguments);

        static string? Text(int? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    static T? Read<T>(NpgsqlDataReader reader, int column) where T : class =>
        reader.IsDBNull(column) ? null : JsonSerializer.Deserialize<T>(reader.GetString(column), EventTypes.Json);
}

/// <summary>States of a feed.</summary>
internal static class FeedState
{
    public const string Received = "received";
    public const string Validating = "validating";
    public const string Held = "held";
    public const string Applying = "applying";
    /// <summary>A fault of ours stops it again and again after news of it were recorded. It goes on when the same files are sent again or a person says so, and is tried from time to time unless it ended the process.</summary>
    public const string Interrupted = "interrupted";
    public const string Applied = "applied";
    public const string Rejected = "rejected";
}
