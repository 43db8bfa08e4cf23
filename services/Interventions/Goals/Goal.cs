using System.Collections.Immutable;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Interventions;

/// <summary>A goal with its plans and decisions.</summary>
internal abstract record Goal
{
    private Goal() { }

    public sealed record NotSet : Goal;

    /// <param name="Refused">Refused attempts, by decision id and account.</param>
    public sealed record Set(GoalSet As, ImmutableDictionary<Guid, Plan> Plans, ImmutableDictionary<Guid, DecisionRecorded> Decisions,
        ImmutableHashSet<(Guid, string)> Refused) : Goal;

    public static readonly AggregateType<Goal, GoalEvent> Type = new("goal", new NotSet(), Evolve);

    public static Goal Evolve(Goal goal, GoalEvent happened) => (goal, happened) switch
    {
        (NotSet, GoalSet e) => new Set(e, ImmutableDictionary<Guid, Plan>.Empty, ImmutableDictionary<Guid, DecisionRecorded>.Empty, []),
        (Set set, PlanOpened e) => set with { Plans = set.Plans.SetItem(e.PlanId, new Plan.Open(e)) },
        (Set set, DecisionRecorded e) => set with
        {
            Decisions = set.Decisions.SetItem(e.DecisionId, e),
            Plans = set.Plans.TryGetValue(e.PlanId, out var plan) ? set.Plans.SetItem(e.PlanId, Plan.After(plan, e.Kind)) : set.Plans,
        },
        (Set set, DecisionRefused e) => set with { Refused = set.Refused.Add((e.DecisionId, e.By)) },
        _ => goal,
    };
}

/// <summary>A plan's life: refine keeps it open, scale keeps it open in more places, replace and stop end it.</summary>
internal abstract record Plan(PlanOpened As)
{
    public sealed record Open(PlanOpened As) : Plan(As);
    public sealed record Scaled(PlanOpened As) : Plan(As);
    public sealed record Replaced(PlanOpened As) : Plan(As);
    public sealed record Stopped(PlanOpened As) : Plan(As);

    public static Plan After(Plan plan, string decision) => decision switch
    {
        DecisionKinds.Scale => new Scaled(plan.As),
        DecisionKinds.Replace => new Replaced(plan.As),
        DecisionKinds.Stop => new Stopped(plan.As),
        _ => plan,
    };
}
