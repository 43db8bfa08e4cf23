using EquityPlatform.Contracts.Interventions;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary><c>GET /goals/{id}/progress</c>.</summary>
internal static class ReadProgress
{
    public static void MapReadProgress(this IEndpointRouteBuilder api) => api.MapGet("/goals/{goalId:guid}/progress", HandleAsync).Produces<GoalProgress>()
        .WithSummary("Baseline, goal line, what deciders saw then, what the indicators say now, and where each rule stands.");

    static async Task<IResult> HandleAsync(Guid goalId, Caller caller, GoalQueries goals, IndicatorValuesReader values, DistrictCalendar calendar, CancellationToken cancellation)
    {
        if (await goals.FindAsync(caller.Tenant, goalId, cancellation) is not { } goal)
            return Readers.NoGoal.ToProblem();
        if (!Readers.MayRead(caller, goal.Summary.School))
            return Readers.OtherSchool.ToProblem();
        var now = await values.ReadAsync(caller.Tenant, goal.Summary, cancellation);
        return TypedResults.Ok(DrawProgress.Of(goal, now, calendar.Today(caller.Tenant), instant => calendar.DayOf(caller.Tenant, instant)));
    }
}
