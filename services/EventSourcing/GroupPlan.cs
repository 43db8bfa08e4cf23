namespace EquityPlatform.EventSourcing;

/// <summary>An event of the group's tenants that the log holds already.</summary>
internal sealed record HeldEvent(long Position, long Version, string StreamId, string Alias, bool SameJson);

/// <summary>First answer to a command.</summary>
internal sealed record HeldCommand(string StreamId, long Version, long FirstPosition, long LastPosition);

/// <summary>What the log says about a group's streams, event ids and command ids, read under the head's lock.</summary>
internal sealed class GroupFacts
{
    public required long LastPosition { get; init; }
    public required DateTimeOffset LastTimestamp { get; init; }
    public Dictionary<(string Tenant, string StreamId), long> Versions { get; } = new(GroupKeys.Streams);

    /// <summary>By each event of the group itself: the same id may come twice with different content, and only one of them is a repeat.</summary>
    public Dictionary<PreparedEvent, HeldEvent> Events { get; } = new(ReferenceEqualityComparer.Instance);

    public Dictionary<(string Tenant, Guid Command), HeldCommand> Commands { get; } = new(GroupKeys.Ids);
}

/// <summary>Keys of a group's dictionaries: the tenant is compared but not hashed, since nearly all of a group are of few tenants.</summary>
internal static class GroupKeys
{
    public static readonly IEqualityComparer<(string Tenant, string Id)> Streams = EqualityComparer<(string Tenant, string Id)>.Create(
        (a, b) => a.Id == b.Id && a.Tenant == b.Tenant, key => string.GetHashCode(key.Id, StringComparison.Ordinal));

    public static readonly IEqualityComparer<(string Tenant, Guid Id)> Ids = EqualityComparer<(string Tenant, Guid Id)>.Create(
        (a, b) => a.Id == b.Id && a.Tenant == b.Tenant, key => key.Id.GetHashCode());
}

/// <summary>An event with its place in the log.</summary>
internal readonly record struct PlacedEvent(PreparedAppend Append, PreparedEvent Event, long Position, long Version, DateTimeOffset At);

/// <summary>A stream as it stands after the group.</summary>
internal readonly record struct PlacedStream(string Tenant, string Id, string Type, long Version, bool IsNew, DateTimeOffset At);

/// <summary>
/// Decides a whole group, append by append in the order of arrival: each gets its own answer, and what one adds is seen by the
/// next. Pure, so that it can be tested without a database.
/// </summary>
internal sealed class GroupPlan
{
    readonly Dictionary<(string, string), PlacedStream> streams = new(GroupKeys.Streams);
    readonly Dictionary<(string, Guid), int> added = new(GroupKeys.Ids);
    readonly Dictionary<string, long> tenants = new(StringComparer.Ordinal);
    readonly GroupFacts facts;

    public GroupPlan(IReadOnlyList<PreparedAppend> group, GroupFacts facts, DateTimeOffset now)
    {
        this.facts = facts;
        Group = group;
        LastPosition = facts.LastPosition;
        LastTimestamp = facts.LastTimestamp;
        now = Microseconds(now);
        Results = new AppendResult[group.Count];
        for (var i = 0; i < group.Count; i++)
            Results[i] = Decide(group[i], now);
    }

    public IReadOnlyList<PreparedAppend> Group { get; }
    public AppendResult[] Results { get; }
    public List<PlacedEvent> Events { get; } = [];
    public List<(string Tenant, Guid Id, HeldCommand Answer)> Commands { get; } = [];
    public Dictionary<(string, string), PlacedStream>.ValueCollection Streams => streams.Values;

    /// <summary>Last position of each tenant that the group adds to.</summary>
    public IReadOnlyDictionary<string, long> Tenants => tenants;
    public long LastPosition { get; private set; }
    public DateTimeOffset LastTimestamp { get; private set; }

    AppendResult Decide(PreparedAppend one, DateTimeOffset now)
    {
        var append = one.Append;
        List<HeldEvent>? held = null;
        foreach (var e in one.Events)
        {
            if (Held(append.Tenant, e) is not { } there)
                continue;
            if (there.StreamId != append.StreamId || !IsSame(there, e))
                return new AppendResult.AppendRefused("event.id-reused", $"The event id {e.Id} was used with other content.");
            (held ??= []).Add(there);
        }
        if (append.CommandId is { } command && facts.Commands.TryGetValue((append.Tenant, command), out var answered))
            return answered.StreamId == append.StreamId
                ? new AppendResult.Repeated(answered.Version, answered.FirstPosition, answered.LastPosition)
                : new AppendResult.AppendRefused("command.id-reused", "This command id was used for another stream.");
        if (held is not null && held.Count == one.Events.Length)
            return new AppendResult.Repeated(held.Max(e => e.Version), held.Min(e => e.Position), held.Max(e => e.Position));

        var version = facts.Versions.GetValueOrDefault((append.Tenant, append.StreamId));
        if (append.Expected != ExpectedVersion.Any && append.Expected.Value != version)
            return new AppendResult.VersionConflict(version);
        return Add(one, version, held is not null, now);
    }

    /// <summary>A repeat that was first sent before an upgrade is held in an older form of its type: the forms differ, so only the type is compared.</summary>
    static bool IsSame(HeldEvent there, PreparedEvent e) => there.Alias == e.Alias ? there.SameJson : EventTypes.NameOf(there.Alias) == EventTypes.NameOf(e.Alias);

    HeldEvent? Held(string tenant, PreparedEvent e)
    {
        if (added.TryGetValue((tenant, e.Id), out var index) && Events[index] is var earlier)
            return new(earlier.Position, earlier.Version, earlier.Append.Append.StreamId, earlier.Event.Alias, e.Json.AsSpan().SequenceEqual(earlier.Event.Json));
        return facts.Events.Count == 0 ? null : facts.Events.GetValueOrDefault(e);
    }

    AppendResult.Appended Add(PreparedAppend one, long version, bool someHeld, DateTimeOffset now)
    {
        var append = one.Append;
        var isNew = version == 0;
        var first = LastPosition + 1;
        foreach (var e in one.Events)
        {
            if (someHeld && Held(append.Tenant, e) is not null)
                continue;
            // Positions rise with time even where the clock steps back
            LastTimestamp = now > LastTimestamp ? now : LastTimestamp.AddMicroseconds(1);
            added.Add((append.Tenant, e.Id), Events.Count);
            Events.Add(new(one, e, ++LastPosition, ++version, LastTimestamp));
        }
        var key = (append.Tenant, append.StreamId);
        if (streams.TryGetValue(key, out var touched))
            isNew = touched.IsNew;
        streams[key] = new(append.Tenant, append.StreamId, append.StreamType, version, isNew, LastTimestamp);
        facts.Versions[key] = version;
        tenants[append.Tenant] = LastPosition;
        if (append.CommandId is { } command)
        {
            var answer = new HeldCommand(append.StreamId, version, first, LastPosition);
            Commands.Add((append.Tenant, command, answer));
            facts.Commands[(append.Tenant, command)] = answer;
        }
        return new(version, first, LastPosition);
    }

    /// <summary>PostgreSQL keeps microseconds.</summary>
    static DateTimeOffset Microseconds(DateTimeOffset instant) => new(instant.UtcTicks / 10 * 10, TimeSpan.Zero);
}
