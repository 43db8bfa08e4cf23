using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.Contracts.Reporting;

namespace EquityPlatform.Web;

/// <summary>Start page: public welcome, or what needs the signed-in role.</summary>
internal static class HomePages
{
    public static void MapHome(this IEndpointRouteBuilder site)
    {
        site.MapGet("/", async (Site page, IndicatorsClient indicators, InterventionsClient interventions, IngestionClient ingestion, ReportingClient reporting, CancellationToken ct) =>
        {
            if (!page.Visitor.IsSignedIn || !Menu.MaySeeIndicators(page.Visitor) && !Menu.MaySeeFeeds(page.Visitor))
                return page.Show<WelcomePage>(new WelcomeModel((await reporting.Releases(ct)).Value?.Items ?? []));
            var groups = Menu.MaySeeIndicators(page.Visitor) ? indicators.Attention(ct) : null;
            var goals = Menu.MaySeeIndicators(page.Visitor) ? interventions.Attention(ct) : null;
            var schools = Menu.MaySeeIndicators(page.Visitor) ? indicators.Schools(ct) : null;
            var feeds = Menu.MaySeeFeeds(page.Visitor) ? ingestion.Feeds(null, ct) : null;
            return page.Show<HomePage>(new HomeModel(
                groups is null ? null : await groups, goals is null ? null : await goals, feeds is null ? null : await feeds,
                schools is null ? null : (await schools).Value));
        });

        site.MapGet("/receipts", (Site page, string? code) => code?.Trim() is { Length: > 0 } wanted
            ? page.Go("/receipts/" + Uri.EscapeDataString(wanted))
            : page.Go("/"));
    }
}

public sealed record WelcomeModel(IReadOnlyList<ReleaseSummary> Releases);

public sealed record HomeModel(Answer<GroupAttentionList>? Groups, Answer<AttentionList>? Goals, Answer<FeedPage>? Feeds, IReadOnlyList<SchoolSummary>? Schools)
{
    private const int Shown = 8;

    public IReadOnlyList<GroupAttentionItem> GroupItems => [.. (Groups?.Value?.Items ?? []).Take(Shown)];

    public int MoreGroups => Math.Max(0, (Groups?.Value?.Items.Count ?? 0) - Shown);

    public IReadOnlyList<Feed> FeedItems => [.. (Feeds?.Value?.Items ?? []).Where(f => f.IsWorking() || f.State is "rejected" or "held" or "interrupted" || f.Counts.Quarantined > 0).Take(Shown)];

    public IEnumerable<Refusal> Down => new[] { Groups?.No, Goals?.No, Feeds?.No }.OfType<Refusal>().Where(r => r.IsDown);
}
