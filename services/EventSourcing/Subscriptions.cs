using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// Follows this service's own log, tenant by tenant. Everything written through <c>connection</c> commits together with
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

/// <summary>Runs one subscription for every tenant until cancelled; woken by commits in process, polling as fallback.</summary>
public sealed class SubscriptionRunner(EventLog log, ISubscription subscription)
{
    public Task RunAsync(CancellationToken cancellation) => throw new NotImplementedException($"{log}{subscription}");

    /// <summary>Completes when the subscription's effects up to <paramref name="position"/> are committed for the tenant.</summary>
    public Task WaitForAsync(string tenant, long position, CancellationToken cancellation) => throw new NotImplementedException();
}

/// <summary>Checkpoints of a service's consumers (<c>eq_progress</c>).</summary>
public static class Progress
{
    /// <summary>Position reached by a consumer for a source and tenant; 0 if it never started. <c>forUpdate</c> locks the row (made if absent) for the transaction.</summary>
    public static Task<long> ReadAsync(NpgsqlConnection connection, string schema, string consumer, string source, string tenant, bool forUpdate, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Sets the position within the caller's transaction.</summary>
    public static Task WriteAsync(NpgsqlConnection connection, string schema, string consumer, string source, string tenant, long position, CancellationToken cancellation) => throw new NotImplementedException();
}
