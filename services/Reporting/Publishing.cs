using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Releases;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Reporting;

/// <summary>What leaves the service: that a release is out. Requests, failures and disclosures stay inside.</summary>
internal static class Publishing
{
    public static PublishedContract? Publish(RecordedEvent recorded) => recorded.Data is ReleaseFrozen frozen
        ? new(ReleasePublished.Type, new ReleasePublished(frozen.ReleaseId, frozen.SchoolYear, frozen.Manifest))
        : null;
}
