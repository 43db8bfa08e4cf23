using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Feeds;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>What was decided about a source's files when a feed was received. Rows that are read again have no upload that names a revision: for them, the time decides.</summary>
internal sealed class MappingsOfFeed(EventLog log)
{
    public async Task<SourceMappings> LoadAsync(string tenant, FeedRow feed, CancellationToken cancellation)
    {
        var revision = feed.Parts.Select(p => p.Mappings).DefaultIfEmpty().Max();
        var state = SourceMappings.Type.Initial;
        await foreach (var e in log.ReadStreamAsync(tenant, SourceMappings.Type.StreamId(feed.Source), 1, null, cancellation))
        {
            if (feed.Replay ? e.RecordedAt > feed.ReceivedAt : e.Version > revision)
                break;
            state = SourceMappings.Evolve(state, e.Data);
        }
        return state;
    }
}
