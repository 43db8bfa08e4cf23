using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using static EquityPlatform.Interventions.Tests.Examples;

namespace EquityPlatform.Interventions.Tests.Plans;

public sealed class OpenPlanTests
{
    static readonly Guid NextPlanId = new("20000000-0000-4000-8000-000000000002");

    static Func<Goal, Outcome<GoalEvent>> Do(OpenPlanRequest ask, DateOnly? today = null) => goal => OpenPlan.Decide(goal, ask, TheRight, today ?? Today);

    static void Refuses(OpenPlanRequest ask, string code) => Spec.Given(TheGoal).When(Do(ask)).ThenRefused(code);

    [Fact] public void Opens_a_plan() => Spec.Given(TheGoal).When(Do(AskPlan)).Then(ThePlan);
    [Fact] public void Retry_adds_nothing() => Spec.Given(TheGoal, ThePlan).When(Do(AskPlan)).ThenNothing();
    [Fact] public void Retry_adds_nothing_after_the_goal_is_over() => Spec.Given(TheGoal, ThePlan).When(Do(AskPlan, new(2030, 1, 1))).ThenNothing();
    [Fact] public void Same_id_with_other_content_is_a_conflict() => Spec.Given(TheGoal, ThePlan).When(Do(AskPlan with { Cause = "Another cause of it" })).ThenRefused("plan.exists", RefusalKind.Conflict);
    [Fact] public void Same_id_with_gaps_is_a_conflict() => Spec.Given(TheGoal, ThePlan).When(Do(AskPlan with { Milestones = [null!] })).ThenRefused("plan.exists", RefusalKind.Conflict);
    [Fact] public void A_second_plan_may_run_beside_the_first() => Spec.Given(TheGoal, ThePlan).When(Do(AskPlan with { PlanId = NextPlanId })).Then(ThePlan with { PlanId = NextPlanId });
    [Fact] public void Refuses_without_a_goal() => Spec.Given().When(Do(AskPlan)).ThenRefused("goal.absent", RefusalKind.Absent);
    [Fact] public void Refuses_without_the_right() => Spec.Given(TheGoal).When(goal => OpenPlan.Decide(goal, AskPlan, null, Today)).ThenRefused("plan.no-authority", RefusalKind.Forbidden);

    [Fact] public void Refuses_an_empty_id() => Refuses(AskPlan with { PlanId = Guid.Empty }, "plan.id-missing");
    [Fact] public void Refuses_no_purpose() => Refuses(AskPlan with { Purpose = null }, "plan.purpose-missing");
    [Fact] public void Refuses_no_cause() => Refuses(AskPlan with { Cause = "" }, "plan.cause-missing");
    [Fact] public void Refuses_no_roles() => Refuses(AskPlan with { Roles = [] }, "plan.roles-missing");
    [Fact] public void Refuses_too_many_roles() => Refuses(AskPlan with { Roles = [.. Enumerable.Repeat(AskPlan.Roles![0], 31)] }, "plan.roles-too-many");
    [Fact] public void Refuses_a_task_without_a_role() => Refuses(AskPlan with { Roles = [new(null, "Calls home")] }, "plan.role-missing");
    [Fact] public void Refuses_an_empty_place_among_roles() => Refuses(AskPlan with { Roles = [null!] }, "plan.role-missing");
    [Fact] public void Refuses_a_role_without_a_task() => Refuses(AskPlan with { Roles = [new("Clerk", " ")] }, "plan.role-task-missing");
    [Fact] public void Refuses_no_milestones() => Refuses(AskPlan with { Milestones = null }, "plan.milestones-missing");
    [Fact] public void Refuses_too_many_milestones() => Refuses(AskPlan with { Milestones = [.. Enumerable.Repeat(AskPlan.Milestones![0], 31)] }, "plan.milestones-too-many");
    [Fact] public void Refuses_a_milestone_without_words() => Refuses(AskPlan with { Milestones = [new("", Today)] }, "plan.milestone-missing");
    [Fact] public void Refuses_a_milestone_without_a_day() => Refuses(AskPlan with { Milestones = [new("Phone list", null)] }, "plan.milestone-date-missing");
    [Theory]
    [InlineData("2026-09-06")]
    [InlineData("2027-06-16")]
    public void Refuses_a_milestone_outside_the_plan(string day) => Refuses(AskPlan with { Milestones = [new("Phone list", DateOnly.Parse(day, null))] }, "plan.milestone-outside");
    [Fact] public void Refuses_no_dose() => Refuses(AskPlan with { Dose = null }, "plan.dose-missing");
    [Fact] public void Refuses_half_a_dose() => Refuses(AskPlan with { Dose = new(1, "calls", null, "week") }, "plan.dose-missing");
    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 0)]
    [InlineData(-30, 5)]
    [InlineData(100_001, 1)]
    public void Refuses_a_dose_that_cannot_be(int amount, int times) => Refuses(AskPlan with { Dose = new(amount, "calls", times, "week") }, "plan.dose-out-of-range");
    [Fact] public void Refuses_an_unknown_unit() => Refuses(AskPlan with { Dose = new(1, "efforts", 5, "week") }, "plan.dose-unit-unknown");
    [Fact] public void Refuses_an_unknown_period() => Refuses(AskPlan with { Dose = new(1, "calls", 5, "often") }, "plan.dose-period-unknown");

    [Fact] public void Refuses_no_first_day() => Refuses(AskPlan with { StartDate = null }, "plan.start-missing");
    [Fact] public void Refuses_a_start_after_the_goal() => Refuses(AskPlan with { StartDate = TheGoal.Due }, "plan.start-after-due");
    [Fact] public void Refuses_a_start_of_years_ago() => Refuses(AskPlan with { StartDate = Today.AddYears(-1).AddDays(-1) }, "plan.start-too-early");
    [Fact] public void Refuses_no_review() => Refuses(AskPlan with { ReviewDate = null }, "plan.review-missing");
    [Fact] public void Refuses_a_review_before_the_start() => Refuses(AskPlan with { ReviewDate = AskPlan.StartDate }, "plan.review-before-start");
    [Fact] public void Refuses_a_passed_review() => Refuses(AskPlan with { StartDate = Today.AddDays(-10), ReviewDate = Today }, "plan.review-passed");
    [Fact] public void Refuses_a_review_after_the_goal() => Refuses(AskPlan with { ReviewDate = TheGoal.Due }, "plan.review-after-due");
    [Fact] public void Refuses_a_plan_under_a_goal_that_is_over() => Spec.Given(TheGoal).When(Do(AskPlan, TheGoal.Due)).ThenRefused("plan.goal-over", RefusalKind.Conflict);

    [Fact] public void Refuses_no_success_rule() => Refuses(AskPlan with { Success = null }, "plan.success-rule-missing");
    [Fact] public void Refuses_no_stop_rule() => Refuses(AskPlan with { Stop = new("", 3400, null) }, "plan.stop-rule-missing");
    [Fact] public void Refuses_a_rule_that_nobody_can_check() => Refuses(AskPlan with { Stop = new("When it feels wrong", null, null) }, "plan.stop-rule-vague");
    [Fact] public void Refuses_a_threshold_that_is_no_rate() => Refuses(AskPlan with { Success = new("Fewer are absent", 10_001, null) }, "plan.success-rule-out-of-range");
    [Fact] public void Refuses_a_rule_after_the_goal() => Refuses(AskPlan with { Success = new("Fewer are absent", 2000, TheGoal.Due.AddDays(1)) }, "plan.success-rule-date-outside");
    [Fact] public void Refuses_rules_that_cross() => Refuses(AskPlan with { Success = new("Fewer are absent", 3400, null) }, "plan.rules-cross");
    [Fact]
    public void A_stop_rule_may_be_a_day_alone() => Spec.Given(TheGoal).When(Do(AskPlan with { Stop = new("No change by the spring break", null, new(2027, 3, 20)) }))
        .Then(ThePlan with { Stop = new("No change by the spring break", null, new(2027, 3, 20)) });

    static readonly OpenPlanRequest Successor = AskPlan with { PlanId = NextPlanId, ReplacesPlanId = PlanId };

    [Fact]
    public void Opens_the_successor_of_a_replaced_plan() => Spec.Given(TheGoal, ThePlan, Decided(DecisionKinds.Replace)).When(Do(Successor))
        .Then(ThePlan with { PlanId = NextPlanId, Replaces = PlanId });
    [Fact] public void Refuses_the_successor_of_an_open_plan() => Spec.Given(TheGoal, ThePlan).When(Do(Successor)).ThenRefused("plan.replaces-open", RefusalKind.Conflict);
    [Fact] public void Refuses_the_successor_of_a_scaled_plan() => Spec.Given(TheGoal, ThePlan, Decided(DecisionKinds.Scale)).When(Do(Successor)).ThenRefused("plan.replaces-open", RefusalKind.Conflict);
    [Fact] public void Refuses_the_successor_of_a_stopped_plan() => Spec.Given(TheGoal, ThePlan, Decided(DecisionKinds.Stop)).When(Do(Successor)).ThenRefused("plan.stopped", RefusalKind.Conflict);
    [Fact] public void Refuses_the_successor_of_an_unknown_plan() => Spec.Given(TheGoal).When(Do(Successor)).ThenRefused("plan.replaces-unknown", RefusalKind.Absent);
    [Fact]
    public void Refuses_a_second_successor() => Spec.Given(TheGoal, ThePlan, Decided(DecisionKinds.Replace), ThePlan with { PlanId = NextPlanId, Replaces = PlanId })
        .When(Do(Successor with { PlanId = new("20000000-0000-4000-8000-000000000003") })).ThenRefused("plan.replaces-taken", RefusalKind.Conflict);
}
