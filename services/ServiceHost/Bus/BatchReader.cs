using System.Runtime.InteropServices;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.ServiceHost.Feeds;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Cuts the next batch of a tenant: out of what this process has just appended, or else out of the log.</summary>
internal sealed class BatchReader(EventLog log, ServiceDefinition definition)
{
    const int MostEvents = 500;
    const int MostBytes = 256 * 1024;

    /// <summary>Just appended events that stay inside cost a batch nothing, so it may cover more of them.</summary>
    const int MostJustAppended = 2_000;

    /// <summary>The batch after a position, or null if there is nothing; whether it is as large as a batch gets; and whether more may follow.</summary>
    public async Task<(EventBatch? Batch, bool IsFull, bool More)> NextAsync(string tenant, long after, CancellationToken cancellation)
    {
        var (events, to, read, bytes, isFull) = (new List<PublishedEvent>(), after, 0, 0, false);
        var appended = await log.JustAppendedAsync(tenant, after, MostJustAppended, cancellation);
        var most = appended is null ? MostEvents : MostJustAppended;
        await foreach (var recorded in appended?.ToAsyncEnumerable() ?? log.ReadAllAsync(tenant, after, null, most, cancellation))
        {
            var published = Publishing.Map(definition, recorded);
            bytes += published is null ? 0 : JsonMarshal.GetRawUtf8Value(published.Data).Length + 250; // the fields around it
            if (isFull = bytes > MostBytes && events.Count > 0)
                break;
            if (published is not null)
                events.Add(published);
            (to, read) = (recorded.Position, read + 1);
            if (isFull = events.Count == MostEvents || read == most)
                break;
        }
        if (Mutation.Is("unsorted-batch"))
            events.Reverse();
        // Behind what this process appended there may be what another one did
        return (read == 0 ? null : new(definition.Name, tenant, after, to, events), isFull, isFull || appended is not null);
    }
}
