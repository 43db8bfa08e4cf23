using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing.Faults;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Batches that a lane was handed and has not settled yet; whoever handed one over waits until it is settled, and acknowledges it then.</summary>
internal sealed class WaitingBatches
{
    const int EventsPerCommit = 2_000;

    readonly Lock sync = new();
    readonly List<Offer> offers = [];

    sealed record Offer(EventBatch Batch)
    {
        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public bool Any
    {
        get
        {
            lock (sync)
                return offers.Count > 0;
        }
    }

    public Task Add(EventBatch batch)
    {
        var offer = new Offer(batch);
        lock (sync)
            offers.Add(offer);
        return offer.Settled.Task;
    }

    /// <summary>The batches that continue from a position, as one run; null if there is none.</summary>
    public Run? Next(long position)
    {
        lock (sync)
        {
            var (to, events) = (position, new List<PublishedEvent>());
            foreach (var batch in offers.Select(offer => offer.Batch).OrderBy(batch => batch.PreviousSeq))
            {
                if (batch.PreviousSeq > to || (events.Count > 0 && events.Count + batch.Events.Count > EventsPerCommit))
                    break;
                events.AddRange(batch.Events.Where(e => e.Seq > to || Mutation.Is("duplicate-not-dropped")));
                to = Math.Max(to, batch.ToSeq);
            }
            return to > position || events.Count > 0 ? new(position, to, events) : null;
        }
    }

    /// <summary>Batches up to a position need no more work.</summary>
    public void SettleUpTo(long position) => Settle(batch => batch.ToSeq <= position);

    /// <summary>None of them needs to be kept here: the log has them all.</summary>
    public void SettleAll() => Settle(_ => true);

    void Settle(Func<EventBatch, bool> done)
    {
        Offer[] settled;
        lock (sync)
        {
            settled = [.. offers.Where(offer => done(offer.Batch))];
            offers.RemoveAll(offer => done(offer.Batch));
        }
        foreach (var offer in settled)
            offer.Settled.TrySetResult();
    }
}
