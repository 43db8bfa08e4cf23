using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EquityPlatform.EventSourcing;

/// <summary>An event's alias is not registered: the reader must stop, never skip.</summary>
public sealed class UnknownEventTypeException(string alias) : Exception($"Event type '{alias}' is not registered in this service.")
{
    public string Alias { get; } = alias;
}

/// <summary>
/// Registry of a service's event types by alias (<c>goal-set/1</c>). The CLR name never decides. Stored events never change: where a type
/// gets another form, it is registered under the next version, and the older version becomes a step towards it.
/// <code>.Add&lt;GoalSet&gt;("goal-set/2").Upgrade("goal-set/1", json => ...)</code>
/// </summary>
public sealed partial class EventTypes
{
    /// <summary>Settings of stored event JSON: camelCase, dates as ISO text, no comments, numbers strictly.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonRules.StrictText() },
    };

    readonly Dictionary<string, Type> types = new(StringComparer.Ordinal);
    readonly Dictionary<Type, (string Alias, string Dotnet)> aliases = [];
    readonly Dictionary<string, Func<JsonObject, JsonObject>> upgrades = new(StringComparer.Ordinal);

    /// <summary>Registers <typeparamref name="T"/> under an alias of the form <c>kebab-case/version</c>.</summary>
    public EventTypes Add<T>(string alias) where T : notnull
    {
        if (alias.Length > 200 || !AliasForm().IsMatch(alias))
            throw new ArgumentException($"'{alias}' is not of the form kebab-case/version.", nameof(alias));
        if (types.Keys.FirstOrDefault(other => NameOf(other) == NameOf(alias)) is { } current)
            throw new ArgumentException($"'{current}' and '{alias}' cannot both be current: make the older one a step by Upgrade.", nameof(alias));
        types.Add(alias, typeof(T));
        aliases.Add(typeof(T), (alias, $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}"));
        return this;
    }

    /// <summary>
    /// Registers the step from a historic alias to the next version of the same event: a pure function of the stored JSON value, which
    /// it may change and return. Steps are chained when an event is read. The newer version must be registered before.
    /// </summary>
    public EventTypes Upgrade(string from, Func<JsonObject, JsonObject> upgrade)
    {
        if (!AliasForm().IsMatch(from))
            throw new ArgumentException($"'{from}' is not of the form kebab-case/version.", nameof(from));
        if (types.ContainsKey(from) || upgrades.ContainsKey(from))
            throw new ArgumentException($"'{from}' is registered already.", nameof(from));
        if (Next(from) is var next && !types.ContainsKey(next) && !upgrades.ContainsKey(next))
            throw new ArgumentException($"'{from}' cannot be upgraded: '{next}' is neither current nor upgraded itself. Register newer versions first.", nameof(from));
        upgrades.Add(from, upgrade);
        return this;
    }

    /// <summary>Registers what <paramref name="others"/> has and this registry lacks.</summary>
    public EventTypes AddMissing(EventTypes others)
    {
        foreach (var (alias, type) in others.types.Where(t => !types.ContainsKey(t.Key)))
        {
            types.Add(alias, type);
            aliases.Add(type, others.aliases[type]);
        }
        foreach (var (alias, upgrade) in others.upgrades.Where(u => !upgrades.ContainsKey(u.Key)))
            upgrades.Add(alias, upgrade);
        return this;
    }

    /// <summary>Historic aliases, which are upgraded when they are read.</summary>
    public IReadOnlyCollection<string> Historic => upgrades.Keys;

    /// <summary>The given aliases and all other versions of the same events: whoever wants an event wants it in every form that it ever had.</summary>
    public string[] AllVersions(IReadOnlyCollection<string> wanted) =>
        upgrades.Count == 0 ? [.. wanted] : [.. wanted.Concat(upgrades.Keys.Concat(types.Keys).Where(other => wanted.Any(alias => NameOf(alias) == NameOf(other)))).Distinct(StringComparer.Ordinal)];

    /// <summary>The alias under which an event of this alias is read today.</summary>
    /// <exception cref="UnknownEventTypeException">The alias is not registered.</exception>
    public string CurrentOf(string alias)
    {
        while (upgrades.ContainsKey(alias))
            alias = Next(alias);
        return types.ContainsKey(alias) ? alias : throw new UnknownEventTypeException(alias);
    }

    /// <summary>Every version below a current one can still be read: else events of that version would stop their readers some day.</summary>
    /// <exception cref="InvalidOperationException">A version has no step.</exception>
    internal void Check()
    {
        foreach (var alias in types.Keys.Concat(upgrades.Keys))
            if (VersionOf(alias) > 1 && $"{NameOf(alias)}/{VersionOf(alias) - 1}" is var before && !upgrades.ContainsKey(before))
                throw new InvalidOperationException($"'{before}' has no upgrade to '{alias}': events of that version could no longer be read.");
    }

    internal static string NameOf(string alias) => alias[..alias.LastIndexOf('/')];

    static int VersionOf(string alias) => int.Parse(alias.AsSpan(alias.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);

    static string Next(string alias) => $"{NameOf(alias)}/{VersionOf(alias) + 1}";

    /// <summary>Alias of a registered type.</summary>
    /// <exception cref="UnknownEventTypeException">Not registered.</exception>
    public string AliasOf(Type type) => aliases.TryGetValue(type, out var names) ? names.Alias : throw new UnknownEventTypeException(type.Name);

    /// <summary>Every alias with its CLR type.</summary>
    public IReadOnlyDictionary<string, Type> All => types;

    /// <summary>Reads stored JSON as the current type of the event: as it is, or upgraded from an older version.</summary>
    /// <exception cref="UnknownEventTypeException">The alias is not registered.</exception>
    public object Deserialize(string alias, string json)
    {
        if (types.TryGetValue(alias, out var type))
            return JsonSerializer.Deserialize(json, type, Json) ?? throw new JsonException($"Event '{alias}' holds null.");
        var current = CurrentOf(alias);
        return Upgraded(alias, json).Deserialize(types[current], Json) ?? throw new JsonException($"Event '{alias}' became null as '{current}'.");
    }

    JsonObject Upgraded(string alias, string json)
    {
        var value = JsonNode.Parse(json) as JsonObject ?? throw new JsonException($"Event '{alias}' holds no object.");
        for (; upgrades.TryGetValue(alias, out var upgrade); alias = Next(alias))
            value = upgrade(value) ?? throw new JsonException($"The upgrade of '{alias}' gave null.");
        return value;
    }

    /// <summary>Alias of a registered type, and the name by which a reader that only knows .NET types finds it.</summary>
    internal bool TryGetAlias(Type type, [NotNullWhen(true)] out string? alias, [NotNullWhen(true)] out string? dotnet)
    {
        var known = aliases.TryGetValue(type, out var names);
        (alias, dotnet) = names;
        return known;
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*/[1-9][0-9]{0,3}$")]
    private static partial Regex AliasForm();
}
