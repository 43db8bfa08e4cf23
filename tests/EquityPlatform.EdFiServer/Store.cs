using System.Text.Json;
using System.Text.Json.Nodes;

namespace EquityPlatform.EdFiServer;

/// <summary>An item as it is served.</summary>
public sealed record Item(long Order, string Id, long ChangeVersion, JsonObject Json);

/// <summary>A deleted item.</summary>
public sealed record Deletion(string Id, long ChangeVersion, JsonObject Keys);

/// <summary>An item whose natural key changed.</summary>
public sealed record KeyChange(string Id, long ChangeVersion, JsonObject Old, JsonObject New);

/// <summary>Items by resource, with the change versions that the Ed-Fi API tracks. In memory; every write gives the next change version.</summary>
public sealed class Store
{
    readonly Lock gate = new();
    readonly Dictionary<string, SortedDictionary<long, Item>> items = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<Deletion>> deletions = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<KeyChange>> keyChanges = new(StringComparer.Ordinal);
    long order;

    public long Newest { get; private set; }

    public int Count => items.Values.Sum(i => i.Count);

    /// <summary>Reads every <c>*.jsonl</c> of a folder; the file's name is the resource's.</summary>
    public static Store Load(string folder)
    {
        var store = new Store();
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal))
        {
            store.Know(Path.GetFileNameWithoutExtension(file));
            foreach (var line in File.ReadLines(file).Where(l => l.Length > 0))
                store.Put(Path.GetFileNameWithoutExtension(file), JsonNode.Parse(line)!.AsObject());
        }
        return store;
    }

    /// <summary>A resource that the API has, also without items.</summary>
    public void Know(string resource)
    {
        lock (gate)
            items.TryAdd(resource, []);
    }

    public bool Knows(string resource)
    {
        lock (gate)
            return items.ContainsKey(resource);
    }

    /// <summary>Adds an item, or replaces the one with the same id; a changed natural key is tracked.</summary>
    public void Put(string resource, JsonObject json)
    {
        lock (gate)
        {
            var all = items.TryGetValue(resource, out var known) ? known : items[resource] = [];
            json["id"] ??= Guid.NewGuid().ToString("N");
            var id = json["id"]!.GetValue<string>();
            var old = all.Values.FirstOrDefault(i => i.Id == id);
            if (old is not null && KeyOf(resource, old.Json) is var was && KeyOf(resource, json) is var now && was.ToJsonString() != now.ToJsonString())
                List(keyChanges, resource).Add(new(id, ++Newest, was, now));
            var at = old?.Order ?? ++order;
            json["_etag"] = (++Newest).ToString(System.Globalization.CultureInfo.InvariantCulture);
            all[at] = new(at, id, Newest, json);
        }
    }

    /// <summary>Changes the first item that a condition is true of.</summary>
    public void Change(string resource, Func<JsonObject, bool> which, Action<JsonObject> change)
    {
        JsonObject copy;
        lock (gate)
            copy = items[resource].Values.First(i => which(i.Json)).Json.DeepClone().AsObject();
        change(copy);
        Put(resource, copy);
    }

    public bool Delete(string resource, Func<JsonObject, bool> which)
    {
        lock (gate)
        {
            if (items[resource].Values.FirstOrDefault(i => which(i.Json)) is not { } item)
                return false;
            items[resource].Remove(item.Order);
            List(deletions, resource).Add(new(item.Id, ++Newest, KeyOf(resource, item.Json)));
            return true;
        }
    }

    public IReadOnlyList<Item> Items(string resource, long? from, long? to)
    {
        lock (gate)
            return [.. items[resource].Values.Where(i => (from is null || i.ChangeVersion >= from) && (to is null || i.ChangeVersion <= to))];
    }

    /// <summary>Deleted items; one that was made again in the window is left out.</summary>
    public IReadOnlyList<Deletion> Deletions(string resource, long? from, long? to)
    {
        lock (gate)
        {
            var present = items[resource].Values.Select(i => KeyOf(resource, i.Json).ToJsonString()).ToHashSet(StringComparer.Ordinal);
            return [.. List(deletions, resource).Where(d => (from is null || d.ChangeVersion >= from) && (to is null || d.ChangeVersion <= to) && !present.Contains(d.Keys.ToJsonString()))];
        }
    }

    /// <summary>Changed keys; A to B to C is A to C.</summary>
    public IReadOnlyList<KeyChange> KeyChanges(string resource, long? from, long? to)
    {
        lock (gate)
            return [.. List(keyChanges, resource).Where(k => (from is null || k.ChangeVersion >= from) && (to is null || k.ChangeVersion <= to)).GroupBy(k => k.Id)
                .Select(same => same.Last() with { Old = same.First().Old.DeepClone().AsObject() })];
    }

    public Store Copy()
    {
        lock (gate)
        {
            var copy = new Store { Newest = Newest, order = order };
            foreach (var (resource, all) in items)
                copy.items[resource] = new(all);
            foreach (var (resource, all) in deletions)
                copy.deletions[resource] = [.. all];
            foreach (var (resource, all) in keyChanges)
                copy.keyChanges[resource] = [.. all];
            return copy;
        }
    }

    static List<T> List<T>(Dictionary<string, List<T>> lists, string resource) => lists.TryGetValue(resource, out var list) ? list : lists[resource] = [];

    /// <summary>The natural key, references flattened.</summary>
    public static JsonObject KeyOf(string resource, JsonObject json)
    {
        var key = new JsonObject();
        foreach (var name in Identities.Of(resource))
            key[name] = Find(json, name)?.DeepClone();
        return key;
    }

    /// <summary>A property of the item or of one of its references.</summary>
    public static JsonNode? Find(JsonObject json, string name)
    {
        if (json[name] is { } own && own.GetValueKind() is not (JsonValueKind.Array or JsonValueKind.Object))
            return own;
        foreach (var (property, value) in json)
            if (property.EndsWith("Reference", StringComparison.Ordinal) && value is JsonObject reference && reference[name] is { } found)
                return found;
        return null;
    }
}
