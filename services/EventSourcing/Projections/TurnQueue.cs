namespace EquityPlatform.EventSourcing;

/// <summary>
/// Whose turn is next. A tenant has one turn at a time, so its order holds. Tenants that are nearly caught up come before those with
/// a backlog, in the order in which they came; a backlog never has every lane, and never waits for ever.
/// </summary>
internal sealed class TurnQueue(int lanes, TimeProvider clock)
{
    /// <summary>Turns in a row that tenants with a backlog may be passed over.</summary>
    public const int NearInARow = 8;

    enum Standing
    {
        Waiting,
        Running,
        WokenWhileRunning,
        Resting,
    }

    readonly Lock gate = new();
    readonly Queue<string> near = new();
    readonly Queue<string> far = new();
    readonly PriorityQueue<string, TimeSpan> resting = new();
    readonly Dictionary<string, Standing> standings = new(StringComparer.Ordinal);
    readonly HashSet<string> farRunning = new(StringComparer.Ordinal);
    readonly CommitSignal changed = new(clock);
    long changes;
    int nearTaken;

    /// <summary>There is something for these tenants. One that rests after trouble rests on.</summary>
    public void Wake(IEnumerable<string> tenants)
    {
        lock (gate)
            foreach (var tenant in tenants)
                if (!standings.TryGetValue(tenant, out var standing))
                    Enqueue(near, tenant);
                else if (standing is Standing.Running)
                    standings[tenant] = Standing.WokenWhileRunning;
        Changed();
    }

    /// <summary>The next tenant, as soon as there is one; it stays this caller's until <see cref="Done"/>.</summary>
    public async Task<string> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            long seen;
            TimeSpan patience;
            lock (gate)
            {
                seen = changes;
                if (TryNext() is { } tenant)
                    return tenant;
                patience = resting.TryPeek(out _, out var until) ? until - clock.GetElapsedTime(0) : Timeout.InfiniteTimeSpan;
            }
            if (patience > TimeSpan.Zero || patience == Timeout.InfiniteTimeSpan)
                await changed.WaitAsync(seen, patience, cancellation);
        }
    }

    /// <summary>The next tenant, null if there is none now.</summary>
    public string? TryNext()
    {
        lock (gate)
        {
            EndRests(clock.GetElapsedTime(0));
            return Take();
        }
    }

    /// <summary>The turn is over.</summary>
    public void Done(string tenant, Turn turn)
    {
        lock (gate)
        {
            farRunning.Remove(tenant);
            var woken = standings[tenant] is Standing.WokenWhileRunning;
            if (turn.Rest > TimeSpan.Zero)
            {
                standings[tenant] = Standing.Resting;
                resting.Enqueue(tenant, clock.GetElapsedTime(0) + turn.Rest);
            }
            else if (turn.More)
                Enqueue(far, tenant);
            else if (woken)
                Enqueue(near, tenant);
            else
                standings.Remove(tenant);
        }
        Changed();
    }

    /// <summary>Ends the rest of a tenant.</summary>
    public void Hurry(string tenant)
    {
        lock (gate)
            if (standings.GetValueOrDefault(tenant, Standing.Waiting) is Standing.Resting)
                Enqueue(near, tenant); // its place among the resting is found stale later
        Changed();
    }

    string? Take()
    {
        var backlog = far.Count > 0 && (lanes == 1 || farRunning.Count < lanes - 1);
        if (near.Count > 0 && !(backlog && nearTaken >= NearInARow))
        {
            nearTaken++;
            return Run(near.Dequeue());
        }
        if (!backlog)
            return null;
        nearTaken = 0;
        farRunning.Add(far.Peek());
        return Run(far.Dequeue());
    }

    string Run(string tenant)
    {
        standings[tenant] = Standing.Running;
        return tenant;
    }

    void EndRests(TimeSpan now)
    {
        while (resting.TryPeek(out var tenant, out var until) && (until <= now || standings.GetValueOrDefault(tenant) is not Standing.Resting))
        {
            resting.Dequeue();
            if (standings.GetValueOrDefault(tenant) is Standing.Resting)
                Enqueue(near, tenant);
        }
    }

    void Enqueue(Queue<string> queue, string tenant)
    {
        standings[tenant] = Standing.Waiting;
        queue.Enqueue(tenant);
    }

    void Changed()
    {
        long now;
        lock (gate)
            now = ++changes;
        changed.Publish(now);
    }
}

/// <summary>How a turn ended: with more to do at once, with nothing left, or with a rest before the next.</summary>
internal readonly record struct Turn(bool More, TimeSpan Rest)
{
    public static readonly Turn CaughtUp = new(false, TimeSpan.Zero);
    public static readonly Turn Backlog = new(true, TimeSpan.Zero);
    public static Turn After(TimeSpan rest) => new(true, rest);
}
