using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>A person said whose task a finding is.</summary>
/// <param name="Owner">A responsibility, one of <see cref="FindingOwners"/>; never a person.</param>
internal sealed record QualityFindingAssigned(string Source, string Subject, string Code, string Owner, string AssignedBy, DateTimeOffset AssignedAt);

/// <summary>Whose tasks a source's findings are, as far as somebody said so.</summary>
internal sealed record Assignments(IReadOnlyDictionary<(string Subject, string Code), QualityFindingAssigned> By)
{
    public static readonly AggregateType<Assignments, object> Type = new("quality", new(new Dictionary<(string, string), QualityFindingAssigned>()), Evolve);

    public static Assignments Evolve(Assignments state, object happened) =>
        happened is QualityFindingAssigned assigned ? new(new Dictionary<(string, string), QualityFindingAssigned>(state.By) { [(assigned.Subject, assigned.Code)] = assigned }) : state;

    public QualityFindingAssigned? Of(string subject, string code) => By.GetValueOrDefault((subject, code));
}

/// <summary>Says who must act on a finding.</summary>
internal static class AssignFindingEndpoint
{
    public static void MapAssignFinding(this IEndpointRouteBuilder api) => api.MapPost("/quality/assignments", HandleAsync)
        .RequireRoles(Roles.DataSteward, Roles.Operator).Produces<AssignFinding>()
        .WithSummary("Says who must act on a finding: a responsibility, never a person. It stays for when the finding comes back.");

    /// <param name="isKnown">A feed of the source had such a finding once.</param>
    public static Outcome<object> Decide(Assignments state, AssignFinding ask, bool isKnown, string by, DateTimeOffset at) =>
        !FindingOwners.All.Contains(ask.Owner) ? Refusal.Invalid("quality.owner-unknown", $"A finding is the task of one of {string.Join(", ", FindingOwners.All)}.")
        : !isKnown ? Refusal.Absent("quality.finding-unknown", "No file of this source had such a finding.")
        : state.Of(ask.Subject, ask.Code)?.Owner == ask.Owner ? Outcome.Nothing<object>()
        : new QualityFindingAssigned(ask.Source, ask.Subject, ask.Code, ask.Owner, by, at);

    static async Task<IResult> HandleAsync(AssignFinding ask, Caller caller, Aggregates<Assignments, object> assignments, TenantDatabase database, TimeProvider clock, HttpContext context)
    {
        if (ask is not { Source: { } source, Subject: not null, Code: not null } || !ReceiveFeed.IsSource(source))
            return Mappings.SaveMapping.NotASource();
        var isKnown = await QualityReads.IsKnownAsync(database, caller.Tenant, ask, context.RequestAborted);
        var handled = await assignments.HandleAsync(context.Command(caller), source, null, state => Decide(state, ask, isKnown, caller.User, clock.GetUtcNow()), context.RequestAborted);
        return handled.ToHttp(_ => TypedResults.Ok(ask));
    }
}
