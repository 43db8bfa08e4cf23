using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Indicators.Numbers;

/// <summary>Gaps of the groups of a dimension in one school to a stated reference.</summary>
internal static class GetGaps
{
    public static void MapGetGaps(this IEndpointRouteBuilder api) => api
        .MapGet("/gaps", Handle)
        .RequireRoles(Access.Readers)
        .Produces<GapAnalysis>();

    static async Task<IResult> Handle(string? indicator, int? schoolYear, string? dimension, string? school, string? reference, Caller caller, CubeStore cubes,
        CancellationToken cancellation)
    {
        reference ??= Gaps.AllOthers;
        if ((Question.Rule(indicator, out var rule) ?? Question.Year(schoolYear) ?? Question.Dimension(dimension)) is { } refusal)
            return refusal.ToProblem();
        if (rule.IsShare)
            return Refusal.Invalid("gap.no-comparison", "This indicator is a share of all students, so groups have no gap in it.").ToProblem();
        if (reference is not (Gaps.AllOthers or StudentGroups.All) && !GroupIndex.HasGroup(dimension!, reference))
            return Refusal.Invalid("reference.unknown", $"The reference is '{StudentGroups.All}', '{Gaps.AllOthers}' or a group of the dimension.").ToProblem();
        if (await cubes.FindAsync(caller.Tenant, schoolYear!.Value, cancellation) is not { } at)
            return Question.UnknownYear(schoolYear.Value).ToProblem();
        return Question.School(at.Cube, caller, school) is { } unseen
            ? unseen.ToProblem()
            : TypedResults.Ok(Gaps.Of(at.Cube, rule, school!, dimension!, reference, at.Positions) with { DataAsOf = at.DataAsOf });
    }
}
