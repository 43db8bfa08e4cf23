using System.Globalization;
using System.Runtime.CompilerServices;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Hosting;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>Status of feeds and what was found in them.</summary>
internal static class ReadFeeds
{
    const int MaximumPage = 500;
    static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);
    static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.EquityAnalyst, Roles.Auditor, Roles.DistrictLeader];

    public static void MapReadFeeds(this IEndpointRouteBuilder api)
    {
        api.MapGet("/feeds", ListAsync).RequireRoles(Readers).Produces<FeedPage>().WithSummary("Feeds, newest first.");
        api.MapGet("/feeds/{id:guid}", OneAsync).RequireRoles(Readers).Produces<Feed>().WithSummary("State, progress and counts of a feed.");
        api.MapGet("/feeds/{id:guid}/progress", ProgressAsync).RequireRoles(Readers).WithSummary("The feed as server-sent events, until it is applied or rejected.");
        api.MapGet("/feeds/{id:guid}/issues", IssuesAsync).RequireRoles(Readers).Produces<FeedIssuePage>().WithSummary("Findings about a feed: file, row, column, code, sentence.");
    }

    static async Task<IResult> ListAsync(Caller caller, FeedRows feeds, HttpContext context, string? cursor, int limit = 50)
    {
        limit = Page(limit);
        var (items, count) = await feeds.ListAsync(caller.Tenant, Position(cursor), limit, WantsCount(context), context.RequestAborted);
        return TypedResults.Ok(new FeedPage([.. items.Select(i => i.Feed)], items.Count == limit ? Cursor(items[^1].Seq) : null, count));
    }

    static async Task<IResult> OneAsync(Guid id, Caller caller, FeedRows feeds, HttpContext context)
    {
        if (await feeds.FindAsync(caller.Tenant, id, context.RequestAborted) is not { } feed)
            return Unknown();
        if (feed.Position is { } position)
            context.Response.Headers["Event-Position"] = $"ingestion={position.ToString(CultureInfo.InvariantCulture)}";
        return TypedResults.Ok(feed);
    }

    static async Task<IResult> ProgressAsync(Guid id, Caller caller, FeedRows feeds, TimeProvider clock, CancellationToken cancellation) =>
        await feeds.FindAsync(caller.Tenant, id, cancellation) is null ? Unknown() : TypedResults.ServerSentEvents(FollowAsync(caller.Tenant, id, feeds, clock, cancellation), "feed");

    static async IAsyncEnumerable<Feed> FollowAsync(string tenant, Guid id, FeedRows feeds, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Feed? last = null;
        using var timer = new PeriodicTimer(ProgressEvery, clock);
        do
        {
            if (await feeds.FindAsync(tenant, id, cancellation) is not { } feed)
                yield break;
            if (last is null || feed.State != last.State || feed.Progress != last.Progress)
                yield return feed;
            last = feed;
        }
        while (last.State is not (FeedState.Applied or FeedState.Rejected or FeedState.Held or FeedState.Interrupted) && await timer.WaitForNextTickAsync(cancellation));
    }

    static async Task<IResult> IssuesAsync(Guid id, Caller caller, FeedRows feeds, HttpContext context, string? cursor, int limit = 100)
    {
        limit = Page(limit);
        if (await feeds.FindAsync(caller.Tenant, id, context.RequestAborted) is null)
            return Unknown();
        var (items, count) = await feeds.IssuesAsync(caller.Tenant, id, (int)(Position(cursor) ?? 0), limit, WantsCount(context), context.RequestAborted);
        return TypedResults.Ok(new FeedIssuePage([.. items.Select(i => i.Issue)], items.Count == limit ? Cursor(items[^1].N) : null, count));
    }

    internal static IResult Unknown() => Problems.Result(StatusCodes.Status404NotFound, "feed.unknown", "There is no feed with this id.");

    static bool WantsCount(HttpContext context)
    {
        var wants = context.Request.Headers["Prefer"].ToString().Contains("count=exact", StringComparison.OrdinalIgnoreCase);
        if (wants)
            context.Response.Headers["Preference-Applied"] = "count=exact";
        return wants;
    }

    static int Page(int limit) => limit is >= 1 and <= MaximumPage
        ? limit
        : throw new ProblemException(StatusCodes.Status400BadRequest, "page.limit", $"A page has 1 to {MaximumPage} items.");

    static string Cursor(long position) => "c" + position.ToString("x", CultureInfo.InvariantCulture);

    static long? Position(string? cursor) =>
        string.IsNullOrEmpty(cursor) ? null
        : cursor[0] == 'c' && long.TryParse(cursor.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var position) && position is >= 0 and <= int.MaxValue ? position
        : throw new ProblemException(StatusCodes.Status400BadRequest, "page.cursor", "The cursor is not one that this list gave.");
}
