using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Interventions;

/// <summary>A plan's dates, and the success and stop rules that people state before they know the result.</summary>
internal static class PlanRules
{
    public static Refusal? Dates(OpenPlanRequest ask, GoalSet goal, DateOnly today) => ask switch
    {
        _ when goal.Due <= today => Refusal.Conflict("plan.goal-over", "The goal's day has passed. Set a new goal before you open a plan."),
        { StartDate: null } => Refusal.Invalid("plan.start-missing", "State the plan's first day."),
        { StartDate: { } start } when start >= goal.Due => Refusal.Invalid("plan.start-after-due", "The plan must start before the day the goal is due."),
        { StartDate: { } start } when start < today.AddYears(-1) => Refusal.Invalid("plan.start-too-early", "The plan's first day is more than a year ago. Please check it."),
        { ReviewDate: null } => Refusal.Invalid("plan.review-missing", "State the day on which you come back to decide."),
        { StartDate: { } start, ReviewDate: { } review } when review <= start => Refusal.Invalid("plan.review-before-start", "The review comes after the plan's first day."),
        { ReviewDate: { } review } when review <= today => Refusal.Invalid("plan.review-passed", "The review must be after today."),
        { ReviewDate: { } review } when review >= goal.Due => Refusal.Invalid("plan.review-after-due", "The review comes before the day the goal is due, so that there is time to change course."),
        _ => null,
    };

    public static Refusal? Stated(OpenPlanRequest ask, GoalSet goal, DateOnly start) =>
        Rule(ask.Success, "plan.success-rule", "State beforehand what counts as working.", goal, start)
        ?? Rule(ask.Stop, "plan.stop-rule", "State beforehand when the plan ends.", goal, start)
        ?? (ask is { Success.ThresholdTenThousandths: { } success, Stop.ThresholdTenThousandths: { } stop }
            && !Rate.TenThousandths(success).IsBetterThan(Rate.TenThousandths(stop), goal.HigherIsBetter)
                ? Refusal.Invalid("plan.rules-cross", "The rate that counts as working must be better than the rate at which the plan ends.")
                : null);

    static Refusal? Rule(PlanRule? rule, string name, string missing, GoalSet goal, DateOnly start) =>
        PlainText.Check(rule?.Text, name, PlainText.Paragraph, missing, words: 3)
        ?? rule switch
        {
            { ThresholdTenThousandths: null, By: null } => Refusal.Invalid($"{name}-vague", "Give the rule a rate, a day, or both, so that everyone can tell whether it is reached."),
            { ThresholdTenThousandths: < 0 or > Rate.Whole } => Refusal.Invalid($"{name}-out-of-range", "The rate of a rule lies between 0 and 100 percent."),
            { By: { } by } when by <= start || by > goal.Due =>
                Refusal.Invalid($"{name}-date-outside", "The day of a rule lies after the plan's first day, and not after the day the goal is due."),
            _ => null,
        };
}
