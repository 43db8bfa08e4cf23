using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Antiforgery;

namespace EquityPlatform.Web;

/// <summary>Data files: send, watch, read what was not accepted.</summary>
internal static class FeedsPages
{
    public static void MapFeeds(this IEndpointRouteBuilder site)
    {
        site.MapGet("/feeds", List);
        // The body must not be read as a form: it streams through, and FeedUpload checks the token itself
        site.MapPost("/feeds", Send).WithMetadata(new RequireAntiforgeryTokenAttribute(required: false));
        site.MapGet("/feeds/{id:guid}", One);
    }

    private static async Task<IResult> List(Site page, IngestionClient ingestion, string? cursor, CancellationToken ct)
    {
        var feeds = await ingestion.Feeds(cursor, ct);
        return feeds.Value is { } list ? page.Show<FeedsPage>(new FeedsModel(list, null)) : page.Refused(feeds.No!);
    }

    private static async Task<IResult> Send(HttpContext context, Site page, FeedUpload upload, IngestionClient ingestion, CancellationToken ct)
    {
        if (!page.Visitor.IsSignedIn)
            return page.Refused(new Refusal(StatusCodes.Status401Unauthorized, "", null));
        var feed = Guid.NewGuid();
        var sent = await upload.Forward(context, feed, ct);
        if (sent.No is null)
            return page.Go($"/feeds/{sent.Value?.Feed ?? feed}");
        if (sent.No.Status is 401 or 403 || sent.No.IsDown)
            return page.Refused(sent.No);
        var feeds = await ingestion.Feeds(null, ct);
        return feeds.Value is { } list ? page.Show<FeedsPage>(new FeedsModel(list, sent.No), sent.No.Status) : page.Refused(sent.No);
    }

    private static async Task<IResult> One(Guid id, Site page, IngestionClient ingestion, string? cursor, CancellationToken ct)
    {
        var (feed, issues) = (ingestion.Feed(id, ct), ingestion.Issues(id, cursor, ct));
        return (await feed).Value is { } view
            ? page.Show<FeedProgressPage>(new FeedModel(view, (await issues).Value, (await issues).No, cursor is not null))
            : page.Refused((await feed).No!);
    }
}

public sealed record FeedsModel(FeedPage List, Refusal? No);

public sealed record FeedModel(Feed Feed, FeedIssuePage? Issues, Refusal? No, bool IsLaterPage);
