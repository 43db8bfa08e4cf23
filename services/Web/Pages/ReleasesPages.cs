using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Reporting;

namespace EquityPlatform.Web;

/// <summary>Public numbers without sign-in, and publishing for those who may.</summary>
internal static class ReleasesPages
{
    private static readonly string[] Publishers = [Roles.DistrictLeader, Roles.EquityAnalyst];

    public static bool MayPublish(Visitor visitor) => visitor.Is(Publishers);

    public static void MapReleases(this IEndpointRouteBuilder site)
    {
        site.MapGet("/releases", async (Site page, ReportingClient reporting, CancellationToken ct) =>
        {
            var releases = await reporting.Releases(ct);
            return releases.Value is { } list ? page.Show<ReleasesPage>(list) : page.Refused(releases.No!);
        });
        site.MapGet("/releases/{id:guid}", One);
        site.MapGet("/releases/{id:guid}/{file:regex(^data\\.(csv|json)$)}", Download);
        site.MapGet("/releases/new", New);
        site.MapPost("/releases/new", Publish);
    }

    private static async Task<IResult> One(Guid id, Site page, ReportingClient reporting, CancellationToken ct, string? indicator = null, string? school = null)
    {
        var (release, tables) = (reporting.Release(id, ct), reporting.Tables(id, indicator ?? "chronic-absence", school ?? "district", ct));
        if ((await release).Value is not { } summary)
            return page.Refused((await release).No!);
        if (summary.Manifest is null)
            return page.Show<ReleasePage>(new ReleaseModel(summary, null, "", ""));
        return (await tables).Value is { } cells
            ? page.Show<ReleasePage>(new ReleaseModel(summary, cells, indicator ?? "chronic-absence", school ?? "district"))
            : page.Refused((await tables).No!);
    }

    // Files are the service's own bytes, passed through: their fingerprint must hold
    private static async Task Download(Guid id, string file, HttpContext context, ServiceDoor door, Site page, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ServiceDoor.Uri("reporting", $"releases/{id}/{file}"));
        try
        {
            using var answer = await door.Raw(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!answer.IsSuccessStatusCode)
            {
                await page.Refused(await ServiceDoor.ReadRefusal("reporting", answer, ct)).ExecuteAsync(context);
                return;
            }
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"equity-release-{id}-{file}\"";
            await answer.Content.CopyToAsync(context.Response.Body, ct);
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            await page.Refused(new Refusal(0, "site.service-down", null) { Service = "reporting" }).ExecuteAsync(context);
        }
    }

    private static async Task<IResult> New(Site page, IndicatorsClient indicators, CancellationToken ct) => !page.Visitor.IsSignedIn
        ? page.Refused(new Refusal(StatusCodes.Status401Unauthorized, "", null))
        : !MayPublish(page.Visitor) ? page.Refused(new Refusal(StatusCodes.Status403Forbidden, "", null))
        : await NewPage(page, indicators, null, ct);

    private static async Task<IResult> Publish(Site page, IndicatorsClient indicators, ReportingClient reporting, IFormCollection form, CancellationToken ct)
    {
        if (form.Id("release") is not { } release || form.Whole("year") is not { } year)
            return page.NotFound();
        var asked = await reporting.Publish(new(release, year), ct);
        return asked.No switch
        {
            null => page.Go($"/releases/{release}"),
            { Status: 401 or 403 } or { IsDown: true } => page.Refused(asked.No),
            _ => await NewPage(page, indicators, asked.No, ct),
        };
    }

    private static async Task<IResult> NewPage(Site page, IndicatorsClient indicators, Refusal? no, CancellationToken ct)
    {
        var years = await indicators.SchoolYears(ct);
        return years.Value is { } known
            ? page.Show<NewReleasePage>(new NewReleaseModel(known, Guid.NewGuid(), no), no?.Status ?? StatusCodes.Status200OK)
            : page.Refused(years.No!);
    }
}

public sealed record ReleaseModel(ReleaseSummary Release, ReleasedTables? Tables, string Indicator, string School)
{
    /// <summary>The picture of a released table, from released cells only; null where its race and ethnicity rows are all hidden.</summary>
    public GapPlot? Picture(Language l, ReleasedTable table, string school)
    {
        var definition = Release.Manifest?.Definitions.FirstOrDefault(d => d.Code == table.Indicator && d.Version == table.Version);
        var rows = table.Cells.Where(c => c.Dimension == StudentGroups.RaceEthnicity).ToArray();
        if (definition is null || !rows.Any(c => c.Rate is not null))
            return null;
        var everyone = table.Cells.FirstOrDefault(c => c.Dimension == StudentGroups.All);
        return GapPlot.From(l, new(definition, Release.SchoolYear, table.School, StudentGroups.RaceEthnicity, StudentGroups.All, everyone is null ? null : Cell(everyone), new Dictionary<string, long>(), [],
            [.. rows.Select(c => new GapToReference(Cell(c), null, null, null, null, null, null, TooFewToTell: false))]), school, claims: false);
    }

    private IndicatorCell Cell(ReleasedCell c) => new(c.Indicator, c.Version, Release.SchoolYear, c.School, c.Dimension, c.Group, c.State, c.Numerator, c.Denominator, c.Students, c.Rate, c.Low, c.High);
}

public sealed record NewReleaseModel(IReadOnlyList<SchoolYearSummary> Years, Guid ReleaseId, Refusal? No);
