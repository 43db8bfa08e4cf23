using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web;

/// <summary>The list of goals, one goal, a new goal from frozen numbers.</summary>
internal static class GoalsPages
{
    public static void MapGoals(this IEndpointRouteBuilder site)
    {
        site.MapGet("/goals", List);
        site.MapGet("/goals/{id:guid}", One);
        site.MapGet("/goals/new", New);
        site.MapPost("/goals/new", Set);
        site.MapPlans();
    }

    private static async Task<IResult> List(Site page, InterventionsClient interventions, IndicatorsClient indicators, string? cursor, CancellationToken ct)
    {
        var (goals, schools) = (interventions.Goals(cursor, ct), indicators.Schools(ct));
        return (await goals).Value is { } list
            ? page.Show<GoalsPage>(new GoalsModel(list, (await schools).Value, cursor is not null))
            : page.Refused((await goals).No!);
    }

    private static async Task<IResult> One(Guid id, Site page, InterventionsClient interventions, IndicatorsClient indicators, string? done, CancellationToken ct)
    {
        var (goal, progress, schools, definitions, rights) = (interventions.Goal(id, ct), interventions.Progress(id, ct), indicators.Schools(ct), indicators.Definitions(ct), interventions.Authority(ct));
        if ((await goal).Value is not { } view)
            return page.Refused((await goal).No!);
        return page.Show<GoalPage>(new GoalModel(view, (await progress).Value, (await schools).Value,
            (await definitions).Value?.FirstOrDefault(d => d.Code == view.Indicator && d.Version == view.IndicatorVersion), (await rights).Value, done));
    }

    private static async Task<IResult> New(Site page, IndicatorsClient indicators, Guid? evidence, CancellationToken ct)
    {
        if (!page.Visitor.IsSignedIn)
            return page.Refused(new Refusal(StatusCodes.Status401Unauthorized, "", null));
        return evidence is { } id
            ? await Form(page, indicators, id, FormCollection.Empty, Guid.NewGuid(), null, ct)
            : page.Show<NewGoalPage>(new NewGoalModel(null, null, FormCollection.Empty, Guid.NewGuid(), null));
    }

    private static async Task<IResult> Set(Site page, InterventionsClient interventions, IndicatorsClient indicators, IFormCollection form, CancellationToken ct)
    {
        if (form.Id("goal") is not { } goal || form.Id("evidence") is not { } evidence)
            return page.NotFound();
        var snapshot = await indicators.Snapshot(evidence, ct);
        if (snapshot.Value is not { } seen)
            return page.Refused(snapshot.No!);
        var asked = await interventions.SetGoal(new(goal, form.Words("title"), form.Words("purpose"), seen.Definition.Code, seen.Definition.Version, seen.Dimension,
            seen.Group, seen.School, evidence, form.OfHundred("target"), form.Day("due"), form.Words("owner")), ct);
        return asked.No switch
        {
            null => page.Go($"/goals/{goal}?done=set"),
            { Status: 401 or 403 } or { IsDown: true } => page.Refused(asked.No),
            _ => await Form(page, indicators, evidence, form, goal, asked.No, ct),
        };
    }

    private static async Task<IResult> Form(Site page, IndicatorsClient indicators, Guid evidence, IFormCollection form, Guid goal, Refusal? no, CancellationToken ct)
    {
        var (snapshot, schools) = (indicators.Snapshot(evidence, ct), indicators.Schools(ct));
        return (await snapshot).Value is { } seen
            ? page.Show<NewGoalPage>(new NewGoalModel(seen, (await schools).Value, form, goal, no), no?.Status ?? StatusCodes.Status200OK)
            : page.Refused((await snapshot).No!);
    }
}

public sealed record GoalsModel(GoalList List, IReadOnlyList<SchoolSummary>? Schools, bool IsLaterPage);

public sealed record GoalModel(GoalView Goal, GoalProgress? Progress, IReadOnlyList<SchoolSummary>? Schools, IndicatorDefinition? Definition, AuthorityMapView? Rights, string? Done);

public sealed record NewGoalModel(EvidenceSnapshot? Evidence, IReadOnlyList<SchoolSummary>? Schools, IFormCollection Form, Guid GoalId, Refusal? No);
