using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>
/// One consumer's work for one tenant, one step at a time and in order. Batches may come twice, late, early or not at all:
/// known ones are dropped, early ones wait a moment for the one before, and what does not come is pulled from the source.
/// </summary>
internal sealed class TenantLane(IBusConsumer consumer, string tenant, ConsumerTools tools, ILogger logger) : IDisposable
{
    const int TriesBeforeHalt = 5;
    static readonly TimeSpan AskedPoll = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly BusSettings settings = tools.Settings;
    readonly TimeProvider clock = tools.Clock;
    readonly Lock sync = new();
    readonly WaitingBatches waiting = new();
    readonly SemaphoreSlim work = new(0);
    long position = -1;
    long lastActive;
    bool mustPull;
    TimeSpan haltedUntil;
    TimeSpan? gapSince;

    /// <summary>Since the machine started: a wall clock that is set back must not make anybody wait an hour.</summary>
    TimeSpan Now => clock.GetElapsedTime(0);

    /// <summary>Nothing to do for this long.</summary>
    public bool IsIdleFor(TimeSpan span) => Now.Ticks - Interlocked.Read(ref lastActive) >= span.Ticks;

    /// <summary>Position reached, -1 before the first look.</summary>
    public long Position
    {
        get
        {
            lock (sync)
                return position;
        }
    }

    /// <summary>Hands a batch over; completes when it needs no redelivery: its effect is committed, was before, or will be pulled.</summary>
    public Task OfferAsync(EventBatch batch, CancellationToken cancellation)
    {
        var settled = waiting.Add(batch);
        Interlocked.Exchange(ref lastActive, Now.Ticks);
        work.Release();
        return settled.WaitAsync(cancellation);
    }

    /// <summary>The source's log reaches this far; pulls if the lane does not.</summary>
    public void Seen(long head)
    {
        lock (sync)
        {
            if (position >= head || mustPull)
                return;
            mustPull = true;
        }
        work.Release();
    }

    public void Dispose() => work.Dispose();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var trouble = TimeSpan.Zero;
        while (!cancellation.IsCancellationRequested)
        {
            await work.WaitAsync(NextLook(trouble), cancellation);
            while (work.Wait(0, CancellationToken.None)) { } // one look takes all that came
            try
            {
                await StepsAsync(cancellation);
                trouble = TimeSpan.Zero;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested) // a lane that ended would stand still without a word
            {
                trouble = trouble == TimeSpan.Zero ? settings.RetryPause : TimeSpan.FromTicks(Math.Min(trouble.Ticks * 2, LongestPause.Ticks));
                if (Outage.Is(e) || e is TaskCanceledException)
                    logger.LogWarning("{Consumer} waits with {Tenant} for its servers: {Reason}", consumer.Name, tenant, e.Message);
                else
                    logger.LogError(e, "{Consumer} does not get on with {Tenant}", consumer.Name, tenant);
            }
        }
    }

    /// <summary>Everything that can be done now.</summary>
    async Task StepsAsync(CancellationToken cancellation)
    {
        if (position < 0)
            position = await tools.Effects.PositionAsync(consumer, tenant, cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            if (haltedUntil > Now && !await tools.Halts.IsRetryAskedAsync(consumer, tenant, cancellation))
            {
                // The log keeps what the queue need not: after the halt the lane pulls
                waiting.SettleAll();
                return;
            }
            if (haltedUntil != default)
            {
                haltedUntil = default;
                Pull(true);
            }
            if (!Mutation.Is("duplicate-not-dropped"))
                waiting.SettleUpTo(position);
            var run = waiting.Next(position);
            gapSince = run is null && waiting.Any ? gapSince ?? Now : null;
            if (run is not null)
                await ApplyAsync(run, cancellation);
            else if (PullIsDue())
                await HealAsync(cancellation);
            else
                return;
        }
    }

    bool PullIsDue()
    {
        lock (sync)
            return mustPull || (gapSince is { } since && Now - since >= settings.Reorder);
    }

    /// <summary>Pulls from the source what the bus did not bring.</summary>
    async Task HealAsync(CancellationToken cancellation)
    {
        tools.Metrics.Pulled(consumer.Name);
        Run run;
        do
        {
            run = await tools.Feed.PullAsync(consumer.Source, tenant, position, cancellation);
            if (run.To > position && !await ApplyAsync(run, cancellation))
                return;
            waiting.SettleUpTo(position);
        }
        while (run.More);
        Pull(false);
    }

    /// <summary>False if the consumer came to stand still.</summary>
    async Task<bool> ApplyAsync(Run run, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref lastActive, Now.Ticks);
        try
        {
            Reached(await tools.Effects.CommitAsync(consumer, tenant, run, cancellation));
        }
        catch (Exception e) when (!Outage.Is(e) && !cancellation.IsCancellationRequested) // whatever a consumer throws halts this tenant and no other
        {
            logger.LogWarning(e, "{Consumer} cannot apply events of {Tenant} up to {Seq}; trying them one by one", consumer.Name, tenant, run.To);
            if (!await ApplySinglyAsync(run, cancellation))
                return false;
        }
        await tools.Halts.ResumedAsync(consumer, tenant, cancellation);
        waiting.SettleUpTo(position);
        return true;
    }

    /// <summary>Finds the event that cannot be applied, having applied all before it.</summary>
    async Task<bool> ApplySinglyAsync(Run run, CancellationToken cancellation)
    {
        foreach (var one in run.Events)
            for (var tries = 1; one.Seq > position; tries++)
                try
                {
                    var before = position;
                    Reached(await tools.Effects.CommitAsync(consumer, tenant, new(before, one.Seq, [one]), cancellation, mayPass: true));
                    if (position < before)
                        return true; // set back by a restored database: a gap, to be healed as one
                }
                catch (Exception e) when (!Outage.Is(e) && !cancellation.IsCancellationRequested)
                {
                    if (tries < TriesBeforeHalt)
                    {
                        await Task.Delay(settings.RetryPause * Math.Pow(2, tries - 1), clock, cancellation);
                        continue;
                    }
                    haltedUntil = Now + settings.HaltPause;
                    await tools.Halts.HaltAsync(consumer, tenant, one, e, settings.HaltPause, cancellation);
                    return false;
                }
        if (run.To > position)
            Reached(await tools.Effects.CommitAsync(consumer, tenant, new(position, run.To, []), cancellation));
        return true;
    }

    // Below the position known if the database was restored from a backup: then the gap is found and healed like any other
    void Reached(long reached)
    {
        lock (sync)
            position = reached;
    }

    void Pull(bool now)
    {
        lock (sync)
            mustPull = now;
    }

    TimeSpan NextLook(TimeSpan trouble)
    {
        if (trouble > TimeSpan.Zero)
            return trouble;
        if (haltedUntil != default && haltedUntil - Now is var halt)
            return halt <= TimeSpan.Zero ? TimeSpan.Zero : halt < AskedPoll ? halt : AskedPoll;
        return gapSince is null ? Timeout.InfiniteTimeSpan : settings.Reorder;
    }
}
