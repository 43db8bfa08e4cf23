using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Testing.Events;

/// <summary>The JSON form of event types, as the serializer sees them.</summary>
internal static class EventForms
{
    static readonly JsonSerializerOptions Json = new(EventTypes.Json) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>A member by its path (<c>rows[].file</c>; <c>parameters{}</c> is a value of a dictionary).</summary>
    public sealed record Member(string Path, string Kind, bool Optional)
    {
        public override string ToString() => $"  {Path}: {Kind}{(Optional ? "?" : "")}";
    }

    public static IReadOnlyList<Member> Of(Type type)
    {
        var members = new List<Member>();
        Add(members, "", type, optional: false, [], root: true);
        return members;
    }

    static void Add(List<Member> members, string path, Type type, bool optional, Stack<Type> within, bool root = false)
    {
        var (info, bare) = (Json.GetTypeInfo(type), Nullable.GetUnderlyingType(type) ?? type);
        optional |= bare != type;
        if (Nullable.GetUnderlyingType(type) is not null)
            info = Json.GetTypeInfo(bare);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                if (!root)
                    members.Add(new(path, "object", optional));
                if (within.Contains(bare)) // a tree: its members are known already
                    return;
                within.Push(bare);
                foreach (var property in info.Properties.Where(p => p.Get is not null).OrderBy(p => p.Name, StringComparer.Ordinal))
                    Add(members, root ? property.Name : $"{path}.{property.Name}", property.PropertyType, property.IsGetNullable && !property.PropertyType.IsValueType, within);
                within.Pop();
                break;
            case JsonTypeInfoKind.Enumerable:
                members.Add(new(path, "list", optional));
                Add(members, $"{path}[]", info.ElementType!, optional: false, within);
                break;
            case JsonTypeInfoKind.Dictionary:
                members.Add(new(path, "dictionary", optional));
                Add(members, $"{path}{{}}", info.ElementType!, optional: false, within);
                break;
            default:
                members.Add(new(path, bare.Name, optional));
                break;
        }
    }

    /// <summary>Paths that occur in a JSON value, by the form's own steps.</summary>
    public static HashSet<string> Occurring(Type type, JsonElement value)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        Walk(found, "", type, value);
        return found;
    }

    static void Walk(HashSet<string> found, string path, Type type, JsonElement value)
    {
        if (path.Length > 0)
            found.Add(path);
        var info = Json.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when info.Kind == JsonTypeInfoKind.Dictionary:
                foreach (var entry in value.EnumerateObject())
                    Walk(found, $"{path}{{}}", info.ElementType!, entry.Value);
                break;
            case JsonValueKind.Object when info.Kind == JsonTypeInfoKind.Object:
                foreach (var property in info.Properties)
                    if (value.TryGetProperty(property.Name, out var member))
                        Walk(found, path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.PropertyType, member);
                break;
            case JsonValueKind.Array when info.Kind == JsonTypeInfoKind.Enumerable:
                foreach (var element in value.EnumerateArray())
                    Walk(found, $"{path}[]", info.ElementType!, element);
                break;
        }
    }
}
