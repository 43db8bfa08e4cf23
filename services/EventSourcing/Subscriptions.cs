using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// Follows this service's own log, tenant by tenant, under that tenant's row-level security. Everything written through <c>connection</c> commits together with
/// the checkpoint (<c>eq_progress</c>), so an event takes effect exactly once. No clock, random or network in here.
/// </summary>
public interface ISubscription
{
    /// <summary>Consumer name with version, e.g. <c>goal-board/1</c>; a new version starts from the beginning.</summary>
    string Name { get; }

    /// <summary>Aliases it wants, null for all. The checkpoint moves over the others.</summary>
    IReadOnlyCollection<string>? Types { get; }

    /// <summary>Applies events of one tenant, in order, inside the open transaction of <paramref name="connection"/>.</summary>
    Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation);
}
