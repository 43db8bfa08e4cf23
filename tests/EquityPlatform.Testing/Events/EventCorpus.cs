using System.Text.Json;
using System.Text.Json.Nodes;
using EquityPlatform.EventSourcing;
using Shouldly;

namespace EquityPlatform.Testing.Events;

/// <summary>
/// Every form that an event of a service ever had, kept for good: <c>{name}.{version}.json</c> is an event as it was stored,
/// <c>{name}.{version}.upgraded.json</c> what a historic one is read as today, <c>forms.txt</c> the form of every current alias. What is stored never
/// changes: a difference means a new version with an upgrade, and new files beside the old ones. With <c>EQUITY_WRITE_CORPUS=1</c> the forms of new aliases are added.
/// </summary>
/// <param name="others">Registered for every service, with a corpus of their own.</param>
public sealed class EventCorpus(EventTypes types, string folder, EventTypes? others = null)
{
    string[] Current => [.. types.All.Keys.Except(others?.All.Keys ?? [])];

    string[] Historic => [.. types.Historic.Except(others?.Historic ?? [])];

    const string Forms = "forms.txt";

    /// <summary>Every alias, current and historic, has its file, and no file stands for an alias that nobody can read.</summary>
    public void ShouldBeComplete()
    {
        var files = Directory.GetFiles(folder, "*.json").Select(file => Path.GetFileName(file)!).Where(file => !file.EndsWith(".upgraded.json", StringComparison.Ordinal)).ToList();
        files.Order(StringComparer.Ordinal).ShouldBe(Current.Concat(Historic).Select(FileOf).Order(StringComparer.Ordinal));
        foreach (var alias in Historic)
            File.Exists(Path.Combine(folder, UpgradedOf(alias))).ShouldBeTrue($"{UpgradedOf(alias)} says what {alias} is read as today");
    }

    /// <summary>Every stored form is read to the expected current value, which is written as it was read; every member occurs, and every optional one may be missing.</summary>
    public void ShouldBeReadAsExpected()
    {
        foreach (var alias in Current.Concat(Historic))
        {
            var (stored, type) = (Read(FileOf(alias)), types.All[types.CurrentOf(alias)]);
            var expected = types.All.ContainsKey(alias) ? stored : Read(UpgradedOf(alias));
            var value = types.Deserialize(alias, stored.ToJsonString());
            value.ShouldBeOfType(type, alias);
            JsonNode.DeepEquals(JsonSerializer.SerializeToNode(value, type, EventTypes.Json), expected).ShouldBeTrue($"{alias} is read as\n{JsonSerializer.Serialize(value, type, EventTypes.Json)}\ninstead of\n{expected.ToJsonString()}");
            types.Deserialize(types.CurrentOf(alias), expected.ToJsonString()).ShouldBeOfType(type);
            if (!types.All.ContainsKey(alias))
                continue;
            var members = EventForms.Of(type);
            members.Select(m => m.Path).Except(EventForms.Occurring(type, JsonSerializer.SerializeToElement(stored))).ShouldBeEmpty($"{FileOf(alias)} lacks members of {type.Name}");
            foreach (var optional in members.Where(m => m.Optional && !m.Path.Contains('.', StringComparison.Ordinal)))
            {
                var without = stored.DeepClone().AsObject();
                without.Remove(optional.Path);
                types.Deserialize(alias, without.ToJsonString()).ShouldBeOfType(type, $"{alias} without {optional.Path}");
            }
        }
    }

    /// <summary>No current type has another form than the one under which its events were stored.</summary>
    public void ShouldKeepItsForms()
    {
        var path = Path.Combine(folder, Forms);
        var known = Parse(File.Exists(path) ? File.ReadAllLines(path) : []);
        var now = Current.ToDictionary(alias => alias, alias => EventForms.Of(types.All[alias]).Select(m => m.ToString()).ToArray());
        if (Environment.GetEnvironmentVariable("EQUITY_WRITE_CORPUS") == "1")
        {
            foreach (var (alias, form) in now)
                known.TryAdd(alias, form);
            File.WriteAllText(path, string.Concat(known.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key}\n{string.Concat(k.Value.Select(line => $"{line}\n"))}")));
        }
        foreach (var (alias, form) in now)
        {
            known.ShouldContainKey(alias, $"{alias} is new: add its form with EQUITY_WRITE_CORPUS=1");
            form.ShouldBe(known[alias], $"{alias} has another form than its stored events: register it under the next version and make {alias} an Upgrade");
        }
        known.Keys.Except(Current).Except(Historic).ShouldBeEmpty("forms of aliases that nobody can read any more");
    }

    static Dictionary<string, string[]> Parse(string[] lines)
    {
        var forms = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var line in lines)
            if (line.StartsWith("  ", StringComparison.Ordinal))
                forms[forms.Keys.Last()] = [.. forms[forms.Keys.Last()], line];
            else
                forms.Add(line, []);
        return forms;
    }

    JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!.AsObject();

    static string FileOf(string alias) => $"{alias.Replace('/', '.')}.json";

    static string UpgradedOf(string alias) => $"{alias.Replace('/', '.')}.upgraded.json";
}
