using EquityPlatform.Contracts.Reporting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Reporting.Releases;

/// <summary>Public: a release's frozen cells as tables, and its files byte for byte.</summary>
internal static class ReadTables
{
    public static void MapReadTables(this IEndpointRouteBuilder api)
    {
        api.MapGet("/releases/{id:guid}/tables", TablesAsync).AllowAnonymous().Produces<ReleasedTables>()
            .WithSummary("Tables of a release, of all indicators and schools or of one");
        api.MapGet("/releases/{id:guid}/{file:regex(^data\\.(json|csv)$)}", FileAsync).AllowAnonymous().Produces<byte[]>(contentType: "application/json", additionalContentTypes: "text/csv")
            .WithSummary("A frozen file of a release: data.json or data.csv");
    }

    static async Task<IResult> TablesAsync(Guid id, string? tenant, string? indicator, string? school, FrozenReleases releases, CancellationToken cancellation)
    {
        if (await releases.PublishedAsync(id, tenant, cancellation) is null || await releases.DataAsync(id, cancellation) is not { } data)
            return ReadReleases.Unknown.ToProblem();
        return TypedResults.Ok(Tables(data, indicator, school));
    }

    /// <summary>Cells of the release, cut into tables; a filter only leaves tables out.</summary>
    internal static ReleasedTables Tables(ReleaseData data, string? indicator, string? school)
    {
        var names = data.Schools.ToDictionary(s => s.School, s => s.Name, StringComparer.Ordinal);
        var units = data.Definitions.ToDictionary(d => d.Code, d => d.Unit, StringComparer.Ordinal);
        return new(data.ReleaseId, data.Tenant, data.SchoolYear, data.MergedRaceGroups, data.Derived,
        [
            .. data.Cells.Where(c => (indicator is null || c.Indicator == indicator) && (school is null || c.School == school))
                .GroupBy(c => (c.Indicator, c.Version, c.School))
                .Select(t => new ReleasedTable(t.Key.Indicator, t.Key.Version, units[t.Key.Indicator], t.Key.School, names[t.Key.School], [.. t])),
        ]);
    }

    static async Task<IResult> FileAsync(Guid id, string file, string? tenant, HttpContext http, FrozenReleases releases, CancellationToken cancellation)
    {
        if (await releases.PublishedAsync(id, tenant, cancellation) is null || await releases.FileAsync(id, file, cancellation) is not { } stored)
            return ReadReleases.Unknown.ToProblem();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(stored.Sha256))}:";
        return TypedResults.Bytes(stored.Content, stored.MediaType, entityTag: new($"\"{stored.Sha256}\""));
    }
}
