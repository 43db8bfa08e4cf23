using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using static EquityPlatform.Interventions.Tests.Examples;

namespace EquityPlatform.Interventions.Tests.Golden;

/// <summary>
/// JSON of every stored event and every published contract. What is stored never changes: a difference here means a new event
/// version, not a new file. <c>EQUITY_WRITE_GOLDEN=1</c> writes files that do not exist yet.
/// </summary>
public sealed class GoldenTests
{
    static readonly DecisionRefused Refused = new(GoalId, PlanId, DecisionId, "stop", "decision.no-authority", "demo:principal", ["principal"], 1);

    static readonly GoalEvent[] Stored = [TheGoal, ThePlan, Refined, Refused];

    static readonly JsonSerializerOptions Pretty = new(EventTypes.Json) { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static EventTypes Types => InterventionsService.Definition.Types;

    public static TheoryData<string> Aliases => [.. Stored.Select(e => Types.AliasOf(e.GetType()))];

    [Theory, MemberData(nameof(Aliases))]
    public void Stored_json_is_as_it_was(string alias) => Same(alias.Replace('/', '.'), Stored.Single(e => Types.AliasOf(e.GetType()) == alias));

    [Theory, MemberData(nameof(Aliases))]
    public void Stored_json_is_read_back_as_it_was(string alias)
    {
        var e = Stored.Single(one => Types.AliasOf(one.GetType()) == alias);
        var read = Types.Deserialize(alias, File.ReadAllText(PathOf(alias.Replace('/', '.'))));
        JsonSerializer.Serialize(read, read.GetType(), EventTypes.Json).ShouldBe(JsonSerializer.Serialize(e, e.GetType(), EventTypes.Json));
    }

    [Theory, MemberData(nameof(Aliases))]
    public void Published_json_is_as_it_was(string alias)
    {
        var e = Stored.Single(one => Types.AliasOf(one.GetType()) == alias);
        var recorded = new RecordedEvent(1, Guid.Empty, "grand-bend", Goal.Type.StreamId(GoalId), 1, alias, JsonSerializer.Serialize(e, e.GetType(), EventTypes.Json),
            new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero), "demo:district-leader", null, null, null, null, Types);
        var published = Publishing.Publish(recorded);
        if (e is DecisionRefused)
        {
            published.ShouldBeNull("refused attempts stay inside");
            return;
        }
        published.ShouldNotBeNull().Type.ShouldBe(alias);
        Same($"published.{alias.Replace('/', '.')}", published.Data);
    }

    /// <summary>Of this service's own; what every service shares is in the corpus of ServiceHost.</summary>
    [Fact]
    public void Every_stored_event_has_its_golden_file() =>
        Types.All.Where(type => type.Value.Assembly == typeof(GoalEvent).Assembly).Select(type => type.Key).Except(Stored.Select(e => Types.AliasOf(e.GetType()))).ShouldBeEmpty();

    static void Same(string name, object value)
    {
        var json = JsonSerializer.Serialize(value, value.GetType(), Pretty) + "\n";
        if (!File.Exists(PathOf(name)) && Environment.GetEnvironmentVariable("EQUITY_WRITE_GOLDEN") == "1")
            File.WriteAllText(PathOf(name), json);
        json.ShouldBe(File.ReadAllText(PathOf(name)));
    }

    static string PathOf(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, $"{name}.json");
}
