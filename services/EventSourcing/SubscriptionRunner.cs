using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// Runs one subscription for every tenant until cancelled; woken by commits in process, polling as fallback. An event that
/// cannot be applied halts this subscription for its tenant only: it is logged, kept in <c>eq_halt</c>, tried again now and
/// then, and never skipped.
/// </summary>
public sealed class SubscriptionRunner(EventLog log, ISubscription subscription, ILogger<SubscriptionRunner>? logger = null)
{
    const int BatchEvents = 500;
    const int TriesBeforeHalt = 5;
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan HaltPause = TimeSpan.FromSeconds(30);

    readonly ILogger logger = logger ?? NullLogger<SubscriptionRunner>.Instance;
    readonly ConcurrentDictionary<string, long> reached = new(StringComparer.Ordinal);
    readonly CommitSignal applied = new(log.Clock);
    readonly Dictionary<string, Trouble> troubles = new(StringComparer.Ordinal);
    readonly string schema = EventLogSchema.Quoted(log.Schema);
    long turns;

    /// <summary>A tenant whose events could not be applied: one at a time until it is through, not before an instant.</summary>
    sealed record Trouble(int Tries, DateTimeOffset NotBefore, long Upto);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var pending = new HashSet<string>(StringComparer.Ordinal);
        long? looked = null;
        var outage = TimeSpan.Zero;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (outage > TimeSpan.Zero)
                    await log.WaitForCommitAsync(long.MaxValue, outage, cancellation);
                var head = await log.HeadAsync(cancellation);
                if (looked != head)
                    pending.UnionWith(looked is { } from ? await log.TenantsAsync(from, head, cancellation) : await log.TenantsAsync(cancellation));
                looked = head;
                await RunTurnsAsync(pending, cancellation);
                outage = TimeSpan.Zero;
                await log.WaitForCommitAsync(head, NextLook(pending), cancellation);
            }
            catch (Exception e) when (IsOutage(e) && !cancellation.IsCancellationRequested)
            {
                outage = Longer(outage);
                logger.LogWarning(e, "{Subscription} waits {Pause} for the database", subscription.Name, outage);
            }
            catch (Exception) when (cancellation.IsCancellationRequested) // what was under way rolls back
            {
                return;
            }
        }
    }

    /// <summary>One batch per tenant and turn, so that a tenant with a long backlog does not hold up the others.</summary>
    async Task RunTurnsAsync(HashSet<string> pending, CancellationToken cancellation)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var tenant in pending.Order(StringComparer.Ordinal).ToArray())
            {
                if (troubles.TryGetValue(tenant, out var trouble) && trouble.NotBefore > log.Clock.GetUtcNow())
                    continue;
                var more = await TryBatchAsync(tenant, trouble, cancellation);
                moved |= more;
                if (!more && !troubles.ContainsKey(tenant))
                    pending.Remove(tenant);
            }
        }
    }

    /// <summary>True if there is more for the tenant now.</summary>
    async Task<bool> TryBatchAsync(string tenant, Trouble? trouble, CancellationToken cancellation)
    {
        var at = 0L;
        try
        {
            var (more, to) = await BatchAsync(tenant, trouble is null ? BatchEvents : 1, position => at = position, cancellation);
            if (trouble is not null && (!more || to >= trouble.Upto))
                troubles.Remove(tenant);
            else if (trouble is not null)
                troubles[tenant] = trouble with { Tries = 0, NotBefore = default };
            return more;
        }
        catch (Exception e) when (!IsOutage(e) && !cancellation.IsCancellationRequested) // whatever a subscription throws, its tenant halts and no other
        {
            if (trouble is null) // find the event: the same ones again, one at a time
            {
                troubles[tenant] = new(0, default, at);
                return true;
            }
            await HaltAsync(tenant, trouble, at, e, cancellation);
            return false;
        }
    }

    async Task<(bool More, long To)> BatchAsync(string tenant, int size, Action<long> trying, CancellationToken cancellation)
    {
        await using var connection = await log.Database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var from = await Progress.ReadAsync(connection, log.Schema, subscription.Name, log.Schema, tenant, forUpdate: true, cancellation);
        // Commit order is position order, so everything up to a head that is visible is visible
        await using var headCommand = new NpgsqlCommand($"select last_seq from {schema}.eq_head", connection, transaction);
        var head = await headCommand.ExecuteScalarAsync(cancellation) as long? ?? 0;
        var events = await log.ReadPageAsync(connection, tenant, from, head, subscription.Types, size, cancellation);
        var more = events.Count == size;
        var to = more ? events[^1].Position : Math.Max(from, head);
        if (events.Count > 0)
        {
            trying(events[^1].Position);
            await subscription.ApplyAsync(tenant, events, connection, cancellation);
        }
        if (to > from)
        {
            await Progress.WriteAsync(connection, log.Schema, subscription.Name, log.Schema, tenant, to, cancellation);
            await UnhaltAsync(connection, tenant, to, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        reached[tenant] = to;
        applied.Publish(++turns);
        return (more, to);
    }

    async Task HaltAsync(string tenant, Trouble trouble, long position, Exception e, CancellationToken cancellation)
    {
        var tries = trouble.Tries + 1;
        var halted = tries >= TriesBeforeHalt;
        troubles[tenant] = trouble with { Tries = tries, NotBefore = log.Clock.GetUtcNow() + (halted ? HaltPause : FirstPause * Math.Pow(2, tries)) };
        if (tries != TriesBeforeHalt)
            return;
        logger.LogError(e, "{Subscription} halts for tenant {Tenant} at position {Position}: the event cannot be applied and is never skipped", subscription.Name, tenant, position);
        await using var command = log.Database.CreateCommand($"""
            insert into {schema}.eq_halt (consumer, tenant_id, seq, error, since) values ($1, $2, $3, $4, now())
            on conflict (consumer, tenant_id) do update set seq = excluded.seq, error = excluded.error
            """);
        command.Parameters.Add(new() { Value = subscription.Name });
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = position });
        command.Parameters.Add(new() { Value = $"{e.GetType().Name}" }); // never the message: it may quote a student's data
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The event was applied after all: by a mended version, perhaps in another process than the one that halted.</summary>
    async Task UnhaltAsync(NpgsqlConnection connection, string tenant, long to, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"delete from {schema}.eq_halt where consumer = $1 and tenant_id = $2 and seq <= $3", connection);
        command.Parameters.Add(new() { Value = subscription.Name });
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = to });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Completes when the subscription's effects up to <paramref name="position"/> are committed for the tenant.</summary>
    public async Task WaitForAsync(string tenant, long position, CancellationToken cancellation)
    {
        while (true)
        {
            var seen = Interlocked.Read(ref turns);
            if (reached.GetValueOrDefault(tenant) >= position || await HasReachedAsync(tenant, position, cancellation))
                return;
            await applied.WaitAsync(seen, TimeSpan.FromMilliseconds(250), cancellation);
        }
    }

    /// <summary>Asks the database: another replica may be the one that applies, and the position may be another tenant's.</summary>
    async Task<bool> HasReachedAsync(string tenant, long position, CancellationToken cancellation)
    {
        await using var command = log.Database.CreateCommand($"""
            select not exists (
              select from {schema}.mt_events where tenant_id = $2 and seq_id <= $3 and seq_id > coalesce(
                (select seq from {schema}.eq_progress where consumer = $1 and source = $4 and tenant_id = $2), 0))
              and $3 <= (select last_seq from {schema}.eq_head)
            """);
        command.Parameters.Add(new() { Value = subscription.Name });
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = position });
        command.Parameters.Add(new() { Value = log.Schema });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    TimeSpan NextLook(HashSet<string> pending)
    {
        var next = Poll;
        foreach (var tenant in pending)
            if (troubles.TryGetValue(tenant, out var trouble) && trouble.NotBefore - log.Clock.GetUtcNow() is var left && left < next)
                next = left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        return next;
    }

    /// <summary>The database's trouble, not the event's.</summary>
    static bool IsOutage(Exception e) => e switch
    {
        PostgresException p => p.SqlState is ['0', '8', ..] or ['5', '3' or '7' or '8', ..] or ['4', '0', ..] or "55P03",
        NpgsqlException => true,
        DbException or TimeoutException or IOException => true,
        _ => false,
    };

    static TimeSpan Longer(TimeSpan pause) =>
        pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.FromSeconds(5).Ticks));
}
