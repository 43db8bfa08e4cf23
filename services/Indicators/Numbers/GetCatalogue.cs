using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Facts;

namespace EquityPlatform.Indicators.Numbers;

/// <summary>What can be asked for: definitions, schools and school years.</summary>
internal static class GetCatalogue
{
    public static void MapGetCatalogue(this IEndpointRouteBuilder api)
    {
        api.MapGet("/indicators", (Caller caller) => TypedResults.Ok(Catalogue.Definitions))
            .RequireRoles(Access.Readers)
            .Produces<IReadOnlyList<IndicatorDefinition>>();
        api.MapGet("/schools", async (Caller caller, SchoolDirectory directory, CancellationToken cancellation) =>
                TypedResults.Ok(await directory.SchoolsAsync(caller.Tenant, cancellation)))
            .RequireRoles(Access.Readers)
            .Produces<IReadOnlyList<SchoolSummary>>();
        api.MapGet("/school-years", async (Caller caller, SchoolDirectory directory, CancellationToken cancellation) =>
                TypedResults.Ok(await directory.SchoolYearsAsync(caller.Tenant, cancellation)))
            .RequireRoles(Access.Readers)
            .Produces<IReadOnlyList<SchoolYearSummary>>();
    }
}
