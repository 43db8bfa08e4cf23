using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary>
/// Records a decision on a plan, bound to the evidence its deciders saw. Refine keeps the plan with changes and a new review date;
/// scale keeps it in more places; replace and stop end it, and only a replaced plan may have a successor.
/// </summary>
internal static class RecordDecision
{
    public static Outcome<GoalEvent> Decide(Goal goal, RecordDecisionRequest ask, Right? right, EvidenceFact evidence, DateOnly today) => goal switch
    {
        not Goal.Set => Refusal.Absent("goal.absent", "There is no goal with this id."),
        Goal.Set set when set.Decisions.TryGetValue(ask.DecisionId, out var was) =>
            was.Evidence.SnapshotId == ask.EvidenceSnapshotId && Content.Same(was, Event(set.As.GoalId, ask, new(was.Role, was.AuthorityVersion), was.Evidence))
                ? Outcome.Nothing<GoalEvent>()
                : Refusal.Conflict("decision.exists", "A decision with this id was recorded before, with other content."),
        Goal.Set set when About(set, ask) is { } refusal => refusal,
        _ when right is null => Forbidden,
        Goal.Set set when (Words(ask) ?? Review(ask, set.As, today) ?? Evidence(set.As, evidence)) is { } refusal => refusal,
        Goal.Set set => Event(set.As.GoalId, ask, right, ((EvidenceFact.Found)evidence).Copy),
    };

    public static readonly Refusal Forbidden = Refusal.Forbidden("decision.no-authority",
        "Your role may not take this decision for this school or district. The list of who may decide what shows who can. Your attempt was recorded.");

    /// <summary>Whether the goal has this plan, and the plan takes this kind of decision.</summary>
    public static Refusal? About(Goal.Set goal, RecordDecisionRequest ask) => ask switch
    {
        _ when ask.DecisionId == Guid.Empty => Refusal.Invalid("decision.id-missing", "The decision needs an id made by the client."),
        { Kind: null or "" } => Refusal.Invalid("decision.kind-missing", "Choose what was decided: refine, replace, scale or stop."),
        { Kind: var kind } when !DecisionKinds.All.Contains(kind) => Refusal.Invalid("decision.kind-unknown", "Choose what was decided: refine, replace, scale or stop."),
        { PlanId: null } => Refusal.Invalid("decision.plan-missing", "Choose the plan that the decision is about."),
        { PlanId: { } id } => goal.Plans.GetValueOrDefault(id) switch
        {
            null => Refusal.Absent("decision.plan-unknown", "There is no such plan under this goal."),
            Plan.Stopped => Refusal.Conflict("decision.plan-stopped", "This plan was stopped. Nothing more can be decided about it."),
            Plan.Replaced => Refusal.Conflict("decision.plan-replaced", "This plan was replaced. Decide about the plan that took its place."),
            _ => null,
        },
    };

    static Refusal? Words(RecordDecisionRequest ask) =>
        PlainText.Check(ask.Reason, "decision.reason", PlainText.Paragraph, "Give the reason in a full sentence, so that others can follow it years later.", words: 5)
        ?? (ask.Kind == DecisionKinds.Stop && string.IsNullOrWhiteSpace(ask.Changes)
            ? null
            : PlainText.Check(ask.Changes, "decision.changes", PlainText.Paragraph, ask.Kind switch
            {
                DecisionKinds.Replace => "Say what takes the plan's place.",
                DecisionKinds.Scale => "Say where or for whom the plan goes on.",
                _ => "Say what will be done differently.",
            }, words: 3));

    static Refusal? Review(RecordDecisionRequest ask, GoalSet goal, DateOnly today) => ask switch
    {
        { Kind: DecisionKinds.Stop or DecisionKinds.Replace, NextReviewDate: not null } =>
            Refusal.Invalid("decision.review-not-wanted", "The plan ends with this decision, so it has no next review."),
        { Kind: DecisionKinds.Stop or DecisionKinds.Replace } => null,
        { NextReviewDate: null } => Refusal.Invalid("decision.review-missing", "State the day of the next review."),
        { NextReviewDate: { } next } when next <= today => Refusal.Invalid("decision.review-passed", "The next review must be after today."),
        { NextReviewDate: { } next } when next >= goal.Due => Refusal.Invalid("decision.review-after-due", "The next review comes before the day the goal is due."),
        _ => null,
    };

    static Refusal? Evidence(GoalSet goal, EvidenceFact evidence) => evidence switch
    {
        EvidenceFact.NotNamed => Refusal.Invalid("decision.evidence-missing", "Freeze the numbers you decided on, and name that snapshot. A decision without them cannot be recorded."),
        EvidenceFact.Unknown => Refusal.Invalid("decision.evidence-unknown", "There is no snapshot of numbers with this id."),
        EvidenceFact.Found { Copy: var seen } when seen.Indicator != goal.Indicator => Other("indicator", "another indicator"),
        EvidenceFact.Found { Copy: var seen } when seen.Dimension != goal.Dimension || seen.Group != goal.Group => Other("group", "another group of students"),
        EvidenceFact.Found { Copy: var seen } when seen.School != goal.School => Other("school", "another school"),
        // a newer definition is shown on a line of its own; an older one says nothing that the goal did not know
        EvidenceFact.Found { Copy: var seen } when seen.IndicatorVersion < goal.IndicatorVersion => Other("version", "an older version of the indicator's definition"),
        EvidenceFact.Found { Copy: var seen } when seen.SnapshotId == goal.Baseline.SnapshotId || seen.FrozenAt <= goal.Baseline.FrozenAt || seen.SchoolYear < goal.Baseline.SchoolYear =>
            Refusal.Invalid("decision.evidence-not-newer", "The snapshot is not newer than the numbers the goal started from. Freeze today's numbers."),
        _ => null,
    };

    static Refusal Other(string what, string words) =>
        Refusal.Invalid($"decision.evidence-other-{what}", $"The snapshot is about {words} than the goal. Freeze the numbers of what the goal is about.");

    static DecisionRecorded Event(Guid goal, RecordDecisionRequest ask, Right right, EvidenceCopy evidence) => new(goal, ask.PlanId ?? default, ask.DecisionId,
        ask.Kind ?? "", ask.Reason?.Trim() ?? "", string.IsNullOrWhiteSpace(ask.Changes) ? null : ask.Changes.Trim(), ask.NextReviewDate, evidence, right.Role, right.Version);
}

internal static class RecordDecisionEndpoint
{
    public static void MapRecordDecision(this IEndpointRouteBuilder api) =>
        api.MapPost("/goals/{goalId:guid}/decisions", HandleAsync).Produces<DecisionAccepted>(StatusCodes.Status201Created)
            .WithSummary("Records refine, replace, scale or stop on a plan, bound to a snapshot frozen after the baseline. If-Match is the goal's revision. Without the right: 403, and recorded.");

    static async Task<IResult> HandleAsync(Guid goalId, RecordDecisionRequest ask, Caller caller, HttpContext http, Aggregates<Goal, GoalEvent> goals, EvidenceReader evidence,
        BoardWait board, DistrictCalendar calendar, CancellationToken cancellation)
    {
        var id = goalId.ToString("D");
        var today = calendar.Today(caller.Tenant);
        var goal = (await goals.LoadAsync(caller.Tenant, id, cancellation)).State as Goal.Set;
        var right = goal is null ? null : Authority.Held(Actor.Of(caller), ask.Kind ?? "", goal.As.School, today);
        var was = goal?.Decisions.GetValueOrDefault(ask.DecisionId);
        if (goal is not null && was is null && right is null && RecordDecision.About(goal, ask) is null)
            return await RefuseAsync(ask, caller, http, goals, board, id, Authority.On(today).Version, cancellation);

        var revision = http.Request.RequiredRevision();
        EvidenceFact seen = goal is not null && was is null ? await evidence.FetchAsync(caller.Tenant, ask.EvidenceSnapshotId, cancellation) : new EvidenceFact.NotNamed();
        // a repeat carries the revision of its first try, which is stale by its own doing
        var command = http.Command(caller, ask.Reason?.Trim()) with { CommandId = was is null ? ask.DecisionId : null };
        var handled = await goals.HandleAsync(command, id, goal is null || was is not null ? null : revision, state => RecordDecision.Decide(state, ask, right, seen, today), cancellation);
        await board.ShownAsync(caller.Tenant, handled, cancellation);
        var stored = was?.Evidence ?? (seen as EvidenceFact.Found)?.Copy;
        return handled.ToHttp(_ => TypedResults.Created($"/api/interventions/v1/goals/{id}",
            new DecisionAccepted(goalId, ask.PlanId ?? default, ask.DecisionId, ask.Kind ?? "", stored?.SnapshotId ?? default, stored?.Sha256 ?? "")));
    }

    /// <summary>Answers 403 after the attempt is in the log. Needs no <c>If-Match</c>: it is refused whatever the goal's revision.</summary>
    static async Task<IResult> RefuseAsync(RecordDecisionRequest ask, Caller caller, HttpContext http, Aggregates<Goal, GoalEvent> goals, BoardWait board, string id, int authorityVersion,
        CancellationToken cancellation)
    {
        var by = Actor.Of(caller);
        var command = http.Command(caller) with { CommandId = EventIds.Derive(ask.DecisionId, $"refused to {by.User}") };
        var handled = await goals.HandleAsync(command, id, null, state => RefuseDecision.Decide(state, ask, by, authorityVersion), cancellation);
        await board.ShownAsync(caller.Tenant, handled, cancellation);
        return handled is Handled.Refused refused ? refused.Refusal.ToProblem() : RecordDecision.Forbidden.ToProblem();
    }
}
