using System.Diagnostics;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Hosting;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A person says what happens to a feed that the service could not finish: it is tried again or given up.</summary>
internal static class DecideStoppedFeed
{
    public static void MapDecideStoppedFeed(this IEndpointRouteBuilder api)
    {
        api.MapPost("/feeds/{id:guid}/retry", RetryAsync).RequireRoles(Roles.DataSteward, Roles.Operator).Produces<Feed>(StatusCodes.Status202Accepted)
            .WithSummary("Tries a feed again that was stopped or interrupted. Repeating it changes nothing.");
        api.MapPost("/feeds/{id:guid}/give-up", GiveUpAsync).RequireRoles(Roles.DataSteward, Roles.Operator).Produces<Feed>(StatusCodes.Status202Accepted)
            .WithSummary("Gives up an interrupted feed: what was recorded stays, later feeds go on, and the next complete feed of the source puts everything right. Repeating it changes nothing.");
    }

    static Task<IResult> RetryAsync(Guid id, FeedDecision ask, Caller caller, FeedRows feeds, FeedWork work, FeedSignal signal, CancellationToken cancellation) =>
        DecideAsync(id, ask, Decision.TriedAgain, caller, feeds, signal, decision => work.TryAgainAsync(caller.Tenant, id, decision, cancellation), cancellation);

    static Task<IResult> GiveUpAsync(Guid id, FeedDecision ask, Caller caller, FeedRows feeds, FeedWork work, FeedSignal signal, CancellationToken cancellation) =>
        DecideAsync(id, ask, Decision.GivenUp, caller, feeds, signal, decision => work.GiveUpAsync(caller.Tenant, id, decision, cancellation), cancellation);

    static async Task<IResult> DecideAsync(Guid id, FeedDecision ask, string step, Caller caller, FeedRows feeds, FeedSignal signal, Func<Decision, Task<FeedRow?>> decide, CancellationToken cancellation)
    {
        if (DecideHeldFeed.Lacks(ask) is { } lacks)
            return lacks;
        if (await decide(Decision.Now(step, caller.User, Activity.Current?.TraceId.ToString(), ask.Reason)) is not { } feed)
            return ReadFeeds.Unknown();
        if (feed.Decision?.Step != step)
            return Problems.Result(StatusCodes.Status409Conflict, "feed.not-stopped", "This feed was neither stopped nor interrupted; perhaps somebody decided before you, or it is being tried again right now. A feed that is held for what it would do is released or refused.");
        signal.Wake();
        return TypedResults.Accepted($"/api/ingestion/v1/feeds/{id}", await feeds.FindAsync(caller.Tenant, id, cancellation));
    }
}
