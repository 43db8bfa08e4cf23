using System.Collections.Immutable;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Interventions.Tests;

/// <summary>One district's example: fewer English learners chronically absent at one school. Fixed data.</summary>
internal static class Examples
{
    public const string School = "255901001";
    public static readonly DateOnly Today = new(2026, 9, 1);
    public static readonly Guid GoalId = new("10000000-0000-4000-8000-000000000001");
    public static readonly Guid PlanId = new("20000000-0000-4000-8000-000000000001");
    public static readonly Guid DecisionId = new("30000000-0000-4000-8000-000000000001");
    public static readonly Guid BaselineId = new("40000000-0000-4000-8000-000000000001");
    public static readonly Guid LaterId = new("40000000-0000-4000-8000-000000000002");
    public static readonly Right TheRight = new(Roles.DistrictLeader, 1);
    public static readonly Actor Leader = new("demo:district-leader", ImmutableHashSet.Create(Roles.DistrictLeader), ImmutableHashSet<string>.Empty);
    public static readonly Actor Principal = new("demo:principal", ImmutableHashSet.Create(Roles.Principal), ImmutableHashSet.Create(School));

    public static readonly IndicatorDefinition ChronicAbsence = new("chronic-absence", 1, "students", false, "EDFacts FS195", new Dictionary<string, string> { ["thresholdPercent"] = "10" });

    public static EvidenceSnapshot Snapshot(Guid id, long numerator = 30, long denominator = 100, string state = ValueState.Value, IndicatorDefinition? definition = null,
        string school = School, string group = "yes", DateTimeOffset? at = null, int year = 2026)
    {
        definition ??= ChronicAbsence;
        var has = state is ValueState.Value or ValueState.Zero;
        var cell = new IndicatorCell(definition.Code, definition.Version, year, school, StudentGroups.EnglishLearner, group, state,
            has ? numerator : null, has ? denominator : null, has ? (int)denominator : null, has ? (double)numerator / denominator : null, has ? 0.25 : null, has ? 0.5 : null);
        return new(id, at ?? new(2026, 8, 20, 9, 0, 0, TimeSpan.Zero), "demo:equity-analyst", definition, year, school, StudentGroups.EnglishLearner, group,
            new Dictionary<string, long> { ["ingestion"] = 5000, ["indicators"] = 12 }, ["calendar"], [cell, cell with { Group = group == "no" ? "yes" : "no" }]);
    }

    public static EvidenceFact.Found Found(EvidenceSnapshot snapshot) => EvidenceFact.Of(JsonSerializer.SerializeToElement(snapshot, JsonSerializerOptions.Web));

    public static readonly EvidenceFact.Found Baseline = Found(Snapshot(BaselineId));
    public static readonly EvidenceFact.Found Later = Found(Snapshot(LaterId, 20, at: new(2026, 8, 30, 9, 0, 0, TimeSpan.Zero)));

    public static readonly SetGoalRequest AskGoal = new(GoalId, "Fewer English learners are chronically absent", "Every student who is in school learns more, and we owe that to all.",
        "chronic-absence", 1, StudentGroups.EnglishLearner, "yes", School, BaselineId, 1500, new(2027, 6, 15), "Assistant principal");

    public static readonly GoalSet TheGoal = new(GoalId, AskGoal.Title!, AskGoal.Purpose!, "chronic-absence", 1, false, StudentGroups.EnglishLearner, "yes", School,
        Baseline.Copy, 1500, new(2027, 6, 15), "Assistant principal");

    public static readonly OpenPlanRequest AskPlan = new(PlanId, "Call home in the family's language after each absence", "Letters home are in English only",
        [new("Attendance clerk", "Calls on the day of the absence")], [new("Phone list by language is complete", new(2026, 9, 15))], new(1, "calls", 5, "week"),
        new(2026, 9, 7), new(2026, 12, 1), new("At most one in five is chronically absent", 2000, new(2027, 5, 1)), new("It gets worse than one in three", 3400, null));

    public static readonly PlanOpened ThePlan = new(GoalId, PlanId, AskPlan.Purpose!, AskPlan.Cause!, [new("Attendance clerk", "Calls on the day of the absence")],
        [new("Phone list by language is complete", new(2026, 9, 15))], new(1, "calls", 5, "week"), new(2026, 9, 7), new(2026, 12, 1),
        new("At most one in five is chronically absent", 2000, new(2027, 5, 1)), new("It gets worse than one in three", 3400, null), null);

    public static readonly RecordDecisionRequest Refine = new(DecisionId, PlanId, DecisionKinds.Refine, "Calls in Spanish reach families, calls in English do not.", LaterId,
        "Calls start in Portuguese as well", new(2027, 2, 1));

    public static readonly DecisionRecorded Refined = new(GoalId, PlanId, DecisionId, DecisionKinds.Refine, Refine.Reason!, Refine.Changes, Refine.NextReviewDate, Later.Copy,
        Roles.DistrictLeader, 1);

    public static DecisionRecorded Decided(string kind) => Refined with
    {
        DecisionId = new("30000000-0000-4000-8000-0000000000aa"),
        Kind = kind,
        NextReview = kind is DecisionKinds.Refine or DecisionKinds.Scale ? Refined.NextReview : null,
    };
}
