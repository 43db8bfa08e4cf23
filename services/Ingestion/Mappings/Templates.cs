using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>Empty files with the right header, to fill in or to hold an export against.</summary>
internal static class Templates
{
    static readonly string[] Readers = [Roles.DataSteward, Roles.Operator, Roles.EquityAnalyst, Roles.DistrictLeader, Roles.Integrator];

    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        api.MapGet("/templates", () => TypedResults.Ok(All.Select(s => new Contracts.Ingestion.FileTemplate(s.Name, [.. s.Columns.Select(c => new Contracts.Ingestion.TemplateColumn(c.Name, c.Required, c.Kept))])).ToList()))
            .RequireRoles(Readers).Produces<IReadOnlyList<Contracts.Ingestion.FileTemplate>>().WithSummary("Files that may be sent, with their columns; those not kept are dropped at the edge.");
        api.MapGet("/templates/{file}", One).RequireRoles(Readers).Produces<string>(StatusCodes.Status200OK, "text/csv").WithSummary("A file with its header and no rows.");
    }

    static IReadOnlyList<FileSpec> All => [.. FileSpecs.Roster, .. FileSpecs.Side];

    static IResult One(string file) =>
        All.FirstOrDefault(s => s.Name == file) is { } spec
            ? TypedResults.File(Encoding.UTF8.GetBytes(string.Join(',', spec.Columns.Select(c => c.Name)) + "\r\n"), "text/csv; charset=utf-8", spec.Name)
            : Problems.Result(StatusCodes.Status404NotFound, "template.unknown", "There is no such file.");
}
