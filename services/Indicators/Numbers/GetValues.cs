using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Indicators.Numbers;

/// <summary>One indicator of one school year, by school and group.</summary>
internal static class GetValues
{
    public static void MapGetValues(this IEndpointRouteBuilder api) => api
        .MapGet("/values", Handle)
        .RequireRoles(Access.Readers)
        .Produces<IndicatorValues>();

    static async Task<IResult> Handle(string? indicator, int? schoolYear, string? dimension, string? school, Caller caller, CubeStore cubes, CancellationToken cancellation)
    {
        if ((Question.Rule(indicator, out var rule) ?? Question.Year(schoolYear) ?? (dimension is null ? null : Question.Dimension(dimension))) is { } refusal)
            return refusal.ToProblem();
        if (await cubes.FindAsync(caller.Tenant, schoolYear!.Value, cancellation) is not { } at)
            return Question.UnknownYear(schoolYear.Value).ToProblem();
        if (school is not null && Question.School(at.Cube, caller, school) is { } unseen)
            return unseen.ToProblem();
        IEnumerable<string> schools = school is null ? at.Cube.Schools.Prepend(YearCalculation.District).Where(code => Access.MayRead(caller, code)) : [school];
        IReadOnlyList<string> dimensions = dimension is null ? StudentGroups.Dimensions : [dimension];
        var cells =
            from code in schools
            from dim in dimensions
            from grp in at.Cube.GroupsOf(dim)
            select at.Cube.Cell(rule, code, dim, grp);
        return TypedResults.Ok(new IndicatorValues(rule.Definition, at.Cube.SchoolYear, at.Positions, at.Cube.Derived(rule), [.. cells], at.DataAsOf));
    }
}
