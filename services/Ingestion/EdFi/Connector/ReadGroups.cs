using System.Globalization;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>How a group stands after it was read: which spooled names make up which file, and how complete they are.</summary>
/// <param name="Mode">A mode of <see cref="EdFiManifest"/>; null if nothing changed.</param>
/// <param name="Files">Name of the resource (or of its deletes) to the names in the spool.</param>
internal sealed record GroupRead(Group Group, string? Mode, IReadOnlyDictionary<string, IReadOnlyList<string>> Files, IReadOnlyDictionary<string, string> Outcomes)
{
    /// <summary>False: a resource of the group could not be read, so nothing of the group is sent and its resources stay where they were.</summary>
    public bool Holds { get; } = !Outcomes.Values.Contains(Connector.Outcomes.Failed);
}

/// <summary>Decides for each group what has to be read, and reads it: all of it, or the window and everything that belongs to what changed.</summary>
internal sealed class ReadGroups(EdFiApi api, ReadPages pages, Spool spool, IReadOnlyDictionary<string, (long? Version, string Outcome)> states)
{
    /// <summary>Above this number of requests for what belongs together, reading everything is cheaper.</summary>
    const int MostRequests = 600;

    static readonly (string Suffix, string Path)[] Tracked = [(".keyChanges", "/keyChanges"), ("", ""), (".deletes", "/deletes")];

    public async Task<GroupRead> ReadAsync(Group group, CancellationToken cancellation)
    {
        var outcomes = new Dictionary<string, string>(StringComparer.Ordinal);
        var complete = spool.Cycle.Complete || spool.Cycle.Newest is null || await IsNewAsync(group, cancellation);
        if (!complete)
        {
            if (!await WindowAsync(group, outcomes, cancellation))
                return new(group, null, Nothing, outcomes);
            var changed = group.Watched.Where(r => Tracked.Any(t => spool.Items(Window(r, t.Suffix)) > 0)).ToList();
            if (changed.Count == 0)
                return new(group, null, Nothing, outcomes);
            complete = group.Whole || outcomes.Any(o => o is { Value: Outcomes.Forbidden } && o.Key.Contains('.', StringComparison.Ordinal)) || await DeletesAskForAllAsync(changed, cancellation);
        }
        return complete ? await AllAsync(group, outcomes, cancellation) : await ChangesAsync(group, outcomes, cancellation);
    }

    /// <summary>Resources that others are joined with, in full.</summary>
    public async Task<bool> BesideAsync(Group group, CancellationToken cancellation)
    {
        foreach (var resource in group.Beside)
            if (await pages.RunAsync(resource, resource, "", cancellation) is Outcomes.Failed or Outcomes.SnapshotGone)
                return false;
        return true;
    }

    /// <summary>True if a resource of the group was never read though it can be: the first time, all of the group is read.</summary>
    async Task<bool> IsNewAsync(Group group, CancellationToken cancellation)
    {
        foreach (var resource in group.Watched)
        {
            if (states.TryGetValue(resource, out var state) && state.Version is not null)
                continue;
            if (state.Outcome is not (Outcomes.Forbidden or Outcomes.Absent))
                return true;
            if (await ProbeAsync(resource, cancellation) == Outcomes.Read)
                return true;
        }
        return false;
    }

    async Task<string> ProbeAsync(string resource, CancellationToken cancellation)
    {
        var name = $"p:{resource}";
        if (spool.Outcome(name) is not { } outcome)
        {
            outcome = await api.GetAsync(resource, "offset=0&limit=1", false, cancellation) switch { Answer.Page page => Closed(page), Answer.Refused refused => refused.Outcome, _ => Outcomes.Failed };
            await spool.AddAsync(name, default, 0, null, outcome, cancellation);
        }
        return outcome;

        static string Closed(Answer.Page page)
        {
            page.Body.Dispose();
            return Outcomes.Read;
        }
    }

    /// <summary>Key changes, items and deletes of the window. False if one could not be read.</summary>
    async Task<bool> WindowAsync(Group group, Dictionary<string, string> outcomes, CancellationToken cancellation)
    {
        foreach (var resource in group.Watched)
        {
            if (states[resource] is not { Version: { } version })
            {
                outcomes[resource] = states[resource].Outcome;
                continue;
            }
            outcomes[resource] = Outcomes.Read;
            if (version >= spool.Cycle.Newest)
                continue;
            foreach (var (suffix, path) in Tracked)
                switch (await pages.RunAsync(Window(resource, suffix), resource + path, Invariant($"minChangeVersion={version + 1}&maxChangeVersion={spool.Cycle.Newest}"), cancellation))
                {
                    case Outcomes.Failed or Outcomes.SnapshotGone:
                        outcomes[resource] = Outcomes.Failed;
                        return false;
                    // The key may not see what was deleted: then only all items tell
                    case Outcomes.Forbidden when suffix.Length > 0:
                        outcomes[resource + suffix] = Outcomes.Forbidden;
                        break;
                    // It could be read before: what is known stays, and nothing is said about the group
                    case Outcomes.Forbidden or Outcomes.Absent when suffix.Length == 0:
                        outcomes[resource] = Outcomes.Failed;
                        return false;
                }
        }
        return true;
    }

    async Task<bool> DeletesAskForAllAsync(IEnumerable<string> changed, CancellationToken cancellation)
    {
        foreach (var resource in changed)
        {
            if (spool.Items(Window(resource, ".deletes")) == 0)
                continue;
            if (Group.DeletesAskForAll(resource))
                return true;
            await foreach (var deleted in spool.ItemsAsync(Window(resource, ".deletes"), cancellation))
                if (!deleted.Has("keyValues"))
                    return true;
        }
        return false;
    }

    async Task<GroupRead> AllAsync(Group group, Dictionary<string, string> outcomes, CancellationToken cancellation)
    {
        var files = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var resource in group.Names)
        {
            outcomes[resource] = await pages.RunAsync(resource, resource, "", cancellation) is Outcomes.SnapshotGone ? Outcomes.Failed : spool.Outcome(resource) ?? Outcomes.Failed;
            if (outcomes[resource] == Outcomes.Read)
                files[resource] = [resource];
        }
        if (group.Watch is { } watch && !outcomes.ContainsKey(watch))
            outcomes[watch] = await pages.RunAsync(watch, watch, "", cancellation);
        return new(group, EdFiManifest.Complete, files, outcomes);
    }

    async Task<GroupRead> ChangesAsync(Group group, Dictionary<string, string> outcomes, CancellationToken cancellation)
    {
        var files = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        // Where only a watched resource asks for others, the group's own items are records by themselves
        IReadOnlyList<string> asking = group.Watch is null ? group.Names : [group.Watch];
        var own = group.Keys.Count == 0 || group.Watch is not null;
        foreach (var resource in group.Names.Where(r => outcomes[r] == Outcomes.Read))
        {
            files[resource] = own ? [Window(resource, "")] : [];
            foreach (var (suffix, _) in EdFiResources.Gone)
                if (spool.Items(Window(resource, suffix)) > 0)
                    files[resource + suffix] = [Window(resource, suffix)];
        }
        if (group.Keys.Count > 0)
        {
            var queries = await QueriesAsync(group, asking, cancellation);
            if (queries.Count * group.Names.Count > MostRequests)
                return await AllAsync(group, outcomes, cancellation);
            foreach (var (n, query) in queries.Index())
                foreach (var resource in group.Names.Where(r => outcomes[r] == Outcomes.Read))
                {
                    var name = Invariant($"{resource}@{n}");
                    if (await pages.RunAsync(name, resource, query, cancellation) != Outcomes.Read)
                    {
                        outcomes[resource] = Outcomes.Failed;
                        return new(group, null, Nothing, outcomes);
                    }
                    files[resource].Add(name);
                }
        }
        return new(group, EdFiManifest.Changes, files.ToDictionary(f => f.Key, f => (IReadOnlyList<string>)f.Value, StringComparer.Ordinal), outcomes);
    }

    /// <summary>One query for each set of items that belong together, of what changed, was deleted, or had another key; in an order that a restart finds again.</summary>
    async Task<IReadOnlyList<string>> QueriesAsync(Group group, IEnumerable<string> asking, CancellationToken cancellation)
    {
        var queries = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var resource in asking)
        {
            await foreach (var item in spool.ItemsAsync(Window(resource, ""), cancellation))
                queries.Add(Query(group, name => Find(item, name)));
            await foreach (var deleted in spool.ItemsAsync(Window(resource, ".deletes"), cancellation))
                queries.Add(Query(group, name => deleted.Part("keyValues")[name]));
            await foreach (var moved in spool.ItemsAsync(Window(resource, ".keyChanges"), cancellation))
                foreach (var keys in new[] { moved.Part("oldKeyValues"), moved.Part("newKeyValues") })
                    queries.Add(Query(group, name => keys[name]));
        }
        queries.Remove("");
        return [.. queries];
    }

    static string Query(Group group, Func<string, string?> value) =>
        group.Keys.Select(key => (key, Value: value(key))).ToList() is var parts && parts.TrueForAll(p => p.Value is not null) ? string.Join('&', parts.Select(p => $"{p.key}={Uri.EscapeDataString(p.Value!)}")) : "";

    /// <summary>A property of the item or of one of its references.</summary>
    static string? Find(EdFiItem item, string name) => item[name] ?? item.References().Select(reference => reference[name]).FirstOrDefault(value => value is not null);

    static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Nothing = new Dictionary<string, IReadOnlyList<string>>();

    static string Window(string resource, string suffix) => suffix.Length == 0 ? $"w:{resource}" : resource + suffix;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
