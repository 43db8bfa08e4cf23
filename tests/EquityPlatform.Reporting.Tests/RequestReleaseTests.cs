using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Releases;

namespace EquityPlatform.Reporting.Tests;

public sealed class RequestReleaseTests
{
    static readonly ReleaseRequest Ask = new(Guid.Parse("5eed0000-0000-4000-8000-000000000003"), 2011);
    static readonly ReleaseManifest Manifest = new(default, new Dictionary<string, long>(), null, [], [], [], [], new Dictionary<string, int>(), new Dictionary<string, int>(), []);

    static Release After(params ReleaseEvent[] events) => events.Aggregate(Release.Aggregate.Initial, Release.Evolve);

    static IReadOnlyList<ReleaseEvent> Accepted(Outcome<ReleaseEvent> outcome) => outcome.ShouldBeOfType<Outcome<ReleaseEvent>.Accepted>().Events;

    static string Refused(Outcome<ReleaseEvent> outcome) => outcome.ShouldBeOfType<Outcome<ReleaseEvent>.Refused>().Refusal.Code;

    [Fact]
    public void Requests() => Accepted(RequestRelease.Decide(After(), Ask, Ask.ReleaseId)).ShouldBe([new ReleaseRequested(Ask.ReleaseId, 2011)]);

    [Fact]
    public void A_retry_adds_nothing_in_any_state()
    {
        var requested = new ReleaseRequested(Ask.ReleaseId, 2011);
        Accepted(RequestRelease.Decide(After(requested), Ask, Ask.ReleaseId)).ShouldBeEmpty();
        Accepted(RequestRelease.Decide(After(requested, new ReleaseFrozen(Ask.ReleaseId, 2011, Manifest)), Ask, Ask.ReleaseId)).ShouldBeEmpty();
        Accepted(RequestRelease.Decide(After(requested, new ReleaseFailed(Ask.ReleaseId, 2011, "x", "y")), Ask, Ask.ReleaseId)).ShouldBeEmpty();
    }

    [Fact]
    public void Refuses_a_year_that_has_a_release() => Refused(RequestRelease.Decide(After(), Ask, Guid.NewGuid())).ShouldBe("release.exists");

    [Fact]
    public void Refuses_an_id_used_for_another_year()
    {
        Refused(RequestRelease.Decide(After(new ReleaseRequested(Ask.ReleaseId, 2010)), Ask, null)).ShouldBe("release.id-reused");
        Refused(RequestRelease.Decide(After(), Ask, null)).ShouldBe("release.id-reused");
    }

    [Fact]
    public void Refuses_no_id_and_no_year()
    {
        Refused(RequestRelease.Decide(After(), Ask with { ReleaseId = Guid.Empty }, null)).ShouldBe("release.id-missing");
        Refused(RequestRelease.Decide(After(), Ask with { SchoolYear = 11 }, null)).ShouldBe("release.school-year-invalid");
    }

    [Fact]
    public void Publishes_or_fails_once()
    {
        var requested = After(new ReleaseRequested(Ask.ReleaseId, 2011));
        Accepted(PublishRelease.Decide(requested, Manifest)).ShouldBe([new ReleaseFrozen(Ask.ReleaseId, 2011, Manifest)]);
        var published = Release.Evolve(requested, new ReleaseFrozen(Ask.ReleaseId, 2011, Manifest));
        Accepted(PublishRelease.Decide(published, Manifest)).ShouldBeEmpty();
        Refused(PublishRelease.DecideFailure(published, "x", "y")).ShouldBe("release.not-requested");
        Accepted(PublishRelease.DecideFailure(requested, "x", "y")).ShouldBe([new ReleaseFailed(Ask.ReleaseId, 2011, "x", "y")]);
        Refused(PublishRelease.Decide(After(), Manifest)).ShouldBe("release.not-requested");
    }
}
