using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>What is wrong with a source's files and what is missing from them.</summary>
internal static class QualityPages
{
    public const string Path = "/feeds/quality";

    public static bool MayAssign(Visitor visitor) => visitor.Is(Roles.DataSteward, Roles.Operator);

    public static void MapQuality(this IEndpointRouteBuilder site)
    {
        site.MapGet(Path, Report);
        site.MapGet(Path + "/findings.csv", async (Site page, IngestionClient ingestion, string source, CancellationToken ct) => File(page, await ingestion.FindingsFile(source, ct), $"findings-{source}.csv"));
        site.MapGet(Path + "/assign", (Site page, IngestionClient ingestion, string source, string subject, string code, CancellationToken ct) => Choose(page, ingestion, source, subject, code, null, ct));
        site.MapPost(Path + "/assign", Assign);
        site.MapGet(Path + "/completeness", Completeness);
        site.MapGet(Path + "/completeness.csv", async (Site page, IngestionClient ingestion, string source, int year, string? school, CancellationToken ct) =>
            File(page, await ingestion.CompletenessFile(source, year, school, ct), $"completeness-{source}-{year}.csv"));
        site.MapGet("/feeds/{id:guid}/quality", OfFeed);
    }

    private static async Task<IResult> Report(Site page, IngestionClient ingestion, IndicatorsClient indicators, string? source, CancellationToken ct)
    {
        var schools = indicators.Schools(ct);
        if ((await ingestion.QualitySources(ct)) is var sources && sources.Value is not { } known)
            return page.Refused(sources.No!);
        if ((source ?? known.Items.Select(s => s.Source).FirstOrDefault()) is not { } chosen)
            return page.Show<QualityPage>(new QualityModel([], null, null));
        var report = await ingestion.Quality(chosen, ct);
        return report.Value is { } found ? page.Show<QualityPage>(new QualityModel(known.Items, found, (await schools).Value)) : page.Refused(report.No!);
    }

    private static async Task<IResult> OfFeed(Guid id, Site page, IngestionClient ingestion, IndicatorsClient indicators, CancellationToken ct)
    {
        var (schools, found) = (indicators.Schools(ct), await ingestion.FeedQuality(id, ct));
        return found.Value is { } quality ? page.Show<FeedQualityPage>(new FeedQualityModel(quality, (await schools).Value)) : page.Refused(found.No!);
    }

    private static async Task<IResult> Choose(Site page, IngestionClient ingestion, string source, string subject, string code, Refusal? no, CancellationToken ct)
    {
        var report = await ingestion.Quality(source, ct);
        if (report.Value is not { } found)
            return page.Refused(report.No!);
        return found.Open.FirstOrDefault(f => f.Subject == subject && f.Code == code) is { } finding
            ? page.Show<AssignFindingPage>(new AssignFindingModel(source, finding, no), no?.Status ?? StatusCodes.Status200OK)
            : page.NotFound();
    }

    private static async Task<IResult> Assign(Site page, IngestionClient ingestion, IFormCollection form, CancellationToken ct)
    {
        var (source, subject, code) = (form.Word("source"), form.Word("subject"), form.Word("code"));
        var asked = await ingestion.Assign(new(source, subject, code, form.Word("owner")), ct);
        return asked.No switch
        {
            null => page.Go($"{Path}?source={Uri.EscapeDataString(source)}"),
            { Status: 401 or 403 } or { IsDown: true } => page.Refused(asked.No),
            _ => await Choose(page, ingestion, source, subject, code, asked.No, ct),
        };
    }

    private static async Task<IResult> Completeness(Site page, IngestionClient ingestion, IndicatorsClient indicators, string? source, int? year, string? school, CancellationToken ct)
    {
        var schools = indicators.Schools(ct);
        if ((await ingestion.QualitySources(ct)) is var sources && sources.Value is not { } known)
            return page.Refused(sources.No!);
        if ((source ?? known.Items.Select(s => s.Source).FirstOrDefault()) is not { } chosen)
            return page.Show<QualityPage>(new QualityModel([], null, null));
        var report = await ingestion.Completeness(chosen, year, school is { Length: > 0 } ? school : null, ct);
        return report.Value is { } found ? page.Show<CompletenessPage>(new CompletenessModel(known.Items, found, (await schools).Value)) : page.Refused(report.No!);
    }

    private static IResult File(Site page, Answer<string> file, string name) => file.Value is { } text ? Results.File(Encoding.UTF8.GetBytes(text), "text/csv; charset=utf-8", name) : page.Refused(file.No!);
}

/// <param name="Report">Null where no file was ever sent.</param>
public sealed record QualityModel(IReadOnlyList<SourceQuality> Sources, QualityReport? Report, IReadOnlyList<SchoolSummary>? Schools);

public sealed record FeedQualityModel(FeedQuality Quality, IReadOnlyList<SchoolSummary>? Schools);

public sealed record AssignFindingModel(string Source, QualityFinding Finding, Refusal? No);

public sealed record CompletenessModel(IReadOnlyList<SourceQuality> Sources, CompletenessReport Report, IReadOnlyList<SchoolSummary>? Schools);
