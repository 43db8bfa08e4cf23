using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EquityPlatform.EventSourcing;

/// <summary>An event's alias is not registered: the reader must stop, never skip.</summary>
public sealed class UnknownEventTypeException(string alias) : Exception($"Event type '{alias}' is not registered in this service.")
{
    public string Alias { get; } = alias;
}

/// <summary>Registry of a service's event types by alias (<c>goal-set/1</c>). The CLR name never decides.</summary>
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

    /// <summary>Registers <typeparamref name="T"/> under an alias of the form <c>kebab-case/version</c>.</summary>
    public EventTypes Add<T>(string alias) where T : notnull
    {
        if (alias.Length > 200 || !AliasForm().IsMatch(alias))
            throw new ArgumentException($"'{alias}' is not of the form kebab-case/version.", nameof(alias));
        types.Add(alias, typeof(T));
        aliases.Add(typeof(T), (alias, $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}"));
        return this;
    }

    /// <summary>Alias of a registered type.</summary>
    /// <exception cref="UnknownEventTypeException">Not registered.</exception>
    public string AliasOf(Type type) => aliases.TryGetValue(type, out var names) ? names.Alias : throw new UnknownEventTypeException(type.Name);

    /// <summary>Every alias with its CLR type.</summary>
    public IReadOnlyDictionary<string, Type> All => types;

    /// <summary>Reads stored JSON as the type registered under <paramref name="alias"/>.</summary>
    public object Deserialize(string alias, string json) =>
        types.TryGetValue(alias, out var type)
            ? JsonSerializer.Deserialize(json, type, Json) ?? throw new JsonException($"Event '{alias}' holds null.")
            : throw new UnknownEventTypeException(alias);

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
