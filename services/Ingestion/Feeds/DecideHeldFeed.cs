using System.Diagnostics;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>A person releases a held feed or refuses it, and says why.</summary>
internal static class DecideHeldFeed
{
    const int Longest = 500;

    public static void MapDecideHeldFeed(this IEndpointRouteBuilder api)
    {
        api.MapPost("/feeds/{id:guid}/release", ReleaseAsync).RequireRoles(Roles.DataSteward, Roles.Operator).Produces<Feed>(StatusCodes.Status202Accepted)
            .WithSummary("Lets a held feed be applied. Repeating it changes nothing.");
        api.MapPost("/feeds/{id:guid}/refuse", RefuseAsync).RequireRoles(Roles.DataSteward, Roles.Operator).Produces<Feed>()
            .WithSummary("Refuses a held feed: nothing of it is applied. Repeating it changes nothing.");
    }

    static async Task<IResult> ReleaseAsync(Guid id, FeedDecision ask, Caller caller, FeedRows feeds, FeedWork work, ApplyFeed apply, FeedSignal signal, CancellationToken cancellation)
    {
        if (Invalid(ask) is { } invalid)
            return invalid;
        if (await feeds.FindAsync(caller.Tenant, id, cancellation) is not { } feed)
            return ReadFeeds.Unknown();
        if (await work.HeldAsync(caller.Tenant, id, cancellation) is { } held)
        {
            await apply.DecideAsync(caller.Tenant, held, "released", new FeedReleased(id), Context(caller), ask.Reason.Trim(), cancellation);
            await work.ReleaseAsync(caller.Tenant, id, caller.User, cancellation);
            signal.Wake();
        }
        else if (!feed.Released)
            return NotHeld();
        return TypedResults.Accepted($"/api/ingestion/v1/feeds/{id}", await feeds.FindAsync(caller.Tenant, id, cancellation));
    }

    static async Task<IResult> RefuseAsync(Guid id, FeedDecision ask, Caller caller, FeedRows feeds, FeedWork work, ApplyFeed apply, TenantDatabase database, CancellationToken cancellation)
    {
        if (Invalid(ask) is { } invalid)
            return invalid;
        if (await feeds.FindAsync(caller.Tenant, id, cancellation) is not { } feed)
            return ReadFeeds.Unknown();
        if (await work.HeldAsync(caller.Tenant, id, cancellation) is { } held)
        {
            var position = await apply.DecideAsync(caller.Tenant, held, "refused", new FeedRefused(id), Context(caller), ask.Reason.Trim(), cancellation);
            await using var session = await database.OpenAsync(caller.Tenant, cancellation);
            await work.FinishAsync(session, id, FeedState.Rejected, "hold.refused", Rows.IssueTexts.Sentences["hold.refused"], null, null, position, cancellation);
            await session.CommitAsync(cancellation);
        }
        else if (feed.Code != "hold.refused")
            return NotHeld();
        return TypedResults.Ok(await feeds.FindAsync(caller.Tenant, id, cancellation));
    }

    static EventContext Context(Caller caller) => new(caller.User, Activity.Current?.TraceId.ToString());

    static IResult? Invalid(FeedDecision ask) =>
        string.IsNullOrWhiteSpace(ask.Reason) ? Problems.Result(StatusCodes.Status422UnprocessableEntity, "hold.reason-missing", "State the reason.")
        : ask.Reason.Length > Longest ? Problems.Result(StatusCodes.Status422UnprocessableEntity, "hold.reason-too-long", $"The reason may have {Longest} characters.")
        : null;

    static IResult NotHeld() => Problems.Result(StatusCodes.Status409Conflict, "feed.not-held", "This feed is not held; perhaps somebody decided before you, or a later feed took its place.");
}
