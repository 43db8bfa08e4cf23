using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Interventions;

/// <summary>Sets a goal that cannot drift: indicator version, group, place, baseline, target and date are fixed. Vague goals are refused.</summary>
internal static class SetGoal
{
    const int YearsAhead = 10;

    public static Outcome<GoalEvent> Decide(Goal goal, SetGoalRequest ask, Right? right, EvidenceFact baseline, DateOnly today) => goal switch
    {
        Goal.Set { As: var was } when Content.Same(was, Event(ask, was.HigherIsBetter, was.Baseline)) && was.Baseline.SnapshotId == ask.BaselineSnapshotId =>
            Outcome.Nothing<GoalEvent>(),
        Goal.Set => Refusal.Conflict("goal.exists", "A goal with this id was set before, with other content."),
        _ when (Words(ask) ?? Subject(ask) ?? Aim(ask, today)) is { } vague => vague,
        _ when right is null => Refusal.Forbidden("goal.no-authority", "Your role may not set a goal for this school or district. The list of who may decide what shows who can."),
        _ when Baseline(ask, baseline) is { } refusal => refusal,
        _ => Decided(ask, (EvidenceFact.Found)baseline),
    };

    static Refusal? Words(SetGoalRequest ask) =>
        (ask.GoalId == Guid.Empty ? Refusal.Invalid("goal.id-missing", "The goal needs an id made by the client.") : null)
        ?? PlainText.Check(ask.Title, "goal.title", PlainText.Line, "Say in a few plain words what will be different for whom.", words: 3)
        ?? PlainText.Check(ask.Purpose, "goal.purpose", PlainText.Paragraph, "Say in a full sentence why you commit to this goal.", words: 5);

    static Refusal? Subject(SetGoalRequest ask) => ask switch
    {
        { Indicator: null or "" } => Refusal.Invalid("goal.indicator-missing", "Choose the indicator that will show whether the goal is reached."),
        { IndicatorVersion: null } => Refusal.Invalid("goal.indicator-version-missing", "State which version of the indicator's definition the goal is measured by."),
        { Dimension: null or "" } or { Group: null or "" } => Refusal.Invalid("goal.group-missing", "Choose the group of students that the goal is for."),
        { Dimension: var d, Group: var g } when !StudentGroups.Groups.TryGetValue(d, out var groups) || !groups.Contains(g) =>
            Refusal.Invalid("goal.group-unknown", "There is no such group of students. Choose one from the list."),
        { Group: StudentGroups.NotReported } => Refusal.Invalid("goal.group-not-reported", "Students whose group was not reported are not a group that a goal can be for."),
        { School: null or "" } => Refusal.Invalid("goal.school-missing", "Choose the school, or the whole district."),
        _ => null,
    };

    static Refusal? Aim(SetGoalRequest ask, DateOnly today) =>
        ask switch
        {
            { TargetTenThousandths: null } => Refusal.Invalid("goal.target-missing", "State the rate to reach."),
            { TargetTenThousandths: < 0 or > Rate.Whole } => Refusal.Invalid("goal.target-out-of-range", "The rate to reach lies between 0 and 100 percent."),
            { DueDate: null } => Refusal.Invalid("goal.due-missing", "State the day by which the goal is reached."),
            { DueDate: { } due } when due <= today => Refusal.Invalid("goal.due-passed", "The day by which the goal is reached must be after today."),
            { DueDate: { } due } when due > today.AddYears(YearsAhead) => Refusal.Invalid("goal.due-too-far", "Choose a day within the next ten years, so that someone can answer for it."),
            _ => null,
        }
        ?? PlainText.Check(ask.Owner, "goal.owner", PlainText.Line, "Name the role that answers for the goal, for example \"Assistant principal\".");

    static Refusal? Baseline(SetGoalRequest ask, EvidenceFact baseline) => baseline switch
    {
        EvidenceFact.NotNamed => Refusal.Invalid("goal.baseline-missing", "Freeze the numbers that the goal starts from, and name that snapshot."),
        EvidenceFact.Unknown => Refusal.Invalid("goal.baseline-unknown", "There is no snapshot of numbers with this id."),
        EvidenceFact.Found { Copy: var copy } when copy.Indicator != ask.Indicator => Other("indicator", "another indicator"),
        EvidenceFact.Found { Copy: var copy } when copy.IndicatorVersion != ask.IndicatorVersion => Other("version", "another version of the indicator's definition"),
        EvidenceFact.Found { Copy: var copy } when copy.Dimension != ask.Dimension || copy.Group != ask.Group => Other("group", "another group of students"),
        EvidenceFact.Found { Copy: var copy } when copy.School != ask.School => Other("school", "another school"),
        EvidenceFact.Found { HigherIsBetter: null } =>
            Refusal.Invalid("goal.indicator-no-direction", "For this indicator neither more nor less is better, so it cannot carry a goal."),
        EvidenceFact.Found { Copy.State: ValueState.Suppressed } =>
            Refusal.Invalid("goal.baseline-suppressed", "The group is too small for its number to be shown, so no goal can start from it."),
        EvidenceFact.Found { Copy.State: ValueState.NotApplicable } =>
            Refusal.Invalid("goal.baseline-not-applicable", "The indicator does not apply to this group here, so no goal can start from it."),
        EvidenceFact.Found { Copy: var copy } when copy.Rate() is null =>
            Refusal.Invalid("goal.baseline-no-value", "There is no number for this group yet, so nobody could tell later whether it got better."),
        EvidenceFact.Found { Copy: var copy, HigherIsBetter: { } up } when copy.Rate() is { } now && !Rate.TenThousandths(ask.TargetTenThousandths ?? 0).IsBetterThan(now, up) =>
            Refusal.Invalid("goal.target-not-better", up
                ? "The rate to reach must be higher than the rate you start from."
                : "The rate to reach must be lower than the rate you start from."),
        _ => null,
    };

    static Refusal Other(string what, string words) =>
        Refusal.Invalid($"goal.baseline-other-{what}", $"The snapshot is about {words} than the goal. Freeze the numbers of what the goal is about.");

    static Outcome<GoalEvent> Decided(SetGoalRequest ask, EvidenceFact.Found baseline) => Event(ask, baseline.HigherIsBetter == true, baseline.Copy);

    static GoalSet Event(SetGoalRequest ask, bool higherIsBetter, EvidenceCopy baseline) => new(ask.GoalId, ask.Title?.Trim() ?? "", ask.Purpose?.Trim() ?? "",
        ask.Indicator ?? "", ask.IndicatorVersion ?? 0, higherIsBetter, ask.Dimension ?? "", ask.Group ?? "", ask.School ?? "", baseline,
        ask.TargetTenThousandths ?? -1, ask.DueDate ?? default, ask.Owner?.Trim() ?? "");
}

internal static class SetGoalEndpoint
{
    public static void MapSetGoal(this IEndpointRouteBuilder api) => api.MapPost("/goals", HandleAsync).Produces<GoalAccepted>(StatusCodes.Status201Created)
        .WithSummary("Sets a goal from a frozen baseline. Vague goals are refused with 422 and a code.");

    static async Task<IResult> HandleAsync(SetGoalRequest ask, Caller caller, HttpContext http, Aggregates<Goal, GoalEvent> goals, EvidenceReader evidence, BoardWait board,
        DistrictCalendar calendar, CancellationToken cancellation)
    {
        var id = ask.GoalId.ToString("D");
        var today = calendar.Today(caller.Tenant);
        var right = Authority.Held(Actor.Of(caller), Authority.SetGoal, ask.School ?? "", today);
        var known = (await goals.LoadAsync(caller.Tenant, id, cancellation)).State as Goal.Set;
        EvidenceFact baseline = known is null && right is not null ? await evidence.FetchAsync(caller.Tenant, ask.BaselineSnapshotId, cancellation) : new EvidenceFact.NotNamed();
        // a known id is decided by its content, not answered by its command id
        var command = http.Command(caller, ask.Purpose?.Trim()) with { CommandId = known is null ? ask.GoalId : null };
        var handled = await goals.HandleAsync(command, id, null, goal => SetGoal.Decide(goal, ask, right, baseline, today), cancellation);
        await board.ShownAsync(caller.Tenant, handled, cancellation);
        var stored = known?.As.Baseline ?? (baseline as EvidenceFact.Found)?.Copy;
        return handled.ToHttp(_ => TypedResults.Created($"/api/interventions/v1/goals/{id}", new GoalAccepted(ask.GoalId, stored?.SnapshotId ?? default, stored?.Sha256 ?? "")));
    }
}
