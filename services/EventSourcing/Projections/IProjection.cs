namespace EquityPlatform.EventSourcing;

/// <summary>
/// A subscription whose whole effect are rows of its own tables, which can be made anew from the log at any time
/// (<see cref="ProjectionRebuild"/>). Its SQL names tables without a schema: a rebuild finds others under the same names.
/// </summary>
public interface IProjection : ISubscription
{
    /// <summary>Its tables, made by a schema script. Nobody else writes to them; no other table, view or trigger hangs on them.</summary>
    IReadOnlyList<string> Tables { get; }

    /// <summary>Most events that a rebuild hands over at once; a running subscription gets at most 500. Larger pages outlive young generations of the collector, and cost more than they save.</summary>
    int RebuildBatch => 2_000;
}

/// <summary>A rebuild that cannot be done as asked; the message says why and what to do.</summary>
public sealed class RebuildRefusedException(string message, Exception? inner = null) : Exception(message, inner);
