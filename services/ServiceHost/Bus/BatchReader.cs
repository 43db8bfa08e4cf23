using System.Runtime.InteropServices;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.ServiceHost.Feeds;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Cuts the next batch of a tenant out of the log.</summary>
internal sealed class BatchReader(EventLog log, ServiceDefinition definition)
{
    const int MostEvents = 500;
    const int MostBytes = 256 * 1024;

    /// <summary>The batch after a position, or null if there is nothing; and whether more may follow.</summary>
    public async Task<(EventBatch? Batch, bool More)> NextAsync(string tenant, long after, CancellationToken cancellation)
    {
        var (events, to, read, bytes) = (new List<PublishedEvent>(), after, 0, 0);
        await foreach (var recorded in log.ReadAllAsync(tenant, after, null, MostEvents, cancellation))
        {
            if (Publishing.Map(definition, recorded) is { } published)
            {
                bytes += JsonMarshal.GetRawUtf8Value(published.Data).Length + 250; // the fields around it
                if (bytes > MostBytes && events.Count > 0)
                    return (new(definition.Name, tenant, after, to, events), true);
                events.Add(published);
            }
            (to, read) = (recorded.Position, read + 1);
        }
        if (Mutation.Is("unsorted-batch"))
            events.Reverse();
        return read == 0 ? (null, false) : (new(definition.Name, tenant, after, to, events), read == MostEvents);
    }
}
