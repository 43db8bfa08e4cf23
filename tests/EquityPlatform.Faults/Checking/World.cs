namespace EquityPlatform.Faults.Checking;

/// <summary>A stored event as the table has it.</summary>
sealed record StoredEvent(long Seq, Guid Id, string Tenant, string Stream, long Version, string Type, DateTime At, Guid Command, int Index, int Number, string Text)
{
    public bool Published => Type == "entry-added/1";
}

/// <summary>A line of an effect, in the order of writing.</summary>
sealed record EffectLine(string Tenant, long Nth, long Seq, Guid Id, int Number);

/// <summary>What a consumer has: its lines, its hash per tenant, its position per tenant.</summary>
sealed record Effect(string Name, bool PublishedOnly, IReadOnlyList<EffectLine> Lines, IReadOnlyDictionary<string, byte[]> Chains, IReadOnlyDictionary<string, long> Positions);

/// <summary>One batch as the broker delivered it to a listener of the checker's own.</summary>
sealed record TapBatch(string Tenant, long PreviousSeq, long ToSeq, IReadOnlyList<(long Seq, Guid Id)> Events);

/// <summary>A move of the relay's cursor, as a trigger wrote it down.</summary>
sealed record CursorMove(string Tenant, long From, long To);

/// <summary>Everything that can be seen from outside after a run: tables, broker, feeds.</summary>
sealed record World
{
    public required IReadOnlyList<StoredEvent> Events { get; init; }
    public required long Head { get; init; }
    public required IReadOnlyDictionary<(string Tenant, string Stream), long> Streams { get; init; }
    public IReadOnlyList<Effect> Effects { get; init; } = [];
    public IReadOnlyList<TapBatch> Tap { get; init; } = [];
    public IReadOnlyDictionary<string, long> RelayCursors { get; init; } = new Dictionary<string, long>();
    public IReadOnlyList<CursorMove> CursorMoves { get; init; } = [];

    /// <summary>Ids that the pull feed gives to a token of the tenant.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Guid>> Feeds { get; init; } = new Dictionary<string, IReadOnlyList<Guid>>();

    public IReadOnlyList<AuditTree> Trees { get; init; } = [];

    /// <summary>Checkpoints of the audit log that clients were given while the fault struck.</summary>
    public IReadOnlyList<SeenCheckpoint> Seen { get; init; } = [];

    /// <summary>Rows of other tenants, or of any without a tenant, that the service's own role could see; by table.</summary>
    public IReadOnlyList<string> ForeignRows { get; init; } = [];
}

/// <summary>A rule that does not hold, and where.</summary>
sealed record Violation(string Invariant, string What)
{
    public override string ToString() => $"{Invariant}: {What}";
}
