using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// One batch of one tenant: the effects of a subscription and its checkpoint in one transaction. The checkpoint's row is the lock, so
/// that of several replicas one applies; the others find the tenant busy and turn to another one.
/// </summary>
internal sealed class SubscriptionBatch(EventLog log, ISubscription subscription, HaltTable halts)
{
    /// <summary>Positions that one look goes through for a subscription that wants few of them: what it passes over takes time too.</summary>
    const long Window = 100_000;

    /// <summary>A replica that is suspended in the middle keeps the row no longer than this.</summary>
    const string IdleLimit = "30s";

    readonly string schema = EventLogSchema.Quoted(log.Schema);

    /// <summary>What a batch did. <paramref name="To"/> is the position reached.</summary>
    public sealed record Outcome(bool More, long To, int Events);

    /// <summary>Applies at most <paramref name="size"/> events; null if another replica is at work on the tenant.</summary>
    /// <param name="trying">Is told the last event of the batch before it is applied.</param>
    /// <param name="mayPass">An event that an operator decided to pass is passed.</param>
    public async Task<Outcome?> RunAsync(string tenant, int size, bool mayPass, Action<RecordedEvent> trying, CancellationToken cancellation)
    {
        await using var connection = await log.Database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ReadAsync(connection, tenant, size, cancellation) is not var (from, head, events))
            return null;
        var more = events.Count == size;
        // Nothing up to the head of before the page was read can have been missed by it
        var to = more ? events[^1].Position : Math.Max(from, Math.Max(events.Count > 0 ? events[^1].Position : 0, subscription.Types is null ? head : Math.Min(head, from + Window)));
        if (events.Count > 0)
        {
            trying(events[^1]);
            if (!mayPass || !await halts.IsOverriddenAsync(connection, subscription.Name, log.Schema, events[^1], cancellation))
                await subscription.ApplyAsync(tenant, events, connection, cancellation);
            FaultPoint.Reached("subscription.applied", tenant);
        }
        if (to == from)
            return new(more, to, 0);
        await using (var checkpoint = new NpgsqlBatch(connection))
        {
            checkpoint.BatchCommands.Add(new($"update {schema}.eq_progress set seq = $4 where consumer = $1 and source = $2 and tenant_id = $3") { Parameters = { Value(subscription.Name), Value(log.Schema), Value(tenant), Value(to) } });
            checkpoint.BatchCommands.Add(halts.Clear(subscription.Name, tenant, to));
            await checkpoint.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        FaultPoint.Reached("subscription.committed", tenant);
        return new(more || to < head, to, events.Count);
    }

    /// <summary>Names the tenant, locks the checkpoint and reads what follows it, in one round trip; null if another replica holds the checkpoint.</summary>
    async Task<(long From, long Head, List<RecordedEvent> Events)?> ReadAsync(NpgsqlConnection connection, string tenant, int size, CancellationToken cancellation)
    {
        var wanted = subscription.Types is null ? "" : FormattableString.Invariant($"and e.type = any($5) and e.seq_id <= held.seq + {Window}");
        var page = new NpgsqlBatchCommand($"""
            with held as materialized (
              select p.seq, (select last_seq from {schema}.eq_head) as head from {schema}.eq_progress p
              where p.consumer = $1 and p.source = $2 and p.tenant_id = $3 for update of p skip locked)
            select held.seq, held.head, page.* from held left join lateral (
              select {RecordedRows.Columns} from {schema}.mt_events e
              where e.tenant_id = $3 and e.seq_id > held.seq {wanted} order by e.seq_id limit $4) page on true
            order by page.seq_id
            """) { Parameters = { Value(subscription.Name), Value(log.Schema), Value(tenant), Value(size) } };
        if (subscription.Types is { } types)
            page.Parameters.Add(Value(log.Types.AllVersions(types)));
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"select set_config('eq.tenant', $1, true), set_config('idle_in_transaction_session_timeout', '{IdleLimit}', true)") { Parameters = { Value(tenant) } },
                new($"insert into {schema}.eq_progress (consumer, source, tenant_id) values ($1, $2, $3) on conflict do nothing") { Parameters = { Value(subscription.Name), Value(log.Schema), Value(tenant) } },
                page,
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var (from, head, events) = (reader.GetInt64(0), reader.GetInt64(1), new List<RecordedEvent>());
        if (reader.IsDBNull(2))
            return (from, head, events);
        do
            events.Add(RecordedRows.Read(reader, log.Types, 2));
        while (await reader.ReadAsync(cancellation));
        return (from, head, events);
    }

    static NpgsqlParameter Value(object value) => new() { Value = value };
}
