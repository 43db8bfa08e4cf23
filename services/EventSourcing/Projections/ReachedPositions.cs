using System.Collections.Concurrent;

namespace EquityPlatform.EventSourcing;

/// <summary>How far a subscription is, for callers that must read their own write. What this process applied is known at once; what another replica applied is asked of the database.</summary>
internal sealed class ReachedPositions(EventLog log, string consumer)
{
    /// <summary>Between two looks at the database while somebody waits.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    readonly ConcurrentDictionary<string, long> reached = new(StringComparer.Ordinal);
    readonly CommitSignal applied = new(log.Clock);
    readonly string schema = EventLogSchema.Quoted(log.Schema);
    long turns;

    public void Publish(string tenant, long position)
    {
        reached[tenant] = position;
        applied.Publish(Interlocked.Increment(ref turns));
    }

    public async Task WaitForAsync(string tenant, long position, CancellationToken cancellation)
    {
        var looked = 0L;
        while (reached.GetValueOrDefault(tenant) < position)
        {
            var seen = Interlocked.Read(ref turns);
            // Other tenants' turns wake too: the database is asked no oftener than that
            if (looked == 0 || log.Clock.GetElapsedTime(looked) >= Look)
            {
                if (await HasReachedAsync(tenant, position, cancellation))
                    return;
                looked = log.Clock.GetTimestamp();
            }
            if (reached.GetValueOrDefault(tenant) < position)
                await applied.WaitAsync(seen, Look, cancellation);
        }
    }

    /// <summary>The position may be another tenant's: then there is nothing to wait for.</summary>
    async Task<bool> HasReachedAsync(string tenant, long position, CancellationToken cancellation) =>
        await TenantTransaction.ScalarAsync(log.Database, tenant, new($"""
            select not exists (
              select from {schema}.mt_events where tenant_id = $2 and seq_id <= $3 and seq_id > coalesce(
                (select seq from {schema}.eq_progress where consumer = $1 and source = $4 and tenant_id = $2), 0))
              and $3 <= (select last_seq from {schema}.eq_head)
            """)
        {
            Parameters = { new() { Value = consumer }, new() { Value = tenant }, new() { Value = position }, new() { Value = log.Schema } },
        }, cancellation) is true;
}
