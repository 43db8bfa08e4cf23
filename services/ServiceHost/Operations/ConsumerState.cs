using EquityPlatform.EventSourcing;

namespace EquityPlatform.ServiceHost.Operations;

/// <summary>One consumer of one tenant: how far it is, how far its source is, and where it stands still.</summary>
/// <param name="Consumer">A subscription to the own log, a consumer of another service's events, or <c>relay</c>.</param>
/// <param name="Position">Position reached in the source's log.</param>
/// <param name="Head">The tenant's last position there.</param>
/// <param name="Lag">The tenant's events after <paramref name="Position"/>; counted up to 100,000.</param>
/// <param name="OldestAt">When the first of them was recorded.</param>
public sealed record ConsumerState(string Consumer, string Source, string Tenant, long Position, long Head, long Lag, DateTimeOffset? OldestAt, HaltState? Halt)
{
    /// <summary>Age of the first event that waits, in seconds.</summary>
    public double AgeSeconds(DateTimeOffset now) => OldestAt is { } at ? Math.Max(0, (now - at).TotalSeconds) : 0;
}

/// <summary>Where a consumer stands still. The error's class only: its message may quote data.</summary>
public sealed record HaltState(long Position, Guid EventId, string EventType, string Error, DateTimeOffset Since, DateTimeOffset? RetryAsked)
{
    internal static HaltState Of(Halt halt) => new(halt.Position, halt.EventId, halt.EventType, halt.Error, halt.Since, halt.Asked);
}

/// <summary>What a tenant has after a position.</summary>
internal sealed record Behind(long Head, long Events, DateTimeOffset? OldestAt);
