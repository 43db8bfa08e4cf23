using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// The event log of one service: gapless positions in commit order, written by one group-commit writer per process over the
/// <c>eq_head</c> row, in Marten's table format. See <c>services/decisions/</c>.
/// </summary>
public sealed class EventLog(NpgsqlDataSource database, string schema, EventTypes types, TimeProvider clock) : IAsyncDisposable
{
    public string Schema { get; } = schema;
    public EventTypes Types { get; } = types;
    public NpgsqlDataSource Database { get; } = database;

    /// <summary>Appends durably; concurrent callers share one transaction, each gets its own answer.</summary>
    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellation) => throw new NotImplementedException($"{clock}");

    /// <summary>Appends many streams in chunks by binary COPY; each append has its own answer, in input order.</summary>
    public IAsyncEnumerable<AppendResult> AppendBulkAsync(IAsyncEnumerable<Append> appends, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Events of one stream in version order, from a version on, optionally as it stood at an instant.</summary>
    public IAsyncEnumerable<RecordedEvent> ReadStreamAsync(string tenant, string streamId, long fromVersion, DateTimeOffset? asOf, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>All events of a tenant (null: of every tenant) after a position, in order, streamed; at most <paramref name="limit"/>.</summary>
    public IAsyncEnumerable<RecordedEvent> ReadAllAsync(string? tenant, long after, IReadOnlyCollection<string>? types, int? limit, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Position of the last committed event, 0 if none.</summary>
    public Task<long> HeadAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Position of the last committed event of a tenant, 0 if none.</summary>
    public Task<long> HeadAsync(string tenant, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Tenants that have events.</summary>
    public Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Completes when a commit beyond <paramref name="position"/> was seen by this process, or after <paramref name="atMost"/> (polling is the fallback for other replicas' commits).</summary>
    public Task WaitForCommitAsync(long position, TimeSpan atMost, CancellationToken cancellation) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
