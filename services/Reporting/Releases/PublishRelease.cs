using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Reporting.Releases;

/// <summary>The job's two ends: frozen and public, or failed with a reason. Repeats add nothing, so the job may be killed anywhere.</summary>
internal static class PublishRelease
{
    public static Outcome<ReleaseEvent> Decide(Release state, ReleaseManifest manifest) => state switch
    {
        Release.Requested asked => new ReleaseFrozen(asked.ReleaseId, asked.SchoolYear, manifest),
        Release.Published => Outcome.Nothing<ReleaseEvent>(),
        _ => Refusal.Conflict("release.not-requested", "Only a requested release can be published."),
    };

    public static Outcome<ReleaseEvent> DecideFailure(Release state, string code, string sentence) => state switch
    {
        Release.Requested asked => new ReleaseFailed(asked.ReleaseId, asked.SchoolYear, code, sentence),
        Release.Failed => Outcome.Nothing<ReleaseEvent>(),
        _ => Refusal.Conflict("release.not-requested", "Only a requested release can fail."),
    };
}
