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
    /// <summary>Times that a lost race is decided anew before the command is refused as <c>stream.busy</c>.</summary>
    const int Tries = 20;

    /// <summary>State and version (0 = no stream) of one aggregate.</summary>
    public async Task<(TState State, long Version)> LoadAsync(string tenant, string id, CancellationToken cancellation)
    {
        var (state, version, _) = await FoldAsync(tenant, type.StreamId(id), cancellation);
        return (state, version);
    }

    /// <summary>Runs <paramref name="decide"/> on the aggregate and appends what it yields.</summary>
    /// <remarks>
    /// A repeated command is decided like any other: rule 12 of the style guide makes it yield nothing. If it yields events all the same, those with
    /// the command's ids are compared with what is stored: same content is the first answer, other content a conflict.
    /// </remarks>
    /// <param name="expectedRevision">From <c>If-Match</c>; another version is refused as stale (<c>stream.stale</c>).</param>
    public async Task<Handled> HandleAsync(CommandContext context, string id, long? expectedRevision, Func<TState, Outcome<TEvent>> decide, CancellationToken cancellation)
    {
        var stream = type.StreamId(id);
        var answered = context.CommandId is { } command ? await log.AnsweredAsync(context.Tenant, command, cancellation) : null;
        if (answered is not null && answered.StreamId != stream)
            return new Handled.Refused(Refusal.Conflict("command.id-reused", "This command id was used for something else."));

        for (var i = 0; i < Tries; i++)
        {
            var (state, version, position) = await FoldAsync(context.Tenant, stream, cancellation);
            // A repeat is stale by its own first success; the decision and the event ids tell whether it is one
            if (expectedRevision is { } expected && expected != version && answered is null)
                return Stale(version);
            switch (decide(state))
            {
                case Outcome<TEvent>.Refused refused:
                    return new Handled.Refused(refused.Refusal);
                case Outcome<TEvent>.Accepted { Events.Count: 0 }:
                    return new Handled.Done(version, position, Changed: false);
                case Outcome<TEvent>.Accepted accepted:
                    var handled = await AppendAsync(context, stream, version, accepted.Events, mayRepeat: expectedRevision is null, cancellation);
                    if (handled is not null)
                        return handled;
                    break;
            }
        }
        return new Handled.Refused(Refusal.Conflict("stream.busy", "Too many people changed this at the same time. Try again."));
    }

    /// <summary>Null if the race was lost and may be run again.</summary>
    async Task<Handled?> AppendAsync(CommandContext context, string stream, long version, IReadOnlyList<TEvent> events, bool mayRepeat, CancellationToken cancellation)
    {
        var append = new Append(context.Tenant, stream, type.Category, ExpectedVersion.Exactly(version),
            [.. events.Select((e, i) => new NewEvent(context.CommandId is { } command ? EventIds.Derive(command, "command", i) : EventIds.New(log.Clock), e, null, context.Reason))],
            new(context.User, context.CorrelationId, context.CommandId?.ToString("D")), context.CommandId);
        return await log.AppendAsync(append, cancellation) switch
        {
            AppendResult.Appended done => new Handled.Done(done.Version, done.LastPosition, Changed: true),
            AppendResult.Repeated done => new Handled.Done(done.Version, done.LastPosition, Changed: false),
            AppendResult.VersionConflict conflict => mayRepeat ? null : Stale(conflict.ActualVersion),
            AppendResult.AppendRefused { Code: "event.id-reused" or "command.id-reused" } reused => new Handled.Refused(Refusal.Conflict(reused.Code, reused.Message)),
            AppendResult.AppendRefused refused => new Handled.Refused(Refusal.Invalid(refused.Code, refused.Message)),
            var other => throw new InvalidOperationException($"Unknown answer {other}."),
        };
    }

    async Task<(TState State, long Version, long Position)> FoldAsync(string tenant, string stream, CancellationToken cancellation)
    {
        var (state, version, position) = (type.Initial, 0L, 0L);
        await foreach (var e in log.ReadStreamAsync(tenant, stream, 1, null, cancellation))
            (state, version, position) = (type.Evolve(state, (TEvent)e.Data), e.Version, e.Position);
        return (state, version, position);
    }

    static Handled.Refused Stale(long version) =>
        new(Refusal.Stale("stream.stale", $"Somebody changed this in the meantime (now revision {version}). Load it again, then decide."));
}
