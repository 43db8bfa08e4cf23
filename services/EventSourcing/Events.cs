namespace EquityPlatform.EventSourcing;

/// <summary>Where an event's facts stood in what was sent: feed, file inside it, physical row.</summary>
public sealed record EventSource(Guid Feed, string File, int Row);

/// <summary>An event to append. <paramref name="Id"/> makes it idempotent: an id that the tenant already holds adds nothing.</summary>
/// <param name="Data">An instance of a registered event type (<see cref="EventTypes"/>).</param>
/// <param name="Source">Feed, file and row, where it came from a file.</param>
/// <param name="Reason">Why, where a person decided.</param>
public sealed record NewEvent(Guid Id, object Data, EventSource? Source = null, string? Reason = null);

/// <summary>Who acts, and in which chain of causes. <paramref name="User"/> is a role account or service, never a person's name.</summary>
public sealed record EventContext(string User, string? CorrelationId = null, string? CausationId = null);

/// <summary>What the caller believes about the stream: anything, that it does not exist, or its exact version (1 = one event).</summary>
public readonly record struct ExpectedVersion(long Value)
{
    public static readonly ExpectedVersion Any = new(-1);
    public static readonly ExpectedVersion NoStream = new(0);
    public static ExpectedVersion Exactly(long version) => new(version);
}

/// <summary>One atomic append to one stream.</summary>
/// <param name="StreamType">Category, e.g. <c>goal</c>; kept in <c>mt_streams.type</c>.</param>
/// <param name="CommandId">Client's id of the command: a repeat is answered with the first answer.</param>
public sealed record Append(string Tenant, string StreamId, string StreamType, ExpectedVersion Expected, IReadOnlyList<NewEvent> Events, EventContext Context, Guid? CommandId = null);

/// <summary>Answer to one append. Closed: <see cref="Appended"/>, <see cref="Repeated"/>, <see cref="VersionConflict"/>, <see cref="AppendRefused"/>.</summary>
public abstract record AppendResult
{
    private protected AppendResult() { }

    /// <summary>Durable. <paramref name="LastPosition"/> is the position of its last event in the service's log.</summary>
    public sealed record Appended(long Version, long FirstPosition, long LastPosition) : AppendResult;

    /// <summary>The same events (or the same command) were appended before; nothing was added.</summary>
    public sealed record Repeated(long Version, long FirstPosition, long LastPosition) : AppendResult;

    /// <summary>The stream is not at the expected version.</summary>
    public sealed record VersionConflict(long ActualVersion) : AppendResult;

    /// <summary>The append can never succeed as it is (bad JSON value, id used with other content, unknown type).</summary>
    public sealed record AppendRefused(string Code, string Message) : AppendResult;
}

/// <summary>An event as the log holds it.</summary>
/// <param name="Position">Dense position in the service's log (<c>seq_id</c>), from 1.</param>
/// <param name="Version">Version within its stream, from 1.</param>
/// <param name="Type">Alias with version under which it was stored, e.g. <c>goal-set/1</c>.</param>
/// <param name="Json">The stored JSON value.</param>
/// <param name="RecordedAt">UTC, monotone within the schema.</param>
public sealed record RecordedEvent(long Position, Guid Id, string Tenant, string StreamId, long Version, string Type, string Json,
    DateTimeOffset RecordedAt, string User, string? Reason, EventSource? Source, string? CorrelationId, string? CausationId, EventTypes Types)
{
    /// <summary>The event as the current type of its event: <see cref="Type"/> and <see cref="Json"/> stay as stored, an older version is upgraded on the way.</summary>
    /// <exception cref="UnknownEventTypeException">The alias is not registered.</exception>
    public object Data => Given ?? Types.Deserialize(Type, Json);

    /// <summary>What was appended, where this process just did that.</summary>
    internal object? Given { get; init; }
}
