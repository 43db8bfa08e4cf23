using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Interventions;

/// <summary>Arranges what was frozen, what deciders saw and what is read now. Pure; it computes no indicator.</summary>
internal static class DrawProgress
{
    public static GoalProgress Of(BoardGoal goal, IReadOnlyList<Reading>? now, DateOnly today, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var frozen = goal.Summary;
        var points = new List<(int Version, ProgressPoint Point)> { (frozen.IndicatorVersion, Frozen("baseline", frozen.Baseline, frozen, dayOf, null)) };
        points.AddRange(goal.Decisions.Select(d => (d.Evidence.IndicatorVersion, Frozen("then", d.Evidence, frozen, dayOf, d.DecisionId))));
        var stored = points.Select(p => p.Point).ToList();
        points.AddRange((now ?? []).Select(r => (r.IndicatorVersion, Read(r, frozen, ReadOn(r, stored, today)))));
        var lines = points.GroupBy(p => p.Version).OrderBy(g => g.Key != frozen.IndicatorVersion).ThenBy(g => g.Key)
            .Select(g => new ProgressLine(g.Key, g.Key == frozen.IndicatorVersion, [.. g.Select(p => p.Point).OrderBy(p => p.SchoolYear).ThenBy(p => p.Date).ThenBy(p => Order(p.Kind))])).ToList();
        return new(frozen.GoalId, today, Line(frozen, today, dayOf), lines, [.. Rules(goal, lines[0].Points[^1], today, dayOf)], now is null ? "unavailable" : "read");
    }

    static int Order(string kind) => kind switch { "baseline" => 0, "then" => 1, _ => 2 };

    static ProgressPoint Frozen(string kind, FrozenEvidence e, GoalSummary goal, Func<DateTimeOffset, DateOnly> dayOf, Guid? decision) => new(kind, dayOf(e.FrozenAt), e.SchoolYear, e.State,
        e.Numerator, e.Denominator, e.Students, Display(e.State, e.Numerator, e.Denominator), e.Low, e.High, Reached(Value(e.State, e.Numerator, e.Denominator), goal), e.SnapshotId, decision,
        e.Positions, e.Derived);

    /// <summary>A past school year stands on its last day, unless something frozen after that day already shows it: then today's reading comes after it.</summary>
    static DateOnly ReadOn(Reading r, List<ProgressPoint> stored, DateOnly today) =>
        r.LastDay is { } last && last < today && !stored.Exists(p => p.SchoolYear == r.SchoolYear && p.Date > last) ? last : today;

    static ProgressPoint Read(Reading r, GoalSummary goal, DateOnly date) =>
        r.Cell is not { } c
            ? new("now", date, r.SchoolYear, ValueState.Missing, null, null, null, null, null, null, null, null, null, r.Positions, r.Derived)
            : new("now", date, r.SchoolYear, c.State, c.Numerator, c.Denominator, c.Students, Display(c.State, c.Numerator, c.Denominator), c.Low, c.High,
                Reached(Value(c.State, c.Numerator, c.Denominator), goal), null, null, r.Positions, r.Derived);

    /// <summary>Null unless there is a number; a state never becomes one.</summary>
    static Rate? Value(string state, long? numerator, long? denominator) =>
        state is ValueState.Value or ValueState.Zero && numerator is { } n && denominator is > 0 and { } d ? new Rate(n, d) : null;

    static double? Display(string state, long? numerator, long? denominator) => Value(state, numerator, denominator) is { } rate ? (double)rate.Numerator / rate.Denominator : null;

    static bool? Reached(Rate? value, GoalSummary goal) => value?.IsAtLeastAsGoodAs(Rate.TenThousandths(goal.TargetTenThousandths), goal.HigherIsBetter);

    static GoalLine Line(GoalSummary goal, DateOnly today, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var from = dayOf(goal.Baseline.FrozenAt);
        var (n, d) = (goal.Baseline.Numerator ?? 0, goal.Baseline.Denominator ?? 1);
        var days = Math.Max(1, goal.DueDate.DayNumber - from.DayNumber);
        var gone = Math.Clamp(today.DayNumber - from.DayNumber, 0, days);
        // baseline x (days left) + target x (days gone), over all days, in exact integers until the last rounding
        var numerator = (Int128)n * Rate.Whole * (days - gone) + (Int128)goal.TargetTenThousandths * d * gone;
        var denominator = (Int128)d * days;
        return new(from, n, d, goal.DueDate, goal.TargetTenThousandths, (int)((2 * numerator + denominator) / (2 * denominator)));
    }

    static IEnumerable<RuleStanding> Rules(BoardGoal goal, ProgressPoint latest, DateOnly today, Func<DateTimeOffset, DateOnly> dayOf)
    {
        var value = Value(latest.State, latest.Numerator, latest.Denominator);
        foreach (var plan in goal.Plans)
        {
            var last = goal.Decisions.LastOrDefault(d => d.PlanId == plan.PlanId);
            // what was seen under another definition is not compared with a rule stated under this one
            var then = last?.Evidence is { } seen && seen.IndicatorVersion == goal.Summary.IndicatorVersion ? Value(seen.State, seen.Numerator, seen.Denominator) : null;
            foreach (var (name, rule) in new[] { ("success", plan.Success), ("stop", plan.Stop) })
                yield return new(plan.PlanId, name, rule, Standing(name, rule, value, today, goal.Summary.HigherIsBetter),
                    last is null ? null : Standing(name, rule, then, dayOf(last.DecidedAt), goal.Summary.HigherIsBetter));
        }
    }

    static string Standing(string name, PlanRule rule, Rate? value, DateOnly day, bool higherIsBetter)
    {
        if (rule.ThresholdTenThousandths is { } threshold && value is { } rate)
        {
            var at = Rate.TenThousandths(threshold);
            if (name == "success" ? rate.IsAtLeastAsGoodAs(at, higherIsBetter) : at.IsAtLeastAsGoodAs(rate, higherIsBetter))
                return "reached";
        }
        if (rule.By is { } by && day > by)
            return "datePassed";
        return rule.ThresholdTenThousandths is not null && value is null ? "unknown" : "notReached";
    }
}
