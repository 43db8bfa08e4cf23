using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// A person gives up a feed that was interrupted, so that later ones go on. What was recorded stays. Where log and state may disagree (the last batches before the interruption), new records
/// are taken back and known ones come into doubt: the next complete feed of the source records them again and puts everything right.
/// </summary>
internal sealed class GiveUpFeed(FeedWork work, ApplyFeed apply, RecordStore records, DistrictKeys keys, TenantDatabase database, EventLog log, ILogger<GiveUpFeed> logger)
{
    /// <summary>Many times what is ever under way between the log and the state of records.</summary>
    const int Tail = 50_000;

    public async Task RunAsync(string tenant, FeedRow feed, CancellationToken cancellation)
    {
        var decision = feed.Decision ?? throw new ArgumentException("Nobody decided about the feed.", nameof(feed));
        var context = new EventContext(decision.By, decision.Correlation);
        var said = await apply.AppendAsync(tenant, feed.FeedId, decision.EventStep, new FeedGivenUp(feed.FeedId), context, decision.Reason, cancellation);
        var keyed = await keys.ForAsync(tenant, feed.Source, cancellation);
        var tail = await TailAsync(tenant, feed.FeedId, said, cancellation);
        var touched = await records.TouchedAsync(keyed, feed.FeedId, cancellation);
        touched.UnionWith(tail.Where(t => t.Told is { Kind: RecordKind.Person or RecordKind.SectionEnrollment or RecordKind.SourceEnrollment, Owner: not null } && t.Event.StreamId.StartsWith("student-", StringComparison.Ordinal)).Select(t => t.Told.Owner!.Value));
        await using var session = await database.OpenAsync(tenant, cancellation);
        var news = UnfinishedNews.Of(feed.FeedId, tail, await StatesAsync(session, feed.Source, tail, cancellation));
        foreach (var (e, told) in news.TakenBack)
            await TakeBackAsync(feed.FeedId, e, told, keyed, context, decision.Reason, cancellation);
        await MarkAsync(session, feed, "hash = '00000000-0000-0000-0000-000000000000', mark = 0", news.InDoubt, cancellation);
        await MarkAsync(session, feed, "removed = true", news.Removed, cancellation);
        await work.FinishAsync(session, feed.FeedId, FeedState.Rejected, "feed.given-up", IssueTexts.Sentences["feed.given-up"], null, null, said, cancellation);
        if (touched.Count > 0)
            await FollowAsync(session, feed, [.. touched], cancellation);
        await session.CommitAsync(cancellation);
        logger.LogWarning("Feed {Feed} of {Tenant} was given up: {TakenBack} records taken back, {Doubt} in doubt", feed.FeedId, tenant, news.TakenBack.Count, news.InDoubt.Count);
    }

    /// <summary>The last events about records that the feed recorded: one feed is applied at a time, so they lie behind the end of the one before.</summary>
    async Task<List<(RecordedEvent Event, Told Told)>> TailAsync(string tenant, Guid feed, long upTo, CancellationToken cancellation)
    {
        var from = 0L;
        await foreach (var e in log.ReadStreamAsync(tenant, $"feed-{feed:D}", 1, null, cancellation))
            if (e.Data is FeedReceived or FeedReleased)
                from = e.Position;
        var tail = new Queue<RecordedEvent>();
        await foreach (var e in log.ReadAllAsync(tenant, from, upTo, null, null, cancellation))
        {
            if (e.Type.StartsWith("feed-applied/", StringComparison.Ordinal))
                tail.Clear();
            else
                tail.Enqueue(e);
            if (tail.Count > Tail)
                tail.Dequeue();
        }
        return [.. tail.Select(e => (Event: e, Told: Told.By(e))).Where(t => t.Told is not null).Select(t => (t.Event, t.Told!.Value))];
    }

    /// <summary>The state of everything that the events may be about.</summary>
    static async Task<List<StateOf>> StatesAsync(TenantSession session, string source, List<(RecordedEvent Event, Told Told)> tail, CancellationToken cancellation)
    {
        const string columns = "select kind, key, hash, owner, feed_id, record_id, school, year, day, program, removed from record where tenant_id = $1 and source = $2 and";
        await using var command = session.Command($"{columns} owner = any($3) union {columns} hash = any($4) union {columns} owner is null and kind = any($5)",
            session.Tenant, source, tail.Select(t => t.Told.Owner).OfType<Guid>().Distinct().ToArray(), tail.Select(t => t.Told.Before).OfType<Guid>().Distinct().ToArray(),
            tail.Where(t => t.Told.Owner is null).Select(t => (short)t.Told.Kind).Distinct().ToArray());
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var states = new List<StateOf>();
        while (await reader.ReadAsync(cancellation))
            states.Add(new((RecordKind)reader.GetInt16(0), reader.GetGuid(1), reader.GetGuid(2), reader.IsDBNull(3) ? null : reader.GetGuid(3), reader.GetGuid(4),
                new(reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetInt16(7),
                    reader.IsDBNull(8) ? null : reader.GetFieldValue<DateOnly>(8), Program: reader.IsDBNull(9) ? null : reader.GetString(9)), reader.GetBoolean(10)));
        return states;
    }

    async Task TakeBackAsync(Guid feed, RecordedEvent e, Told told, Keyed keyed, EventContext context, string? reason, CancellationToken cancellation)
    {
        var (key, isPerson, facts) = (told.Owner?.ToString("N"), e.StreamId.StartsWith("person-", StringComparison.Ordinal), told.Facts);
        var (id, salt) = keyed.Event(feed, "(feed)", 0, told.Kind, $"taken back\n{e.Id:N}");
        var data = new RecordRemoved(Removals.Name(told.Kind), RecordRemoved.TakenBack, isPerson ? null : key, isPerson ? key : null, facts.RecordId, facts.School, facts.Year, facts.Day, facts.Program,
            (told.After ?? Guid.Empty).ToString("N"), key is null ? null : salt);
        var append = new Append(e.Tenant, e.StreamId, e.StreamId[..e.StreamId.IndexOf('-', StringComparison.Ordinal)], ExpectedVersion.Any, [new NewEvent(id, data, e.Source, reason)], context);
        if (await log.AppendAsync(append, cancellation) is AppendResult.AppendRefused refused)
            throw new FeedFaultException(refused.Code);
    }

    static Task<int> MarkAsync(TenantSession session, FeedRow feed, string change, HashSet<(RecordKind Kind, Guid Key)> which, CancellationToken cancellation) => session.ExecuteAsync($"""
        update record r set {change} from unnest($3::smallint[], $4::uuid[]) as x(kind, key) where r.tenant_id = $1 and r.source = $2 and r.kind = x.kind and r.key = x.key
        """, [session.Tenant, feed.Source, TenantSession.Typed(which.Select(w => (short)w.Kind).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Smallint), which.Select(w => w.Key).ToArray()], cancellation);

    /// <summary>School enrolments follow from what stays: a feed without rows, as if it had been interrupted, sees to the students who are touched.</summary>
    async Task FollowAsync(TenantSession session, FeedRow feed, Guid[] touched, CancellationToken cancellation)
    {
        var follow = EventIds.Derive(feed.FeedId, "given up");
        await work.QueueReplayAsync(session, follow, feed.Source, feed.ReceivedBy, feed.Correlation, null, cancellation);
        await session.ExecuteAsync("update feed set state = 'applying' where tenant_id = $1 and feed_id = $2", [session.Tenant, follow], cancellation);
        await session.ExecuteAsync("insert into feed_touched (tenant_id, feed_id, owner) select $1, $2, unnest($3) on conflict do nothing", [session.Tenant, follow, touched], cancellation);
    }
}
