using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// Runs one subscription for every tenant until cancelled; woken by commits in process, polling as fallback. A few lanes work at the
/// same time, each on a short batch of another tenant (<see cref="TurnQueue"/>), so one tenant's backlog does not hold up the others.
/// An event that cannot be applied halts this subscription for its tenant only: it is logged, kept in <c>eq_halt</c>, tried again now and
/// then or when asked, and never skipped but by an operator's recorded decision (<see cref="ConsumerOverridden"/>).
/// </summary>
public sealed class SubscriptionRunner(EventLog log, ISubscription subscription, ILogger<SubscriptionRunner>? logger = null)
{
    const int Lanes = 3;
    const int LeastEvents = 25;
    const int MostEvents = 500;
    const int TriesBeforeHalt = 5;
    static readonly TimeSpan BatchTarget = TimeSpan.FromMilliseconds(40);
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LongestBusyPause = TimeSpan.FromMilliseconds(160);

    /// <summary>So long after another tenant's small work a backlog leaves half of the time to others.</summary>
    static readonly TimeSpan Considerate = TimeSpan.FromMilliseconds(200);

    static readonly TimeSpan HaltPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan AskedPoll = TimeSpan.FromSeconds(1);

    readonly ILogger logger = logger ?? NullLogger<SubscriptionRunner>.Instance;
    readonly HaltTable halts = new(log.Database, log.Schema);
    readonly SubscriptionBatch batches = new(log, subscription, new HaltTable(log.Database, log.Schema));
    readonly TurnQueue turns = new(Lanes, log.Clock);
    readonly ReachedPositions reached = new(log, subscription.Name);
    readonly ConcurrentDictionary<string, Trouble> troubles = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, TimeSpan> busy = new(StringComparer.Ordinal);
    volatile int batchEvents = MostEvents;
    long smallWork = -Considerate.Ticks;

    /// <summary>A tenant that does not get on. Events that could not be applied are tried one at a time up to <paramref name="Upto"/>.</summary>
    sealed record Trouble(int Tries, long Upto, TimeSpan Pause, TimeSpan? HaltedUntil = null, DateTimeOffset? AskedBefore = null);

    /// <summary>The subscription that is run.</summary>
    public ISubscription Subscription => subscription;

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll([FindWorkAsync(cancellation), .. Enumerable.Range(0, Lanes).Select(_ => LaneAsync(cancellation))]);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) // what was under way rolls back
        {
        }
    }

    /// <summary>Completes when the subscription's effects up to <paramref name="position"/> are committed for the tenant, by whichever replica.</summary>
    public Task WaitForAsync(string tenant, long position, CancellationToken cancellation) => reached.WaitForAsync(tenant, position, cancellation);

    /// <summary>Another try now for a tenant that stands still.</summary>
    public void Retry(string tenant)
    {
        if (troubles.TryGetValue(tenant, out var trouble))
            troubles.TryUpdate(tenant, trouble with { HaltedUntil = null }, trouble);
        turns.Hurry(tenant);
    }

    async Task FindWorkAsync(CancellationToken cancellation)
    {
        long? looked = null;
        var outage = TimeSpan.Zero;
        while (true)
        {
            try
            {
                if (outage > TimeSpan.Zero)
                    await Task.Delay(outage, log.Clock, cancellation);
                var head = await log.HeadAsync(cancellation);
                if (looked is null)
                    turns.Wake(Rotated(await log.TenantsAsync(cancellation)));
                else if (looked < head)
                    turns.Wake(await log.TenantsAsync(looked.Value, head, cancellation));
                (looked, outage) = (head, TimeSpan.Zero);
                await log.WaitForCommitAsync(head, Poll, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested) // a runner that ended would stand still without a word
            {
                outage = Longer(outage);
                logger.Log(IsOutage(e) ? LogLevel.Warning : LogLevel.Error, e, "{Subscription} waits {Pause} for the database", subscription.Name, outage);
            }
        }
    }

    /// <summary>Two replicas that start together begin with different tenants.</summary>
    static IEnumerable<string> Rotated(IReadOnlyList<string> tenants)
    {
        var first = tenants.Count == 0 ? 0 : Environment.TickCount64 % tenants.Count;
        return tenants.Skip((int)first).Concat(tenants.Take((int)first));
    }

    async Task LaneAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var tenant = await turns.NextAsync(cancellation);
            turns.Done(tenant, await TurnAsync(tenant, cancellation));
        }
    }

    async Task<Turn> TurnAsync(string tenant, CancellationToken cancellation)
    {
        var trouble = troubles.GetValueOrDefault(tenant);
        RecordedEvent? at = null;
        try
        {
            if (trouble?.HaltedUntil is { } until && until > log.Clock.GetElapsedTime(0) && !await halts.IsAskedAsync(subscription.Name, tenant, trouble.AskedBefore, cancellation))
                return Turn.After(Shorter(until - log.Clock.GetElapsedTime(0), AskedPoll));
            var singly = trouble is { Upto: > 0 };
            var size = singly ? 1 : batchEvents;
            var started = log.Clock.GetTimestamp();
            if (await batches.RunAsync(tenant, size, mayPass: singly, e => at = e, cancellation) is not { } done)
                return Turn.After(busy.AddOrUpdate(tenant, BusyPause, (_, pause) => Shorter(pause * 2, LongestBusyPause)));
            busy.TryRemove(tenant, out _);
            var took = log.Clock.GetElapsedTime(started);
            if (done.Events == size)
                Adapt(size, took);
            reached.Publish(tenant, done.To);
            if (trouble is null)
                return done.More ? AfterBacklog(took) : CaughtUp();
            if (!singly || !done.More || done.To >= trouble.Upto)
            {
                if (troubles.TryRemove(tenant, out var over) && over.Tries >= TriesBeforeHalt)
                    logger.LogWarning("{Subscription} goes on for tenant {Tenant}", subscription.Name, tenant);
            }
            else
                troubles[tenant] = trouble with { Tries = 0, Pause = default, HaltedUntil = null };
            return done.More ? Turn.Backlog : Turn.CaughtUp;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested) // whatever a subscription throws, its tenant halts and no other
        {
            return Turn.After(await TroubleAsync(tenant, trouble, at, e, cancellation));
        }
    }

    Turn CaughtUp()
    {
        Interlocked.Exchange(ref smallWork, log.Clock.GetElapsedTime(0).Ticks);
        return Turn.CaughtUp;
    }

    /// <summary>Lanes are not all that tenants share: while others have small work, a backlog also leaves processor and database to them for as long as it had them.</summary>
    Turn AfterBacklog(TimeSpan took) =>
        log.Clock.GetElapsedTime(0).Ticks - Interlocked.Read(ref smallWork) < Considerate.Ticks ? Turn.After(took) : Turn.Backlog;

    /// <summary>How long the tenant rests.</summary>
    async Task<TimeSpan> TroubleAsync(string tenant, Trouble? trouble, RecordedEvent? at, Exception e, CancellationToken cancellation)
    {
        if (IsOutage(e) || at is null)
        {
            var pause = Longer(trouble?.Pause ?? TimeSpan.Zero);
            troubles[tenant] = (trouble ?? new(0, 0, pause)) with { Pause = pause };
            logger.Log(IsOutage(e) ? LogLevel.Warning : LogLevel.Error, e, "{Subscription} tries tenant {Tenant} again in {Pause}", subscription.Name, tenant, pause);
            return pause;
        }
        if (trouble is null or { Upto: 0 }) // find the event: the same ones again, one at a time
        {
            troubles[tenant] = new(0, at.Position, default);
            return TimeSpan.FromMilliseconds(1);
        }
        var tries = trouble.Tries + 1;
        if (tries < TriesBeforeHalt)
        {
            troubles[tenant] = trouble with { Tries = tries, Pause = default };
            return FirstPause * Math.Pow(2, tries);
        }
        await HaltAsync(tenant, trouble with { Tries = tries }, at, e, cancellation);
        return AskedPoll;
    }

    async Task HaltAsync(string tenant, Trouble trouble, RecordedEvent at, Exception e, CancellationToken cancellation)
    {
        if (trouble.Tries == TriesBeforeHalt)
            logger.LogError(e, "{Subscription} halts for tenant {Tenant} at position {Position}: the event cannot be applied and is never skipped", subscription.Name, tenant, at.Position);
        try
        {
            await halts.WriteAsync(new(subscription.Name, log.Schema, tenant, at.Position, at.Id, at.Type, e.GetType().Name, log.Clock.GetUtcNow()), cancellation);
            trouble = trouble with { AskedBefore = (await halts.FindAsync(subscription.Name, tenant, cancellation))?.Asked };
        }
        catch (Exception outage) when (IsOutage(outage))
        {
            trouble = trouble with { Tries = TriesBeforeHalt - 1 }; // written down at the next try
            logger.LogWarning(outage, "The halt of {Subscription} for tenant {Tenant} could not be written down", subscription.Name, tenant);
        }
        troubles[tenant] = trouble with { HaltedUntil = log.Clock.GetElapsedTime(0) + HaltPause };
    }

    void Adapt(int events, TimeSpan took)
    {
        if (events == batchEvents && took > TimeSpan.Zero)
            batchEvents = (int)Math.Clamp(events * Math.Clamp(BatchTarget / took, 0.5, 1.5), LeastEvents, MostEvents);
    }

    /// <summary>The database's trouble, not the event's.</summary>
    internal static bool IsOutage(Exception e) => e switch
    {
        PostgresException p => p.SqlState is ['0', '8', ..] or ['5', '3' or '7' or '8', ..] or ['4', '0', ..] or "55P03" or "25P03",
        NpgsqlException => true,
        DbException or TimeoutException or IOException => true,
        _ => false,
    };

    static TimeSpan Longer(TimeSpan pause) => pause == TimeSpan.Zero ? FirstPause : Shorter(pause * 2, LongestPause);

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
