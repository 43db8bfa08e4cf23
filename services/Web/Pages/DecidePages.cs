using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web;

/// <summary>A decision in two steps: freeze what deciders see, then decide on it.</summary>
internal static class DecidePages
{
    public static void MapDecisions(this IEndpointRouteBuilder site)
    {
        site.MapGet("/goals/{id:guid}/decide", (Guid id, Guid plan, Guid? evidence, Site page, InterventionsClient interventions, IndicatorsClient indicators, CancellationToken ct) =>
            Form(id, plan, evidence, page, interventions, indicators, FormCollection.Empty, Guid.NewGuid(), null, ct));
        site.MapPost("/goals/{id:guid}/freeze", Freeze);
        site.MapPost("/goals/{id:guid}/decide", Decide);
    }

    private static async Task<IResult> Freeze(Guid id, Site page, InterventionsClient interventions, IndicatorsClient indicators, IFormCollection form, CancellationToken ct)
    {
        var (goal, years) = (interventions.Goal(id, ct), indicators.SchoolYears(ct));
        if ((await goal).Value is not { } view)
            return page.Refused((await goal).No!);
        if ((await years).Value is not { Count: > 0 } known)
            return page.Refused((await years).No ?? new Refusal(StatusCodes.Status404NotFound, "", null));
        var ask = new FreezeEvidence(Guid.NewGuid(), view.Indicator, known.Max(y => y.SchoolYear), view.School, view.Dimension, view.Group);
        var frozen = await indicators.Freeze(ask, ct);
        return frozen.No is { } no ? page.Refused(no) : page.Go($"/goals/{id}/decide?plan={form.Id("plan")}&evidence={ask.SnapshotId}");
    }

    private static async Task<IResult> Decide(Guid id, Site page, InterventionsClient interventions, IndicatorsClient indicators, IFormCollection form, CancellationToken ct)
    {
        if (form.Id("decision") is not { } decision || form.Id("plan") is not { } plan)
            return page.NotFound();
        var asked = await interventions.Decide(id, new(decision, plan, form.Words("kind"), form.Words("reason"), form.Id("evidence"), form.Words("changes"), form.Day("nextReview")),
            form.Word("revision"), ct);
        return asked.No switch
        {
            null => page.Go($"/goals/{id}?done=decision#decisions"),
            { Status: 401 or 403 or 404 } or { IsDown: true } => page.Refused(asked.No),
            _ => await Form(id, plan, form.Id("evidence"), page, interventions, indicators, form, decision, asked.No, ct),
        };
    }

    private static async Task<IResult> Form(Guid id, Guid plan, Guid? evidence, Site page, InterventionsClient interventions, IndicatorsClient indicators,
        IFormCollection form, Guid decision, Refusal? no, CancellationToken ct)
    {
        var (goal, snapshot, schools) = (interventions.Goal(id, ct), evidence is { } e ? indicators.Snapshot(e, ct) : null, indicators.Schools(ct));
        if ((await goal).Value is not { } view)
            return page.Refused((await goal).No!);
        if (view.Plans.FirstOrDefault(p => p.PlanId == plan) is not { } about)
            return page.NotFound();
        var seen = snapshot is null ? null : await snapshot;
        return seen is { Value: null }
            ? page.Refused(seen.No!)
            : page.Show<DecidePage>(new DecideModel(view, about, seen?.Value, (await schools).Value, form, decision, no), no?.Status ?? StatusCodes.Status200OK);
    }
}

public sealed record DecideModel(GoalView Goal, PlanView Plan, EvidenceSnapshot? Evidence, IReadOnlyList<SchoolSummary>? Schools, IFormCollection Form, Guid DecisionId, Refusal? No);
