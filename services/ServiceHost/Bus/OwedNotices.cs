using EquityPlatform.Contracts.Bus;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>
/// What those who listen to notices only have not been told yet of a tenant: a notice goes out at once with everything before it, a range without any a few times a second,
/// as one batch. What a relay owed when it ended is found by their next comparison with the source's head.
/// </summary>
internal sealed class OwedNotices(string source, string tenant)
{
    const int MostPositions = 20_000;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    long told, reached;
    TimeSpan next;

    /// <summary>Begins anew at a position.</summary>
    public void Restart(long position) => told = reached = position;

    /// <summary>What to send beside a batch that continues from what was reached; null if that can wait.</summary>
    public EventBatch? Beside(EventBatch batch, TimeSpan now)
    {
        var notices = Notices.Of(batch) with { PreviousSeq = told };
        return notices.Events.Count > 0 || now >= next || notices.ToSeq - told >= MostPositions ? notices : null;
    }

    /// <summary>The batch was confirmed, and the notices if there were any.</summary>
    public void Sent(long to, EventBatch? notices, TimeSpan now)
    {
        reached = to;
        if (notices is not null)
            (told, next) = (notices.ToSeq, now + Pause);
    }

    /// <summary>The range that is owed.</summary>
    public EventBatch Rest => new(source, tenant, told, reached, []);

    /// <summary>When the rest is due; null if nothing is owed.</summary>
    public TimeSpan? Due => told < reached ? next : null;
}
