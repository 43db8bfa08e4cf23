using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Web;

/// <summary>One indicator by group, with the way on to a goal.</summary>
internal static class IndicatorsPages
{
    public static void MapIndicators(this IEndpointRouteBuilder site)
    {
        site.MapGet("/indicators", Show);
        site.MapPost("/indicators/freeze", Freeze);
    }

    // "All students" is not the norm that a group is held against: its own part of the whole would dampen the comparison
    private const string AllOthers = "allOthers";

    private static async Task<IResult> Show(Site page, IndicatorsClient indicators, InterventionsClient interventions, CancellationToken ct,
        string? indicator = null, int? year = null, string? school = null, string? dimension = null, string? reference = null)
    {
        if (!page.Visitor.IsSignedIn)
            return page.Refused(new Refusal(StatusCodes.Status401Unauthorized, "", null));
        var asking = (Definitions: indicators.Definitions(ct), Years: indicators.SchoolYears(ct), Schools: indicators.Schools(ct), Rights: interventions.Authority(ct));
        var (definitions, years, schools) = (await asking.Definitions, await asking.Years, await asking.Schools);
        if ((definitions.No ?? years.No ?? schools.No) is { } no)
            return page.Refused(no);
        if (definitions.Value is not { Count: > 0 } all || years.Value is not { Count: > 0 } known)
            return page.Show<IndicatorsPage>(new IndicatorsModel(IndicatorChoice.Empty, [], [], [], null, null, MaySetGoal: false));

        var choice = new IndicatorChoice(
            indicator ?? (all.Any(d => d.Code == "chronic-absence") ? "chronic-absence" : all[0].Code),
            year ?? known.Max(y => y.SchoolYear), school ?? "district", dimension ?? StudentGroups.RaceEthnicity, reference ?? AllOthers);
        var gaps = await Analysis(indicators, all, choice, ct);
        var maySet = (await asking.Rights).Value?.Rules.Any(r => r.Act == "set-goal" && page.Visitor.Roles.Contains(r.Role)) ?? false;
        return page.Show<IndicatorsPage>(new IndicatorsModel(choice, all, known, schools.Value ?? [], gaps.Value, gaps.No, maySet), Status(gaps.No));
    }

    // A share of all students (enrolment), or all students together, has nothing to be compared with: plain values then
    private static async Task<Answer<GapAnalysis>> Analysis(IndicatorsClient indicators, IReadOnlyList<IndicatorDefinition> all, IndicatorChoice choice, CancellationToken ct)
    {
        if (choice.Dimension != StudentGroups.All && all.FirstOrDefault(d => d.Code == choice.Indicator) is not { HigherIsBetter: null })
            return await indicators.Gaps(choice.Indicator, choice.Year, choice.Dimension, choice.School, choice.Reference, ct);
        var values = await indicators.Values(choice.Indicator, choice.Year, choice.Dimension, choice.School, ct);
        return values.Value is not { } v
            ? new(null, values.No)
            : new(new(v.Definition, v.SchoolYear, choice.School, choice.Dimension, choice.Reference, null, v.Positions, v.Derived,
                [.. v.Cells.Select(c => new GapToReference(c, null, null, null, null, null, null, TooFewToTell: false))], v.DataAsOf), null);
    }

    // A refused choice keeps its form on the page, so that the reader can choose again
    private static int Status(Refusal? no) => no switch { null => 200, { IsDown: true } => 503, { Status: 401 } => 403, _ => no.Status };

    private static async Task<IResult> Freeze(Site page, IndicatorsClient indicators, IFormCollection form, CancellationToken ct)
    {
        var ask = new FreezeEvidence(Guid.NewGuid(), form.Word("indicator"), form.Whole("year") ?? 0, form.Word("school"), form.Word("dimension"), form.Word("group"));
        var frozen = await indicators.Freeze(ask, ct);
        return frozen.No is { } no ? page.Refused(no) : page.Go($"/goals/new?evidence={ask.SnapshotId}");
    }
}

public sealed record IndicatorChoice(string Indicator, int Year, string School, string Dimension, string Reference)
{
    public static readonly IndicatorChoice Empty = new("", 0, "district", StudentGroups.RaceEthnicity, StudentGroups.All);
}

public sealed record IndicatorsModel(IndicatorChoice Choice, IReadOnlyList<IndicatorDefinition> Definitions, IReadOnlyList<SchoolYearSummary> Years, IReadOnlyList<SchoolSummary> Schools,
    GapAnalysis? Analysis, Refusal? No, bool MaySetGoal)
{
    public string SchoolName(Language l) => Names.School(l, Choice.School, Schools);
}
