using EquityPlatform.Contracts.Indicators;
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
        site.MapGet("/feeds/{id:guid}", (Guid id, Site page, IngestionClient ingestion, IndicatorsClient indicators, string? cursor, CancellationToken ct) => One(id, page, ingestion, indicators, cursor, null, ct));
        site.MapGet("/feeds/{id:guid}/progress", (Guid id, Site page, FeedProgress progress, CancellationToken ct) => progress.Follow(id, page, ct));
        site.MapPost("/feeds/{id:guid}/decide", Decide);
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

    private static async Task<IResult> Decide(Guid id, Site page, IngestionClient ingestion, IndicatorsClient indicators, IFormCollection form, CancellationToken ct)
    {
        if (form.Word("decision") is not ("release" or "link" or "refuse" or "retry" or "give-up"))
            return page.NotFound();
        var relink = form.Word("decision") == "link";
        var decided = await ingestion.Decide(id, relink ? "release" : form.Word("decision"), form.Word("reason"), relink, ct);
        return decided.No switch
        {
            null => page.Go($"/feeds/{id}"),
            { Status: 401 or 403 or 404 } or { IsDown: true } => page.Refused(decided.No),
            _ => await One(id, page, ingestion, indicators, null, decided.No, ct),
        };
    }

    private static async Task<IResult> One(Guid id, Site page, IngestionClient ingestion, IndicatorsClient indicators, string? cursor, Refusal? refused, CancellationToken ct)
    {
        var (feed, issues) = (ingestion.Feed(id, ct), ingestion.Issues(id, cursor, ct));
        if ((await feed).Value is not { } view)
            return page.Refused((await feed).No!);
        // Names only where a table by school is shown; without them it shows codes
        var schools = view.Hold is null ? null : (await indicators.Schools(ct)).Value;
        return page.Show<FeedProgressPage>(new FeedModel(view, (await issues).Value, (await issues).No, cursor is not null, schools, refused), refused?.Status ?? StatusCodes.Status200OK);
    }
}

public sealed record FeedsModel(FeedPage List, Refusal? No)
{
    /// <summary>Sources that files were sent for, the latest first. What was read through an interface is not what a person sends.</summary>
    public IReadOnlyList<string> Sources => [.. List.Items.Where(f => !f.IsEdFi()).Select(f => f.Source).Distinct(StringComparer.Ordinal)];

    public string UsualSource => Sources is [var usual, ..] ? usual : "sis";
}

public sealed record FeedModel(Feed Feed, FeedIssuePage? Issues, Refusal? No, bool IsLaterPage, IReadOnlyList<SchoolSummary>? Schools, Refusal? Refused);
