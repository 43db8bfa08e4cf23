using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web;

/// <summary>A plan under a goal: everything that makes it checkable is asked for before it starts.</summary>
internal static class PlanPages
{
    public const int RoleRows = 3;
    public const int StepRows = 4;

    public static void MapPlans(this IEndpointRouteBuilder site)
    {
        site.MapGet("/goals/{id:guid}/plans/new", (Guid id, Site page, InterventionsClient interventions, CancellationToken ct) =>
            Form(id, page, interventions, FormCollection.Empty, Guid.NewGuid(), null, ct));
        site.MapPost("/goals/{id:guid}/plans/new", Open);
    }

    private static async Task<IResult> Open(Guid id, Site page, InterventionsClient interventions, IFormCollection form, CancellationToken ct)
    {
        if (form.Id("plan") is not { } plan)
            return page.NotFound();
        var asked = await interventions.OpenPlan(id, Read(form, plan), form.Word("revision"), ct);
        return asked.No switch
        {
            null => page.Go($"/goals/{id}?done=plan#plans"),
            { Status: 401 or 403 or 404 } or { IsDown: true } => page.Refused(asked.No),
            _ => await Form(id, page, interventions, form, plan, asked.No, ct),
        };
    }

    private static OpenPlanRequest Read(IFormCollection form, Guid plan) => new(plan, form.Words("purpose"), form.Words("cause"),
        [.. Enumerable.Range(1, RoleRows).Select(i => new PlanRole(form.Words($"role{i}"), form.Words($"task{i}"))).Where(r => r is not { Role: null, Task: null })],
        [.. Enumerable.Range(1, StepRows).Select(i => new PlanMilestone(form.Words($"step{i}"), form.Day($"date{i}"))).Where(m => m is not { Text: null, Date: null })],
        new(form.Whole("amount"), form.Words("unit"), form.Whole("times"), form.Words("per")),
        form.Day("start"), form.Day("review"), Rule(form, "success"), Rule(form, "stop"), form.Id("replaces"));

    private static PlanRule Rule(IFormCollection form, string name) => new(form.Words(name), form.OfHundred(name + "Share"), form.Day(name + "By"));

    private static async Task<IResult> Form(Guid id, Site page, InterventionsClient interventions, IFormCollection form, Guid plan, Refusal? no, CancellationToken ct)
    {
        var goal = await interventions.Goal(id, ct);
        return goal.Value is { } view
            ? page.Show<NewPlanPage>(new NewPlanModel(view, form, plan, no), no?.Status ?? StatusCodes.Status200OK)
            : page.Refused(goal.No!);
    }
}

public sealed record NewPlanModel(GoalView Goal, IFormCollection Form, Guid PlanId, Refusal? No);
