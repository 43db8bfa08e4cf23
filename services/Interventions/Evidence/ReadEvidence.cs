using System.Text;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary><c>GET /goals/{id}/evidence/{snapshotId}</c>: the stored copy, byte for byte; whoever hashes it gets the hash that the goal or decision names.</summary>
internal static class ReadEvidence
{
    public static void MapReadEvidence(this IEndpointRouteBuilder api) => api.MapGet("/goals/{goalId:guid}/evidence/{snapshotId:guid}", HandleAsync)
        .WithSummary("The stored copy of a snapshot, byte for byte; its SHA-256 is the hash that the goal or decision names.");

    static async Task<IResult> HandleAsync(Guid goalId, Guid snapshotId, Caller caller, Aggregates<Goal, GoalEvent> goals, HttpContext http, CancellationToken cancellation)
    {
        if ((await goals.LoadAsync(caller.Tenant, goalId.ToString("D"), cancellation)).State is not Goal.Set goal)
            return Readers.NoGoal.ToProblem();
        if (!Readers.MayRead(caller, goal.As.School))
            return Readers.OtherSchool.ToProblem();
        var copy = goal.Decisions.Values.Select(d => d.Evidence).Append(goal.As.Baseline).FirstOrDefault(e => e.SnapshotId == snapshotId);
        if (copy is null)
            return Refusal.Absent("evidence.absent", "This goal has no copy of such a snapshot.").ToProblem();
        http.Response.Headers.ETag = $"\"{copy.Sha256}\"";
        http.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(copy.Sha256))}:";
        return TypedResults.Bytes(Encoding.UTF8.GetBytes(copy.Canonical), "application/json");
    }
}
