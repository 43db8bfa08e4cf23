using System.Globalization;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary><c>GET /goals</c>, <c>GET /goals/{id}</c> and <c>GET /plans/{id}</c> from the goal board.</summary>
internal static class ReadGoals
{
    const int MostPerPage = 200;

    public static void MapReadGoals(this IEndpointRouteBuilder api)
    {
        api.MapGet("/goals", ListAsync).Produces<GoalList>().WithSummary("Goals, newest first; ?school=, ?indicator=, ?cursor=, ?limit=; total with Prefer: count=exact.");
        api.MapGet("/goals/{goalId:guid}", OneAsync).Produces<GoalView>().WithSummary("A goal with its plans, decisions, refused attempts, and what the caller may do; ETag is its revision.");
        api.MapGet("/plans/{planId:guid}", PlanAsync).Produces<PlanView>().WithSummary("A plan as it stands; ETag is the revision of its goal.");
    }

    static async Task<IResult> ListAsync(Caller caller, HttpContext http, GoalQueries goals, string? school, string? indicator, string? cursor, int? limit, CancellationToken cancellation)
    {
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new ProblemException(StatusCodes.Status400BadRequest, "cursor.malformed", "Take the cursor from the answer before.");
        var counted = http.Request.Headers["Prefer"].Any(p => p is not null && p.Contains("count=exact", StringComparison.OrdinalIgnoreCase));
        long? before = cursor is null ? null : long.Parse(cursor, NumberStyles.None, CultureInfo.InvariantCulture);
        return TypedResults.Ok(await goals.ListAsync(caller.Tenant, new(Readers.Schools(caller), school, indicator, before, Math.Clamp(limit ?? 50, 1, MostPerPage), counted), cancellation));
    }

    static async Task<IResult> OneAsync(Guid goalId, Caller caller, HttpContext http, GoalQueries goals, DistrictCalendar calendar, CancellationToken cancellation)
    {
        if (await goals.FindAsync(caller.Tenant, goalId, cancellation) is not { } found)
            return Readers.NoGoal.ToProblem();
        var goal = found.Summary;
        if (!Readers.MayRead(caller, goal.School))
            return Readers.OtherSchool.ToProblem();
        bool May(string act) => Authority.Held(Actor.Of(caller), act, goal.School, calendar.Today(caller.Tenant)) is not null;
        http.Response.Headers.ETag = Tag(goal.Revision);
        return TypedResults.Ok(new GoalView(goal.GoalId, goal.Revision, goal.Title, found.Purpose, goal.Indicator, goal.IndicatorVersion, goal.Dimension, goal.Group, goal.School,
            goal.Baseline, goal.TargetTenThousandths, goal.HigherIsBetter, goal.DueDate, goal.Owner, goal.Status, goal.SetAt, found.SetBy, found.Plans, found.Decisions, found.Refused,
            [.. DecisionKinds.All.Where(May)], May(Authority.OpenPlan)));
    }

    static async Task<IResult> PlanAsync(Guid planId, Caller caller, HttpContext http, GoalQueries goals, CancellationToken cancellation)
    {
        if (await goals.FindByPlanAsync(caller.Tenant, planId, cancellation) is not { } found)
            return EventSourcing.Refusal.Absent("plan.absent", "There is no plan with this id.").ToProblem();
        if (!Readers.MayRead(caller, found.Summary.School))
            return Readers.OtherSchool.ToProblem();
        http.Response.Headers.ETag = Tag(found.Summary.Revision);
        return TypedResults.Ok(found.Plans.Single(p => p.PlanId == planId));
    }

    static string Tag(long revision) => FormattableString.Invariant($"\"{revision}\"");
}
