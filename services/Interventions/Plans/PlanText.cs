using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Interventions;

/// <summary>What a plan must say before it opens: who, what, when, how much. Dates and rules are in <see cref="PlanRules"/>.</summary>
internal static class PlanText
{
    const int AtMost = 30;
    static readonly string[] Units = ["minutes", "hours", "days", "sessions", "visits", "calls", "messages"];
    static readonly string[] Periods = ["day", "week", "month", "term", "year"];

    public static Refusal? Check(OpenPlanRequest ask) =>
        (ask.PlanId == Guid.Empty ? Refusal.Invalid("plan.id-missing", "The plan needs an id made by the client.") : null)
        ?? PlainText.Check(ask.Purpose, "plan.purpose", PlainText.Paragraph, "Say in a few plain words what the plan does.", words: 3)
        ?? PlainText.Check(ask.Cause, "plan.cause", PlainText.Paragraph, "Say which cause of the gap the plan acts on.", words: 3)
        ?? Roles(ask.Roles)
        ?? DoseOf(ask.Dose);

    static Refusal? Roles(IReadOnlyList<PlanRole>? roles)
    {
        if (roles is null or [])
            return Refusal.Invalid("plan.roles-missing", "Name at least one role and what it does.");
        if (roles.Count > AtMost)
            return Refusal.Invalid("plan.roles-too-many", "A plan has at most 30 roles.");
        foreach (var role in roles)
            if ((PlainText.Check(role?.Role, "plan.role", PlainText.Line, "Each task needs the role that does it.")
                ?? PlainText.Check(role?.Task, "plan.role-task", PlainText.Paragraph, "Each role needs its task.")) is { } refusal)
                return refusal;
        return null;
    }

    public static Refusal? Milestones(IReadOnlyList<PlanMilestone>? milestones, DateOnly start, DateOnly due)
    {
        if (milestones is null or [])
            return Refusal.Invalid("plan.milestones-missing", "Name at least one milestone with its day.");
        if (milestones.Count > AtMost)
            return Refusal.Invalid("plan.milestones-too-many", "A plan has at most 30 milestones.");
        foreach (var milestone in milestones)
            if ((PlainText.Check(milestone?.Text, "plan.milestone", PlainText.Line, "Each milestone needs a few words.")
                ?? milestone?.Date switch
                {
                    null => Refusal.Invalid("plan.milestone-date-missing", "Each milestone needs its day."),
                    { } on when on < start || on > due =>
                        Refusal.Invalid("plan.milestone-outside", "A milestone's day lies between the plan's first day and the day the goal is due."),
                    _ => null,
                }) is { } refusal)
                return refusal;
        return null;
    }

    static Refusal? DoseOf(PlanDose? dose) => dose switch
    {
        null or { Amount: null } or { Times: null } or { Unit: null } or { Per: null } =>
            Refusal.Invalid("plan.dose-missing", "State the dose: how much, of what, how many times, per what."),
        { Amount: < 1 or > 100_000 } or { Times: < 1 or > 1_000 } => Refusal.Invalid("plan.dose-out-of-range", "The dose must be a whole number of at least 1."),
        { Unit: var unit } when !Units.Contains(unit) => Refusal.Invalid("plan.dose-unit-unknown", "Choose the dose's unit from the list: minutes, hours, days, sessions, visits, calls or messages."),
        { Per: var per } when !Periods.Contains(per) => Refusal.Invalid("plan.dose-period-unknown", "Choose how often from the list: per day, week, month, term or year."),
        _ => null,
    };
}
