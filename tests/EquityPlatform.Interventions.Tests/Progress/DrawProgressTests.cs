using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;
using static EquityPlatform.Interventions.Tests.Examples;

namespace EquityPlatform.Interventions.Tests.Progress;

public sealed class DrawProgressTests
{
    static readonly DateOnly Frozen = new(2026, 8, 20);

    static FrozenEvidence Evidence(EvidenceFact.Found found) => GoalBoard.Frozen(found.Copy);

    static BoardGoal Board(params DecisionView[] decisions) => new(
        new(GoalId, 3, TheGoal.Title, TheGoal.Indicator, 1, TheGoal.Dimension, TheGoal.Group, TheGoal.School, Evidence(Baseline), 1500, false, TheGoal.Due, TheGoal.Owner, "inProgress", 1, 1,
            ThePlan.Review, null, Later.Copy.FrozenAt),
        TheGoal.Purpose, "demo:district-leader",
        [new(PlanId, GoalId, 3, "open", ThePlan.Purpose, ThePlan.Cause, [], [], new(1, "calls", 5, "week"), ThePlan.Start, ThePlan.Review, ThePlan.Review,
            new("At most one in five", 2000, new(2027, 5, 1)), new("Worse than one in three", 3400, new(2027, 3, 1)), null, null, Later.Copy.FrozenAt, "demo:district-leader")],
        decisions, []);

    static DecisionView Decision(FrozenEvidence seen, DateTimeOffset at) => new(DecisionId, PlanId, "refine", "r", null, null, seen, "district-leader", 1, at, "demo:district-leader");

    static Reading Now(long numerator, string state = ValueState.Value, int version = 1, int year = 2026, DateOnly? lastDay = null)
    {
        var snapshot = Snapshot(LaterId, numerator, state: state, definition: ChronicAbsence with { Version = version }, year: year);
        return new(version, year, lastDay, snapshot.Cells[0], snapshot.Positions, snapshot.Derived);
    }

    static GoalProgress Draw(BoardGoal goal, IReadOnlyList<Reading>? now, DateOnly? today = null) =>
        DrawProgress.Of(goal, now, today ?? Today, instant => DateOnly.FromDateTime(instant.UtcDateTime));

    [Fact]
    public void Points_stand_in_time_order_with_their_intervals()
    {
        var line = Draw(Board(Decision(Evidence(Later), new(2026, 8, 31, 0, 0, 0, TimeSpan.Zero))), [Now(18)]).Lines.ShouldHaveSingleItem();
        line.Points.Select(p => (p.Kind, p.Date, p.Numerator, p.TargetReached)).ShouldBe([
            ("baseline", Frozen, 30L, false), ("then", new(2026, 8, 30), 20L, false), ("now", Today, 18L, false)]);
        line.Points.ShouldAllBe(p => p.Low == 0.25 && p.High == 0.5);
    }

    [Fact]
    public void A_past_school_year_stands_on_its_last_day() =>
        Draw(Board(), [Now(18, lastDay: new(2026, 8, 25))]).Lines[0].Points[^1].Date.ShouldBe(new(2026, 8, 25));

    [Fact]
    public void A_school_year_that_was_over_before_the_baseline_is_read_today()
    {
        var points = Draw(Board(), [Now(18, lastDay: new(2026, 6, 5))]).Lines[0].Points;
        points.Select(p => (p.Kind, p.Date)).ShouldBe([("baseline", Frozen), ("now", Today)]);
    }

    [Theory]
    [InlineData(ValueState.Missing)]
    [InlineData(ValueState.Suppressed)]
    [InlineData(ValueState.NotApplicable)]
    public void A_state_without_a_number_never_becomes_one(string state)
    {
        var point = Draw(Board(), [Now(18, state)]).Lines[0].Points[^1];
        (point.State, point.Numerator, point.Rate, point.TargetReached).ShouldBe((state, null, null, null));
    }

    [Fact]
    public void No_cell_is_missing()
    {
        var reading = Now(18) with { Cell = null };
        Draw(Board(), [reading]).Lines[0].Points[^1].State.ShouldBe(ValueState.Missing);
    }

    [Fact]
    public void Zero_is_a_number()
    {
        var point = Draw(Board(), [Now(0, ValueState.Zero)]).Lines[0].Points[^1];
        (point.State, point.Rate, point.TargetReached).ShouldBe((ValueState.Zero, 0d, true));
    }

    [Fact]
    public void A_newer_definition_draws_a_second_line_and_never_moves_the_first()
    {
        var lines = Draw(Board(), [Now(10, version: 2)]).Lines;
        lines.Select(l => (l.IndicatorVersion, l.Official, l.Points.Count)).ShouldBe([(1, true, 1), (2, false, 1)]);
        lines[0].Points[0].Numerator.ShouldBe(30);
    }

    [Fact]
    public void What_is_read_is_left_out_when_the_indicators_service_is_away()
    {
        var progress = Draw(Board(), null);
        (progress.Now, progress.Lines[0].Points.Count).ShouldBe(("unavailable", 1));
    }

    [Theory]
    [InlineData("2026-08-20", 3000)]
    [InlineData("2026-08-19", 3000)] // never before its start
    [InlineData("2027-06-15", 1500)]
    [InlineData("2028-01-01", 1500)]
    [InlineData("2027-01-16", 2253)] // 149 of 299 days: 3000 - 1500 x 149/299 = 2252.5, up
    public void The_goal_line_goes_straight_from_baseline_to_target(string day, int expected)
    {
        var line = Draw(Board(), null, DateOnly.Parse(day, null)).GoalLine;
        (line.From, line.To, line.ExpectedTodayTenThousandths).ShouldBe((Frozen, TheGoal.Due, expected));
    }

    [Theory]
    [InlineData(20, "2026-09-01", "reached", "notReached")]
    [InlineData(21, "2026-09-01", "notReached", "notReached")]
    [InlineData(34, "2026-09-01", "notReached", "reached")]
    [InlineData(25, "2027-03-02", "notReached", "datePassed")]
    [InlineData(25, "2027-05-02", "datePassed", "datePassed")]
    public void Rules_stated_beforehand_are_checked_exactly(long numerator, string day, string success, string stop) =>
        Draw(Board(), [Now(numerator)], DateOnly.Parse(day, null)).Rules.Select(r => (r.Rule, r.Standing, r.ThenStanding)).ShouldBe([("success", success, null), ("stop", stop, null)]);

    [Fact]
    public void A_rule_is_unknown_without_a_number() => Draw(Board(), [Now(1, ValueState.Missing)]).Rules.Select(r => r.Standing).ShouldBe(["unknown", "unknown"]);

    [Fact]
    public void Then_and_now_stand_side_by_side()
    {
        var then = Decision(Evidence(Found(Snapshot(LaterId, 35))), new(2026, 8, 31, 0, 0, 0, TimeSpan.Zero));
        Draw(Board(then), [Now(20)]).Rules.Select(r => (r.Rule, r.ThenStanding, r.Standing)).ShouldBe([("success", "notReached", "reached"), ("stop", "reached", "notReached")]);
    }

    [Fact]
    public void A_decision_under_another_definition_is_not_compared()
    {
        var then = Decision(Evidence(Found(Snapshot(LaterId, 10, definition: ChronicAbsence with { Version = 2 }))), new(2026, 8, 31, 0, 0, 0, TimeSpan.Zero));
        Draw(Board(then), [Now(25)]).Rules.Select(r => r.ThenStanding).ShouldBe(["unknown", "unknown"]);
    }
}
