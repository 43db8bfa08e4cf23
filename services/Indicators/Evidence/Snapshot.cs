using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Indicators.Evidence;

/// <summary>
/// Evidence was frozen. <paramref name="Body"/> is the answer's exact text: kept as text, because a later build may write the same values with other
/// bytes, and whoever holds a hash must be able to check it for good.
/// </summary>
internal sealed record SnapshotFrozen(Guid SnapshotId, string Indicator, int Version, int SchoolYear, string School, string Dimension, string Group, string Body, string Sha256)
{
    public const string Type = EvidenceFrozen.Type;

    public FreezeEvidence Asked => new(SnapshotId, Indicator, SchoolYear, School, Dimension, Group);
}

/// <summary>A snapshot as its stream tells it: never frozen, or frozen once.</summary>
internal sealed record Snapshot(SnapshotFrozen? Frozen)
{
    public static readonly AggregateType<Snapshot, SnapshotFrozen> Type = new("snapshot", new(Frozen: null), (_, frozen) => new(frozen));

    /// <summary>The same question again is answered with what was frozen; another question needs an id of its own.</summary>
    public static Outcome<SnapshotFrozen> Decide(Snapshot snapshot, SnapshotFrozen now) => snapshot.Frozen switch
    {
        null => now,
        var then when then.Asked == now.Asked => Outcome.Nothing<SnapshotFrozen>(),
        _ => Refusal.Conflict("snapshot.exists", "Other evidence was frozen under this id. Take a new id."),
    };
}
