namespace EquityPlatform.EventSourcing;

/// <summary>
/// What this process committed last, in order and without holes, for whoever follows the log closely: what was just written need not be read back. Only a copy: nothing comes in before its
/// commit was answered, all of it goes when another process has written in between or the connection was lost, and <see cref="EventLog.JustAppendedAsync"/> asks the database about its last event.
/// </summary>
internal sealed class RecentEvents
{
    const int Most = 1 << 14;
    const long MostBytes = 16 << 20;

    readonly Lock sync = new();
    PlacedEvent[]? slots;
    long from, to, bytes;

    /// <summary>Called in the order of positions. Nothing is kept until somebody has asked.</summary>
    public void Add(IReadOnlyList<PlacedEvent> events)
    {
        lock (sync)
        {
            if (slots is null)
                return;
            foreach (var e in events)
            {
                if (e.Position != to + 1)
                    Forget(e.Position - 1);
                slots[e.Position % Most] = e;
                (to, bytes) = (e.Position, bytes + e.Event.Json.Length);
                while (to - from > Most - 1 || bytes > MostBytes)
                    Drop();
            }
        }
    }

    public void Clear()
    {
        lock (sync)
            Forget(to);
    }

    /// <summary>Events of a tenant after a position, if everything after it is here; null if not.</summary>
    public List<PlacedEvent>? After(string tenant, long position, int limit)
    {
        lock (sync)
        {
            slots ??= new PlacedEvent[Most];
            if (position < from || position >= to)
                return null;
            var found = new List<PlacedEvent>(Math.Min(limit, (int)(to - position)));
            for (var at = position + 1; at <= to && found.Count < limit; at++)
                if (slots[at % Most] is var e && e.Append.Append.Tenant == tenant)
                    found.Add(e);
            return found;
        }
    }

    void Forget(long position)
    {
        while (from < to)
            Drop();
        (from, to) = (position, position);
    }

    void Drop()
    {
        ref var oldest = ref slots![++from % Most];
        bytes -= oldest.Event.Json.Length;
        oldest = default;
    }
}
