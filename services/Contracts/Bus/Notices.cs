using EquityPlatform.Contracts.Privacy;

namespace EquityPlatform.Contracts.Bus;

/// <summary>
/// The few events that concern every service which holds anything about a student. They travel a second time, in batches of the same ranges that hold nothing else, so that
/// a service which needs no more of a source need not read a district's whole data.
/// </summary>
public static class Notices
{
    /// <summary>Contract types that are notices.</summary>
    public static readonly IReadOnlySet<string> Types = new HashSet<string>(StringComparer.Ordinal) { StudentErasureRequested.Type };

    /// <summary>The same range with its notices only.</summary>
    public static EventBatch Of(EventBatch batch) => batch with { Events = [.. batch.Events.Where(e => Types.Contains(e.Type))] };
}
