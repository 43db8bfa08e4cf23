using EquityPlatform.Contracts.Bus;
using Npgsql;

namespace EquityPlatform.ServiceHost;

/// <summary>
/// Consumes another service's published events. The host drops duplicates, heals gaps by pulling, keeps order per tenant, and
/// commits the effect together with the position; so <see cref="ApplyAsync"/> sees every event exactly once and in order.
/// </summary>
public interface IBusConsumer
{
    /// <summary>Consumer name with version, e.g. <c>student-facts/1</c>.</summary>
    string Name { get; }

    /// <summary>Service whose events it consumes.</summary>
    string Source { get; }

    /// <summary>Applies events of one tenant in order inside the open transaction of <paramref name="connection"/> (search_path is the service's schema).</summary>
    Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation);

    /// <summary>Called after the transaction committed; for waking in-memory caches. Must not throw.</summary>
    void Committed(string tenant, long position) { }
}
