using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary>Opens a plan under a goal: purpose, cause, roles, milestones, dose, review, success and stop rule.</summary>
internal static class OpenPlan
{
    public static Outcome<GoalEvent> Decide(Goal goal, OpenPlanRequest ask, Right? right, DateOnly today) => goal switch
    {
        not Goal.Set => Refusal.Absent("goal.absent", "There is no goal with this id."),
        Goal.Set set when set.Plans.TryGetValue(ask.PlanId, out var was) => IsRepeat(set, ask, was)
            ? Outcome.Nothing<GoalEvent>()
            : Refusal.Conflict("plan.exists", "A plan with this id was opened before, with other content."),
        _ when right is null => Refusal.Forbidden("plan.no-authority", "Your role may not open a plan for this school or district. The list of who may decide what shows who can."),
        Goal.Set set when (PlanText.Check(ask) ?? PlanRules.Dates(ask, set.As, today) ?? Dated(ask, set.As) ?? Succession(ask, set)) is { } refusal => refusal,
        Goal.Set set => Event(set.As.GoalId, ask),
    };

    static Refusal? Dated(OpenPlanRequest ask, GoalSet goal) =>
        ask.StartDate is { } start ? PlanText.Milestones(ask.Milestones, start, goal.Due) ?? PlanRules.Stated(ask, goal, start) : null;

    static Refusal? Succession(OpenPlanRequest ask, Goal.Set goal) => ask.ReplacesPlanId is not { } replaces ? null : goal.Plans.GetValueOrDefault(replaces) switch
    {
        null => Refusal.Absent("plan.replaces-unknown", "The plan that this one takes the place of is not under this goal."),
        Plan.Stopped => Refusal.Conflict("plan.stopped", "That plan was stopped for good. Open a plan of its own instead."),
        not Plan.Replaced => Refusal.Conflict("plan.replaces-open", "First decide to replace that plan, then open the one that takes its place."),
        _ when goal.Plans.Values.Any(p => p.As.Replaces == replaces) => Refusal.Conflict("plan.replaces-taken", "Another plan has already taken that plan's place."),
        _ => null,
    };

    // a repeat may hold gaps that Event cannot fill; those can never equal what was accepted
    static bool IsRepeat(Goal.Set goal, OpenPlanRequest ask, Plan was) => PlanText.Check(ask) is null && ask is { StartDate: not null, ReviewDate: not null, Success: not null, Stop: not null }
        && ask.Milestones is { } milestones && milestones.All(m => m is { Date: not null }) && Content.Same(was.As, Event(goal.As.GoalId, ask));

    static PlanOpened Event(Guid goal, OpenPlanRequest ask) => new(goal, ask.PlanId, Trim(ask.Purpose), Trim(ask.Cause),
        [.. (ask.Roles ?? []).Select(r => new RoleTask(Trim(r.Role), Trim(r.Task)))],
        [.. (ask.Milestones ?? []).Select(m => new Step(Trim(m.Text), m.Date ?? default))],
        new(ask.Dose?.Amount ?? 0, ask.Dose?.Unit ?? "", ask.Dose?.Times ?? 0, ask.Dose?.Per ?? ""),
        ask.StartDate ?? default, ask.ReviewDate ?? default, Rule(ask.Success), Rule(ask.Stop), ask.ReplacesPlanId);

    static StatedRule Rule(PlanRule? rule) => new(Trim(rule?.Text), rule?.ThresholdTenThousandths, rule?.By);

    static string Trim(string? text) => text?.Trim() ?? "";
}

internal static class OpenPlanEndpoint
{
    public static void MapOpenPlan(this IEndpointRouteBuilder api) => api.MapPost("/goals/{goalId:guid}/plans", HandleAsync).Produces<PlanAccepted>(StatusCodes.Status201Created)
        .WithSummary("Opens a plan under a goal. If-Match is the goal's revision.");

    static async Task<IResult> HandleAsync(Guid goalId, OpenPlanRequest ask, Caller caller, HttpContext http, Aggregates<Goal, GoalEvent> goals, BoardWait board, DistrictCalendar calendar,
        CancellationToken cancellation)
    {
        var id = goalId.ToString("D");
        var revision = http.Request.RequiredRevision();
        var today = calendar.Today(caller.Tenant);
        var goal = (await goals.LoadAsync(caller.Tenant, id, cancellation)).State as Goal.Set;
        var right = goal is null ? null : Authority.Held(Actor.Of(caller), Authority.OpenPlan, goal.As.School, today);
        // a repeat carries the revision of its first try, which is stale by its own doing
        var known = goal is not null && goal.Plans.ContainsKey(ask.PlanId);
        var command = http.Command(caller, ask.Purpose?.Trim()) with { CommandId = known ? null : ask.PlanId };
        var handled = await goals.HandleAsync(command, id, known || goal is null ? null : revision, state => OpenPlan.Decide(state, ask, right, today), cancellation);
        await board.ShownAsync(caller.Tenant, handled, cancellation);
        return handled.ToHttp(_ => TypedResults.Created($"/api/interventions/v1/plans/{ask.PlanId:D}", new PlanAccepted(goalId, ask.PlanId)));
    }
}
