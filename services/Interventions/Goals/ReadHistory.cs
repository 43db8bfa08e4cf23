using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary><c>GET /goals/{id}/history</c>: every stored event of a goal, read from the log itself.</summary>
internal static class ReadHistory
{
    public static void MapReadHistory(this IEndpointRouteBuilder api) => api.MapGet("/goals/{goalId:guid}/history", HandleAsync).Produces<GoalHistory>()
        .WithSummary("Everything that happened to a goal: who, when, why.");

    static async Task<IResult> HandleAsync(Guid goalId, Caller caller, EventLog log, CancellationToken cancellation)
    {
        var entries = new List<HistoryEntry>();
        string? school = null;
        await foreach (var e in log.ReadStreamAsync(caller.Tenant, Goal.Type.StreamId(goalId), 1, null, cancellation))
        {
            var (subject, kind, hash) = e.Data switch
            {
                GoalSet goal => (goal.GoalId, null, goal.Baseline.Sha256),
                PlanOpened plan => (plan.PlanId, null, null),
                DecisionRecorded decision => (decision.DecisionId, decision.Kind, decision.Evidence.Sha256),
                DecisionRefused refused => (refused.DecisionId, refused.Kind, (string?)null),
                _ => (goalId, (string?)null, null),
            };
            school ??= (e.Data as GoalSet)?.School;
            entries.Add(new(e.Version, e.Position, e.Type, e.RecordedAt, e.User, e.Reason, subject, kind, hash));
        }
        if (school is null)
            return Readers.NoGoal.ToProblem();
        return Readers.MayRead(caller, school) ? TypedResults.Ok(new GoalHistory(goalId, entries)) : Readers.OtherSchool.ToProblem();
    }
}
