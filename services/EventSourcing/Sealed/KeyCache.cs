using System.Collections.Concurrent;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>Keys in memory for a short while and never more than a few megabytes of them; used for sealing only.</summary>
internal sealed class KeyCache(TimeProvider clock)
{
    const int Most = 20_000;
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<(string Tenant, string Subject, string Category), (SubjectKey Key, DateTimeOffset Until)> held = new();

    public int Count => held.Count;

    public SubjectKey? Find(string tenant, string subject, string category) =>
        held.TryGetValue((tenant, subject, category), out var entry) && entry.Until > clock.GetUtcNow() ? entry.Key : null;

    public void Keep(string tenant, string subject, string category, SubjectKey key)
    {
        // Full: begin anew. What is asked for again comes back with the next batch
        if (held.Count >= Most)
            held.Clear();
        held[(tenant, subject, category)] = (key, clock.GetUtcNow() + Life);
    }

    public void Forget(string tenant, string subject)
    {
        foreach (var entry in held.Keys)
            if (entry.Tenant == tenant && entry.Subject == subject)
                held.TryRemove(entry, out _);
    }
}
