using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Hosting;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Facts;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Indicators.Numbers;

/// <summary>Groups whose chronic absence is clearly above that of all other students of their school.</summary>
internal static class GetAttention
{
    const string Code = "attention.chronic-absence-above-others";

    static readonly IndicatorRule Rule = Catalogue.Rules.OfType<ChronicAbsence>().Single();

    public static void MapGetAttention(this IEndpointRouteBuilder api) => api
        .MapGet("/attention", Handle)
        .RequireRoles(Access.Readers)
        .Produces<GroupAttentionList>();

    static async Task<IResult> Handle(int? schoolYear, Caller caller, CubeStore cubes, SchoolDirectory directory, CancellationToken cancellation)
    {
        schoolYear ??= (await directory.SchoolYearsAsync(caller.Tenant, cancellation)).FirstOrDefault(year => year.HasAttendance)?.SchoolYear;
        if (schoolYear is not { } year)
            return TypedResults.Ok(new GroupAttentionList(0, new Dictionary<string, long>(), [], []));
        if (Question.Year(year) is { } refusal)
            return refusal.ToProblem();
        if (await cubes.FindAsync(caller.Tenant, year, cancellation) is not { } at)
            return Question.UnknownYear(year).ToProblem();
        var schools = at.Cube.Schools.Prepend(YearCalculation.District).Where(school => Access.MayRead(caller, school));
        return TypedResults.Ok(new GroupAttentionList(year, at.Positions, at.Cube.Derived(Rule), Items(at.Cube, schools), at.DataAsOf));
    }

    /// <summary>Clearly above: the whole interval of the difference lies above zero. Largest difference first.</summary>
    internal static IReadOnlyList<GroupAttentionItem> Items(YearCube cube, IEnumerable<string> schools)
    {
        var standingOut =
            from school in schools
            from dimension in StudentGroups.Dimensions
            where dimension != StudentGroups.All
            from grp in cube.GroupsOf(dimension)
            where grp != StudentGroups.NotReported
            let gap = Gaps.Gap(cube, Rule, school, dimension, grp, Gaps.AllOthers)
            where gap is { TooFewToTell: false, DifferenceLow: > 0 }
            orderby gap.Difference descending, school, dimension, grp
            select new GroupAttentionItem(Code, Rule.Definition, gap, Gaps.OthersCell(cube, Rule, school, dimension, grp));
        return [.. standingOut];
    }
}
