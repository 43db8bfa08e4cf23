using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;
using EquityPlatform.Indicators.Evidence;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Indicators;

/// <summary>What leaves the service on the bus: that evidence was frozen, not its counts.</summary>
internal static class Publishing
{
    public static PublishedContract? Publish(RecordedEvent recorded) => recorded.Data is SnapshotFrozen frozen
        ? new(EvidenceFrozen.Type, new EvidenceFrozen(frozen.SnapshotId, frozen.Sha256, frozen.Indicator, frozen.Version, frozen.SchoolYear, frozen.School, frozen.Dimension, frozen.Group))
        : null;
}
