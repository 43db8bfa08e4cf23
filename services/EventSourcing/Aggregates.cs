namespace EquityPlatform.EventSourcing;

/// <summary>How a kind of stream is folded: category, first state and a pure <c>Evolve</c> that ignores events it does not know.</summary>
public sealed record AggregateType<TState, TEvent>(string Category, TState Initial, Func<TState, TEvent, TState> Evolve)
    where TEvent : notnull
{
    public string StreamId(Guid id) => $"{Category}-{id:D}";
    public string StreamId(string id) => $"{Category}-{id}";
}

/// <summary>Who sends a command, with its idempotency id and the reason a person gave.</summary>
public sealed record CommandContext(string Tenant, string User, Guid? CommandId = null, string? Reason = null, string? CorrelationId = null);

/// <summary>Answer to a handled command.</summary>
public abstract record Handled
{
    private Handled() { }

    /// <summary>Accepted. <paramref name="Revision"/> is the stream's version after it, <paramref name="Position"/> the log position of its last event.</summary>
    /// <param name="Changed">False for a repeat that added nothing.</param>
    public sealed record Done(long Revision, long Position, bool Changed) : Handled;

    public sealed record Refused(Refusal Refusal) : Handled;
}

/// <summary>The one way to run a use case: load, decide (pure), append at the version read; a lost race without an expected revision is decided anew.</summary>
public sealed class Aggregates<TState, TEvent>(EventLog log, AggregateType<TState, TEvent> type) where TEvent : notnull
{
    /// <summary>State and version (0 = no stream) of one aggregate.</summary>
    public Task<(TState State, long Version)> LoadAsync(string tenant, string id, CancellationToken cancellation) =>
        throw new NotImplementedException($"{log} {type}");

    /// <summary>Runs <paramref name="decide"/> on the aggregate and appends what it yields.</summary>
    /// <param name="expectedRevision">From <c>If-Match</c>; another version is refused as stale (<c>stream.stale</c>).</param>
    public Task<Handled> HandleAsync(CommandContext context, string id, long? expectedRevision, Func<TState, Outcome<TEvent>> decide, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
