using System.Diagnostics;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Hosting;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A person releases a held feed or refuses it, and says why.</summary>
internal static class DecideHeldFeed
{
    const int Longest = 500;

    public static void MapDecideHeldFeed(this IEndpointRouteBuilder api)
    {
        api.MapPost("/feeds/{id:guid}/release", ReleaseAsync).RequireRoles(Roles.DataSteward, Roles.Operator).Produces<Feed>(StatusCodes.Status202Accepted)
            .WithSummary("Lets a held feed be applied; with relink, students with new ids are first linked to those whom their numbers name. Repeating it changes nothing.");
        api.MapPost("/feeds/{id:guid}/refuse", RefuseAsync).RequireRoles(Roles.DataSteward, Roles.Operator).Produces<Feed>()
            .WithSummary("Refuses a held feed: nothing of it is applied. Repeating it changes nothing.");
    }

    static async Task<IResult> ReleaseAsync(Guid id, FeedDecision ask, Caller caller, FeedRows feeds, FeedWork work, ApplyFeed apply, FeedSignal signal, CancellationToken cancellation) =>
        await DecideAsync(id, ask, Decision.Released, caller, feeds, work, apply, signal, cancellation)
        ?? TypedResults.Accepted($"/api/ingestion/v1/feeds/{id}", await feeds.FindAsync(caller.Tenant, id, cancellation));

    static async Task<IResult> RefuseAsync(Guid id, FeedDecision ask, Caller caller, FeedRows feeds, FeedWork work, ApplyFeed apply, FeedSignal signal, CancellationToken cancellation) =>
        await DecideAsync(id, ask with { Relink = false }, Decision.Refused, caller, feeds, work, apply, signal, cancellation)
        ?? TypedResults.Ok(await feeds.FindAsync(caller.Tenant, id, cancellation));

    /// <summary>The decision that counts is the first. Null if it is this one, made now or before.</summary>
    static async Task<IResult?> DecideAsync(Guid id, FeedDecision ask, string step, Caller caller, FeedRows feeds, FeedWork work, ApplyFeed apply, FeedSignal signal, CancellationToken cancellation)
    {
        if (Lacks(ask) is { } lacks)
            return lacks;
        if (ask.Relink && await feeds.FindAsync(caller.Tenant, id, cancellation) is { Relinked: false, Hold: not { Links.Recognised.Count: > 0 } })
            return Problems.Result(StatusCodes.Status409Conflict, "hold.nothing-to-link", "No number in these files names a student who would go: there is nobody to link. Release the feed as it is, or refuse it.");
        if (await work.DecideAsync(caller.Tenant, id, Decision.Now(step, caller.User, Activity.Current?.TraceId.ToString(), ask.Reason, ask.Relink), cancellation) is not { } feed)
            return ReadFeeds.Unknown();
        if (feed.Decision?.Step != step || feed.Decision.Relink != ask.Relink)
            return Problems.Result(StatusCodes.Status409Conflict, "feed.not-held", "This feed is not held; perhaps somebody decided before you, or a later feed took its place.");
        FaultPoint.Reached("decision.made", step);
        await apply.DecidedAsync(caller.Tenant, feed, cancellation);
        signal.Wake();
        return null;
    }

    /// <summary>What a decision lacks; null if it may be taken.</summary>
    public static IResult? Lacks(FeedDecision ask) =>
        string.IsNullOrWhiteSpace(ask.Reason) ? Problems.Result(StatusCodes.Status422UnprocessableEntity, "hold.reason-missing", "State the reason.")
        : ask.Reason.Length > Longest ? Problems.Result(StatusCodes.Status422UnprocessableEntity, "hold.reason-too-long", $"The reason may have {Longest} characters.")
        : null;
}
