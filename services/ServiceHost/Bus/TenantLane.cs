using EquityPlatform.Contracts.Bus;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>
/// One consumer's work for one tenant, one step at a time and in order. Batches may come twice, late, early or not at all:
/// known ones are dropped, early ones wait a moment for the one before, and what does not come is pulled from the source.
/// </summary>
internal sealed class TenantLane(IBusConsumer consumer, string tenant, ConsumerTools tools, ILogger logger) : IDisposable
{
    const int EventsPerCommit = 2_000;
    const int TriesBeforeHalt = 5;
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly BusSettings settings = tools.Settings;
    readonly TimeProvider clock = tools.Clock;
    readonly Lock sync = new();
    readonly List<Offer> waiting = [];
    readonly SemaphoreSlim work = new(0);
    long position = -1;
    bool mustPull;
    DateTimeOffset haltedUntil;
    DateTimeOffset? gapSince;

    sealed record Offer(EventBatch Batch)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>When this lane last had something to do.</summary>
    public DateTimeOffset LastActive { get; private set; } = DateTimeOffset.MinValue;

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
        var offer = new Offer(batch);
        lock (sync)
            waiting.Add(offer);
        LastActive = clock.GetUtcNow();
        work.Release();
        return offer.Done.Task.WaitAsync(cancellation);
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
            if (haltedUntil > clock.GetUtcNow())
            {
                // The log keeps what the queue need not: after the halt the lane pulls
                Settle(_ => true);
                return;
            }
            if (haltedUntil != default)
            {
                haltedUntil = default;
                Pull(true);
            }
            Settle(batch => batch.ToSeq <= position);
            if (Next() is { } run)
                await ApplyAsync(run, cancellation);
            else if (PullIsDue())
                await HealAsync(cancellation);
            else
                return;
        }
    }

    /// <summary>The batches that continue from the position, as one run; null if there is none.</summary>
    Run? Next()
    {
        lock (sync)
        {
            var (to, events) = (position, new List<PublishedEvent>());
            foreach (var batch in waiting.Select(offer => offer.Batch).OrderBy(batch => batch.PreviousSeq))
            {
                if (batch.PreviousSeq > to || events.Count + batch.Events.Count > Math.Max(EventsPerCommit, batch.Events.Count))
                    break;
                events.AddRange(batch.Events.Where(e => e.Seq > to));
                to = Math.Max(to, batch.ToSeq);
            }
            if (to > position)
            {
                gapSince = null;
                return new(position, to, events);
            }
            gapSince = waiting.Count > 0 ? gapSince ?? clock.GetUtcNow() : null;
            return null;
        }
    }

    bool PullIsDue()
    {
        lock (sync)
            return mustPull || (gapSince is { } since && clock.GetUtcNow() - since >= settings.Reorder);
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
            Settle(batch => batch.ToSeq <= position);
        }
        while (run.More);
        Pull(false);
    }

    /// <summary>False if the consumer came to stand still.</summary>
    async Task<bool> ApplyAsync(Run run, CancellationToken cancellation)
    {
        LastActive = clock.GetUtcNow();
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
        Settle(batch => batch.ToSeq <= position);
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
                    Reached(await tools.Effects.CommitAsync(consumer, tenant, new(before, one.Seq, [one]), cancellation));
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
                    haltedUntil = clock.GetUtcNow() + settings.HaltPause;
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

    void Settle(Predicate<EventBatch> done)
    {
        Offer[] settled;
        lock (sync)
        {
            settled = [.. waiting.Where(offer => done(offer.Batch))];
            waiting.RemoveAll(offer => done(offer.Batch));
        }
        foreach (var offer in settled)
            offer.Done.TrySetResult();
    }

    TimeSpan NextLook(TimeSpan trouble)
    {
        if (trouble > TimeSpan.Zero)
            return trouble;
        if (haltedUntil != default && haltedUntil - clock.GetUtcNow() is var halt)
            return halt > TimeSpan.Zero ? halt : TimeSpan.Zero;
        lock (sync)
            return gapSince is null ? Timeout.InfiniteTimeSpan : settings.Reorder;
    }
}
