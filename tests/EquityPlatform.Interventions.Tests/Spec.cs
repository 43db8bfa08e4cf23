using System.Text.Json;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Interventions.Tests;

/// <summary>Given past events, when a command, then exactly these events or this refusal. Every accepted command is run twice.</summary>
internal sealed class Spec(IReadOnlyList<GoalEvent> past)
{
    public static Spec Given(params GoalEvent[] past) => new(past);

    public Result When(Func<Goal, Outcome<GoalEvent>> decide)
    {
        var state = past.Aggregate(Goal.Type.Initial, Goal.Evolve);
        return new(state, decide, decide(state));
    }

    internal sealed record Result(Goal State, Func<Goal, Outcome<GoalEvent>> Decide, Outcome<GoalEvent> Outcome)
    {
        public void Then(params GoalEvent[] expected)
        {
            var events = Outcome.ShouldBeOfType<Outcome<GoalEvent>.Accepted>(Outcome.ToString()).Events;
            events.Select(Json).ShouldBe(expected.Select(Json));
            var again = Decide(events.Aggregate(State, Goal.Evolve)).ShouldBeOfType<Outcome<GoalEvent>.Accepted>("a repeat must be accepted");
            again.Events.ShouldBeEmpty("a repeat must add nothing");
        }

        public void ThenNothing() => Then();

        public void ThenRefused(string code, RefusalKind kind = RefusalKind.Invalid)
        {
            var refusal = Outcome.ShouldBeOfType<Outcome<GoalEvent>.Refused>(Outcome.ToString()).Refusal;
            refusal.Code.ShouldBe(code);
            refusal.Kind.ShouldBe(kind);
            refusal.Message.ShouldMatch(@"^[A-Z].{15,}\.$", "a refusal is a sentence that a clerk understands");
        }
    }

    static string Json(GoalEvent e) => e.GetType().Name + JsonSerializer.Serialize(e, e.GetType(), EventTypes.Json);
}
