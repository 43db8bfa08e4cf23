using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>A row that may name a row of the same file as its parent.</summary>
internal sealed record Child(string Id, string? Parent, RowCheck Check);

/// <summary>Circles of parents are set aside, and so is every row whose parent is not there.</summary>
internal static class Parents
{
    public static void Check(IReadOnlyList<Child> children, Func<string, bool> known)
    {
        var byId = children.Where(c => c.Check.Ok && c.Id.Length > 0).ToDictionary(c => c.Id, StringComparer.Ordinal);
        var settled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in byId.Values)
        {
            var path = new List<Child>();
            var onPath = new HashSet<string>(StringComparer.Ordinal);
            var at = start;
            while (at is not null && !settled.Contains(at.Id) && onPath.Add(at.Id))
            {
                path.Add(at);
                at = at.Parent is { } parent ? byId.GetValueOrDefault(parent) : null;
            }
            if (at is not null && onPath.Contains(at.Id))
                foreach (var child in path.SkipWhile(c => c.Id != at.Id))
                    child.Check.Quarantine("parentSourcedId", "ref.cycle");
            settled.UnionWith(onPath);
        }
        bool again;
        do
        {
            again = false;
            foreach (var child in byId.Values.Where(c => c.Check.Ok && c.Parent is not null))
                if (!(byId.TryGetValue(child.Parent!, out var parent) && parent.Check.Ok) && !known(child.Parent!))
                {
                    child.Check.Missing("parentSourcedId", child.Check.Spec, child.Parent!);
                    again = true;
                }
        }
        while (again);
    }
}
