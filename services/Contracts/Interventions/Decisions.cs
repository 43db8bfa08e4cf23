namespace EquityPlatform.Contracts.Interventions;

/// <summary>Kinds of decision on a plan.</summary>
public static class DecisionKinds
{
    /// <summary>Go on with changes.</summary>
    public const string Refine = "refine";

    /// <summary>End this plan; another takes its place.</summary>
    public const string Replace = "replace";

    /// <summary>Go on, in more places or for more students.</summary>
    public const string Scale = "scale";

    /// <summary>End this plan for good.</summary>
    public const string Stop = "stop";

    public static readonly IReadOnlyList<string> All = [Refine, Replace, Scale, Stop];
}

/// <summary>Asks to record a decision (<c>POST /goals/{id}/decisions</c>, <c>If-Match</c> = the goal's revision).</summary>
/// <param name="DecisionId">Made by the client.</param>
/// <param name="PlanId">The plan it is about.</param>
/// <param name="Kind">One of <see cref="DecisionKinds"/>.</param>
/// <param name="Reason">Why, in a sentence; at most 2,000 characters.</param>
/// <param name="EvidenceSnapshotId">Snapshot the deciders saw, frozen after the goal's baseline; fetched, copied and hashed by this service.</param>
/// <param name="Changes">What will be different: required for refine, replace and scale.</param>
/// <param name="NextReviewDate">Required for refine and scale, absent for replace and stop; after today, before the goal's due date.</param>
public sealed record RecordDecisionRequest(Guid DecisionId, Guid? PlanId, string? Kind, string? Reason, Guid? EvidenceSnapshotId, string? Changes = null,
    DateOnly? NextReviewDate = null);

/// <summary>Answer to a recorded decision.</summary>
public sealed record DecisionAccepted(Guid GoalId, Guid PlanId, Guid DecisionId, string Kind, Guid EvidenceSnapshotId, string EvidenceSha256);

/// <summary>A decision with the evidence its deciders saw.</summary>
/// <param name="RoleHeld">Role under which the right was held.</param>
/// <param name="AuthorityVersion">Version of the authority map that gave it.</param>
public sealed record DecisionView(Guid DecisionId, Guid PlanId, string Kind, string Reason, string? Changes, DateOnly? NextReviewDate, FrozenEvidence Evidence,
    string RoleHeld, int AuthorityVersion, DateTimeOffset DecidedAt, string DecidedBy);

/// <summary>A decision that was asked for by someone without that decision right; recorded because the organisation cares.</summary>
public sealed record RefusedDecisionView(Guid DecisionId, Guid PlanId, string Kind, string Code, IReadOnlyList<string> RolesHeld, int AuthorityVersion,
    DateTimeOffset At, string By);

/// <summary>Who may decide what (<c>GET /authority</c>).</summary>
/// <param name="Version">Version of the map; each decision names the version it was taken under.</param>
public sealed record AuthorityMapView(int Version, IReadOnlyList<AuthorityRule> Rules);

/// <summary>One right.</summary>
/// <param name="Act"><c>set-goal</c>, <c>open-plan</c>, <c>refine</c>, <c>replace</c>, <c>scale</c> or <c>stop</c>.</param>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Scope"><c>anywhere</c> or <c>ownSchool</c>.</param>
public sealed record AuthorityRule(string Act, string Role, string Scope);
