using System.Collections.Concurrent;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Hands one batch to the broker; completes when the broker has confirmed it.</summary>
internal delegate Task PublishBatch(EventBatch batch, int partition, CancellationToken cancellation);

/// <summary>The same for a batch of notices.</summary>
internal delegate Task PublishNotices(EventBatch notices, int partition, CancellationToken cancellation);

/// <summary>
/// Follows this service's own log and publishes it in batches, per tenant in order, tenants in turn. The log is the outbox:
/// a batch counts as sent only when the broker confirmed it, and only the relay that claimed the tenant last may say so.
/// </summary>
internal sealed class Relay(EventLog log, ServiceDefinition definition, RelayCursor cursor, BatchReader batches, PartitionLeases leases,
    BusSettings settings, SchemaGate gate, PublishBatch publish, PublishNotices publishNotices, BusMetrics metrics, TimeProvider clock, ILogger<Relay> logger) : BackgroundService
{
    const int TenantsAtOnce = 8;
    static readonly TimeSpan PollAmongReplicas = TimeSpan.FromMilliseconds(40);
    static readonly TimeSpan PollAlone = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(1);

    /// <summary>A batch of so many positions is part of a bulk append. What follows it gathers for a moment: a small batch costs the broker and every consumer nearly as much as a large one.</summary>
    const int BulkFrom = 100;
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(80);

    readonly ConcurrentDictionary<string, Sending> tenants = new(StringComparer.Ordinal);

    /// <summary>What this relay knows of a tenant: its claim under a lease, and when to try again after trouble.</summary>
    sealed class Sending(OwedNotices notices)
    {
        public OwedNotices Notices { get; } = notices;
        public PartitionLease? Lease;
        public RelayCursor.Claim? Claim;
        public TimeSpan Pause;
        public TimeSpan NotBefore; // since the machine started: a wall clock that is set back must not make anybody wait an hour
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Broker is null)
        {
            logger.LogWarning("{Service} publishes nothing: ConnectionStrings:RabbitMq is not set", definition.Name);
            return;
        }
        await gate.OpenedAsync(stoppingToken);
        var pending = new HashSet<string>(StringComparer.Ordinal);
        var (looked, changed) = (-1L, Task.CompletedTask);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (changed.IsCompleted)
                {
                    // Other partitions than before: look at every tenant again
                    (looked, changed) = (-1L, leases.ChangedAsync(stoppingToken));
                }
                var head = await log.HeadAsync(stoppingToken);
                if (head != looked)
                    pending.UnionWith(looked < 0 ? await log.TenantsAsync(stoppingToken) : await log.TenantsAsync(looked, head, stoppingToken));
                looked = head;
                await SendTurnsAsync(pending, stoppingToken);
                var owed = await SendOwedAsync(stoppingToken);
                var wait = pending.Count > 0 ? NextTry(pending) : leases.Replicas > 1 ? PollAmongReplicas : PollAlone;
                wait = owed < wait ? owed : wait;
                await Task.WhenAny(log.WaitForCommitAsync(head, wait, stoppingToken), changed);
            }
            catch (Exception e) when (Outage.Is(e) && !stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("The relay of {Service} waits for its database: {Reason}", definition.Name, e.Message);
                looked = -1;
                await Task.Delay(PollAlone, clock, stoppingToken);
            }
        }
    }

    /// <summary>One batch per tenant and turn, until nobody has more.</summary>
    async Task SendTurnsAsync(HashSet<string> pending, CancellationToken cancellation)
    {
        for (var moved = true; moved && !cancellation.IsCancellationRequested;)
        {
            var now = clock.GetElapsedTime(0);
            var turn = pending.Where(tenant => tenants.GetOrAdd(tenant, _ => new(new(definition.Name, tenant))).NotBefore <= now).Order(StringComparer.Ordinal).ToArray();
            var more = new ConcurrentBag<string>();
            var done = new ConcurrentBag<string>();
            await Parallel.ForEachAsync(turn, new ParallelOptions { MaxDegreeOfParallelism = TenantsAtOnce, CancellationToken = cancellation }, async (tenant, token) =>
            {
                var sent = await TrySendAsync(tenant, tenants[tenant], token);
                if (sent is true)
                    more.Add(tenant);
                else if (sent is false)
                    done.Add(tenant);
            });
            pending.ExceptWith(done);
            moved = !more.IsEmpty;
        }
    }

    /// <summary>Sends what is owed to those who listen to notices only. Returns when to come again.</summary>
    async Task<TimeSpan> SendOwedAsync(CancellationToken cancellation)
    {
        var (now, wait) = (clock.GetElapsedTime(0), PollAlone);
        foreach (var (tenant, sending) in tenants)
            if (sending is { Claim: not null, Notices.Due: { } due })
            {
                if (due > now)
                    wait = due - now < wait ? due - now : wait;
                else if (!await TrySendRestAsync(tenant, sending, now, cancellation))
                    sending.Claim = null;
            }
        return wait < Soonest ? Soonest : wait;
    }

    /// <summary>False if the broker did not confirm; then it is not tried again, since they compare their positions with the log's head anyway.</summary>
    async Task<bool> TrySendRestAsync(string tenant, Sending sending, TimeSpan now, CancellationToken cancellation)
    {
        try
        {
            var rest = sending.Notices.Rest;
            await publishNotices(rest, settings.PartitionOf(tenant), cancellation);
            sending.Notices.Sent(rest.ToSeq, rest, now);
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested) // whatever a broker throws that is down
        {
            logger.LogWarning("The relay of {Service} could not say how far {Tenant} is: {Reason}", definition.Name, tenant, e.Message);
            return false;
        }
    }

    /// <summary>True: there may be more. False: nothing left, or not ours. Null: later again, after trouble or because more gathers.</summary>
    async Task<bool?> TrySendAsync(string tenant, Sending sending, CancellationToken cancellation)
    {
        var partition = settings.PartitionOf(tenant);
        var lease = leases.Of(PartitionLeases.Relay, partition);
        if (lease is null || lease != sending.Lease)
            (sending.Lease, sending.Claim) = (lease, null);
        if (lease is null)
            return false;
        try
        {
            if (sending.Claim is null && await cursor.ClaimAsync(tenant, leases.Holder, lease, cancellation) is { } made)
            {
                sending.Claim = made;
                sending.Notices.Restart(made.Position);
            }
            if (sending.Claim is not { } claim)
                return false;
            var (batch, isFull, more) = await batches.NextAsync(tenant, claim.Position, cancellation);
            if (batch is not null)
            {
                FaultPoint.Reached("relay.read", tenant);
                if (Mutation.Is("cursor-before-confirm"))
                    await cursor.MoveAsync(tenant, claim, batch.ToSeq, cancellation);
                var notices = sending.Notices.Beside(batch, clock.GetElapsedTime(0));
                var confirmed = notices is null ? publish(batch, partition, cancellation)
                    : Task.WhenAll(publish(batch, partition, cancellation), publishNotices(notices, partition, cancellation));
                FaultPoint.Reached("relay.publishing", tenant);
                await confirmed;
                FaultPoint.Reached("relay.confirmed", tenant);
                if (!Mutation.Is("cursor-before-confirm") && !await cursor.MoveAsync(tenant, claim, batch.ToSeq, cancellation))
                {
                    logger.LogWarning("The relay of {Service} lost {Tenant} to another replica", definition.Name, tenant);
                    sending.Claim = null;
                    return true;
                }
                FaultPoint.Reached("relay.moved", tenant);
                sending.Claim = claim with { Position = batch.ToSeq };
                sending.Notices.Sent(batch.ToSeq, notices, clock.GetElapsedTime(0));
                metrics.Sent(batch);
            }
            sending.Pause = TimeSpan.Zero;
            if (isFull || batch is null || batch.ToSeq - batch.PreviousSeq < BulkFrom)
                return more;
            sending.NotBefore = clock.GetElapsedTime(0) + Gather;
            return null;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested) // broker or database down, or an event that cannot be published: this tenant waits, no other
        {
            // Whether the cursor moved is unknown now, so read it again
            sending.Claim = null;
            sending.Pause = sending.Pause == TimeSpan.Zero ? settings.RetryPause : TimeSpan.FromTicks(Math.Min(sending.Pause.Ticks * 2, LongestPause.Ticks));
            sending.NotBefore = clock.GetElapsedTime(0) + sending.Pause;
            if (sending.Pause < LongestPause)
                logger.LogWarning(e, "The relay of {Service} tries {Tenant} again in {Pause}", definition.Name, tenant, sending.Pause);
            else
                logger.LogError(e, "The relay of {Service} does not get on with {Tenant}", definition.Name, tenant);
            return null;
        }
    }

    TimeSpan NextTry(HashSet<string> pending)
    {
        var wait = pending.Min(tenant => tenants.TryGetValue(tenant, out var sending) ? sending.NotBefore : default) - clock.GetElapsedTime(0);
        return wait < Soonest ? Soonest : wait > PollAlone ? PollAlone : wait;
    }
}
