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

    /// <summary>It acts on <see cref="Contracts.Bus.Notices"/> only; other events may be among what it is given, or not.</summary>
    bool NoticesOnly => false;

    /// <summary>Applies events of one tenant in order inside the open transaction of <paramref name="connection"/> (search_path is the service's schema).</summary>
    Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation);

    /// <summary>Called after the transaction committed; for waking in-memory caches. Must not throw.</summary>
    void Committed(string tenant, long position) { }
}

/// <summary>A consumer whose whole effect are rows of its own tables, which can be made anew from the source's feed at any time (verb <c>rebuild</c>). Its SQL names tables without a schema.</summary>
public interface IBusProjection : IBusConsumer
{
    /// <summary>Its tables, made by a schema script. Nobody else writes to them; no other table, view or trigger hangs on them.</summary>
    IReadOnlyList<string> Tables { get; }

    /// <summary>Most events that a rebuild hands over at once.</summary>
    int RebuildBatch => 5_000;
}
