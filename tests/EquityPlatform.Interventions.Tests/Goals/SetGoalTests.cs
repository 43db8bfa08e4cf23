using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using static EquityPlatform.Interventions.Tests.Examples;

namespace EquityPlatform.Interventions.Tests.Goals;

public sealed class SetGoalTests
{
    static Func<Goal, Outcome<GoalEvent>> Do(SetGoalRequest ask, EvidenceFact? baseline = null) => goal => SetGoal.Decide(goal, ask, TheRight, baseline ?? Baseline, Today);

    static void Refuses(SetGoalRequest ask, string code, EvidenceFact? baseline = null) => Spec.Given().When(Do(ask, baseline)).ThenRefused(code);

    [Fact] public void Sets_a_goal() => Spec.Given().When(Do(AskGoal)).Then(TheGoal);
    [Fact] public void Retry_adds_nothing() => Spec.Given(TheGoal).When(Do(AskGoal)).ThenNothing();
    [Fact] public void Retry_after_the_due_date_adds_nothing() => Spec.Given(TheGoal).When(goal => SetGoal.Decide(goal, AskGoal, TheRight, new EvidenceFact.NotNamed(), new(2030, 1, 1))).ThenNothing();
    [Fact] public void Same_id_with_other_content_is_a_conflict() => Spec.Given(TheGoal).When(Do(AskGoal with { TargetTenThousandths = 1400 })).ThenRefused("goal.exists", RefusalKind.Conflict);
    [Fact] public void Same_id_with_another_snapshot_is_a_conflict() => Spec.Given(TheGoal).When(Do(AskGoal with { BaselineSnapshotId = LaterId })).ThenRefused("goal.exists", RefusalKind.Conflict);
    [Fact] public void Refuses_without_the_right() => Spec.Given().When(goal => SetGoal.Decide(goal, AskGoal, null, Baseline, Today)).ThenRefused("goal.no-authority", RefusalKind.Forbidden);
    [Fact] public void Spaces_around_text_are_not_content() => Spec.Given(TheGoal).When(Do(AskGoal with { Title = $"  {AskGoal.Title} " })).ThenNothing();

    [Fact] public void Refuses_an_empty_id() => Refuses(AskGoal with { GoalId = Guid.Empty }, "goal.id-missing");
    [Fact] public void Refuses_no_title() => Refuses(AskGoal with { Title = "  " }, "goal.title-missing");
    [Fact] public void Refuses_a_title_of_one_word() => Refuses(AskGoal with { Title = "Improve!" }, "goal.title-too-short");
    [Fact] public void Refuses_a_long_title() => Refuses(AskGoal with { Title = string.Join(' ', Enumerable.Repeat("better", 40)) }, "goal.title-too-long");
    [Fact] public void Refuses_a_title_with_control_characters() => Refuses(AskGoal with { Title = "Fewer \u0007 are chronically absent" }, "goal.title-unreadable");
    [Fact] public void Refuses_no_purpose() => Refuses(AskGoal with { Purpose = null }, "goal.purpose-missing");
    [Fact] public void Refuses_a_purpose_that_commits_to_nothing() => Refuses(AskGoal with { Purpose = "Do better soon" }, "goal.purpose-too-short");
    [Theory]
    [InlineData("We promised this to the mother, ana@example.org, in May.")]
    [InlineData("We promised this to the family of student 604822 in May.")]
    [InlineData("We promised this to the family (call 512-555-0142) in May.")]
    public void Refuses_text_that_points_to_one_person(string purpose) => Refuses(AskGoal with { Purpose = purpose }, "goal.purpose-personal-data");

    [Fact] public void Refuses_no_indicator() => Refuses(AskGoal with { Indicator = null }, "goal.indicator-missing");
    [Fact] public void Refuses_no_indicator_version() => Refuses(AskGoal with { IndicatorVersion = null }, "goal.indicator-version-missing");
    [Fact] public void Refuses_no_dimension() => Refuses(AskGoal with { Dimension = "" }, "goal.group-missing");
    [Fact] public void Refuses_no_group() => Refuses(AskGoal with { Group = null }, "goal.group-missing");
    [Fact] public void Refuses_an_unknown_group() => Refuses(AskGoal with { Group = "left-handed" }, "goal.group-unknown");
    [Fact] public void Refuses_an_unknown_dimension() => Refuses(AskGoal with { Dimension = "handedness" }, "goal.group-unknown");
    [Fact] public void Refuses_the_group_that_was_not_reported() => Refuses(AskGoal with { Group = StudentGroups.NotReported }, "goal.group-not-reported");
    [Fact] public void Refuses_no_school() => Refuses(AskGoal with { School = null }, "goal.school-missing");
    [Fact] public void Refuses_no_target() => Refuses(AskGoal with { TargetTenThousandths = null }, "goal.target-missing");
    [Theory][InlineData(-1)][InlineData(10_001)] public void Refuses_a_target_that_is_no_rate(int target) => Refuses(AskGoal with { TargetTenThousandths = target }, "goal.target-out-of-range");
    [Fact] public void Refuses_no_due_date() => Refuses(AskGoal with { DueDate = null }, "goal.due-missing");
    [Fact] public void Refuses_a_due_date_of_today() => Refuses(AskGoal with { DueDate = Today }, "goal.due-passed");
    [Fact] public void Refuses_a_due_date_beyond_anyones_term() => Refuses(AskGoal with { DueDate = Today.AddYears(10).AddDays(1) }, "goal.due-too-far");
    [Fact] public void Refuses_no_owner() => Refuses(AskGoal with { Owner = "" }, "goal.owner-missing");

    [Fact] public void Refuses_no_baseline() => Refuses(AskGoal, "goal.baseline-missing", new EvidenceFact.NotNamed());
    [Fact] public void Refuses_an_unknown_baseline() => Refuses(AskGoal, "goal.baseline-unknown", new EvidenceFact.Unknown(BaselineId));
    [Fact] public void Refuses_a_baseline_of_another_indicator() => Refuses(AskGoal with { Indicator = "average-daily-attendance" }, "goal.baseline-other-indicator");
    [Fact] public void Refuses_a_baseline_of_another_version() => Refuses(AskGoal with { IndicatorVersion = 2 }, "goal.baseline-other-version");
    [Fact] public void Refuses_a_baseline_of_another_group() => Refuses(AskGoal with { Group = "no" }, "goal.baseline-other-group");
    [Fact] public void Refuses_a_baseline_of_another_school() => Refuses(AskGoal with { School = "district" }, "goal.baseline-other-school");
    [Theory]
    [InlineData(ValueState.Suppressed, "goal.baseline-suppressed")]
    [InlineData(ValueState.NotApplicable, "goal.baseline-not-applicable")]
    [InlineData(ValueState.Missing, "goal.baseline-no-value")]
    public void Refuses_a_baseline_without_a_number(string state, string code) => Refuses(AskGoal, code, Found(Snapshot(BaselineId, state: state)));
    [Fact] public void Refuses_an_indicator_without_a_better_side() => Refuses(AskGoal, "goal.indicator-no-direction", Found(Snapshot(BaselineId, definition: ChronicAbsence with { HigherIsBetter = null })));

    [Theory]
    [InlineData(30, 100, 2999, false, true)]
    [InlineData(30, 100, 3000, false, false)]
    [InlineData(30, 100, 3001, false, false)]
    [InlineData(1, 3, 3333, false, true)]  // 1/3 is more than .3333
    [InlineData(1, 3, 3334, false, false)]
    [InlineData(1, 3, 3334, true, true)]
    [InlineData(1, 3, 3333, true, false)]
    [InlineData(0, 100, 0, false, false)]  // cannot be better than nobody
    [InlineData(3_000_000_000_000_001, 10_000_000_000_000_000, 3000, false, true)] // beyond what a double tells apart
    public void A_target_must_be_better_than_the_baseline_exactly(long numerator, long denominator, int target, bool higherIsBetter, bool accepted)
    {
        var baseline = Snapshot(BaselineId, 1, 2, numerator == 0 ? ValueState.Zero : ValueState.Value, ChronicAbsence with { HigherIsBetter = higherIsBetter });
        baseline = baseline with { Cells = [baseline.Cells[0] with { Numerator = numerator, Denominator = denominator }] };
        var found = Found(baseline);
        var when = Spec.Given().When(Do(AskGoal with { TargetTenThousandths = target }, found));
        if (accepted)
            when.Then(TheGoal with { HigherIsBetter = higherIsBetter, Baseline = found.Copy, Target = target });
        else
            when.ThenRefused("goal.target-not-better");
    }

    [Fact]
    public void Keeps_the_whole_snapshot_with_its_hash()
    {
        var copy = Baseline.Copy;
        using var document = System.Text.Json.JsonDocument.Parse(copy.Canonical);
        document.RootElement.GetProperty("cells").GetArrayLength().ShouldBe(2);
        copy.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(copy.Canonical))));
        copy.Numerator.ShouldBe(30);
    }
}
