using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Reporting.Releases;

/// <summary>What happens to a release; stream <c>release-{id}</c>.</summary>
internal abstract record ReleaseEvent;

/// <summary>Somebody asked to publish a school year; who and why stand in the event's metadata.</summary>
internal sealed record ReleaseRequested(Guid ReleaseId, int SchoolYear) : ReleaseEvent
{
    public const string Type = "release-requested/1";
}

/// <summary>The tables were frozen and are public from here on.</summary>
internal sealed record ReleaseFrozen(Guid ReleaseId, int SchoolYear, ReleaseManifest Manifest) : ReleaseEvent
{
    public const string Type = ReleasePublished.Type;
}

/// <summary>The release cannot be made as asked; the school year is free again.</summary>
internal sealed record ReleaseFailed(Guid ReleaseId, int SchoolYear, string Code, string Sentence) : ReleaseEvent
{
    public const string Type = "release-failed/1";
}

/// <summary>A release as its events tell it.</summary>
internal abstract record Release
{
    Release() { }

    public sealed record NotRequested : Release;

    public sealed record Requested(Guid ReleaseId, int SchoolYear) : Release;

    public sealed record Published(Guid ReleaseId, int SchoolYear, ReleaseManifest Manifest) : Release;

    public sealed record Failed(Guid ReleaseId, int SchoolYear) : Release;

    public static readonly AggregateType<Release, ReleaseEvent> Aggregate = new("release", new NotRequested(), Evolve);

    public static Release Evolve(Release state, ReleaseEvent happened) => happened switch
    {
        ReleaseRequested e => new Requested(e.ReleaseId, e.SchoolYear),
        ReleaseFrozen e => new Published(e.ReleaseId, e.SchoolYear, e.Manifest),
        ReleaseFailed e => new Failed(e.ReleaseId, e.SchoolYear),
        _ => state,
    };
}
