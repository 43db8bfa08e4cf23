using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>The files of one package of Ed-Fi items, each read as often as needed, and what several resources say together.</summary>
internal sealed class EdFiFeed(IReadOnlyDictionary<string, Func<Stream>> files, EdFiManifest? manifest)
{
    readonly Dictionary<string, string> own = new(manifest?.Descriptors ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<FileSpec, HashSet<string>> stated = [];
    StudentIndex? students;
    RosterIndex? roster;
    Lookups? lookups;

    public Findings Findings { get; } = new();

    /// <summary>What students' rows take from other resources than <c>students</c>.</summary>
    public StudentIndex Students => students ??= StudentIndex.Of(this);

    public RosterIndex Roster => roster ??= RosterIndex.Of(this);
    public Lookups Lookups => lookups ??= new(this);

    public bool Has(string resource) => files.ContainsKey(FileOf(resource));

    public static string FileOf(string resource) => resource + ".jsonl";

    /// <summary>True if what the file does not hold is gone.</summary>
    public bool IsComplete(string resource) => manifest is not null && Has(resource) && Mode(resource) == EdFiManifest.Complete;

    /// <summary>True if the resource is there only so that others can be understood.</summary>
    public bool IsReference(string resource) => Mode(resource) == EdFiManifest.Reference;

    /// <summary>True if the source has no such resource at all.</summary>
    public bool IsAbsent(string resource) => manifest is not null && !Has(resource) && manifest.Resources?.GetValueOrDefault(resource) == EdFiManifest.Absent;

    public bool IsChanges(string resource) => Has(resource) && Mode(resource) == EdFiManifest.Changes;

    /// <summary>Keys of all rows that the feed states for a canonical file.</summary>
    public IReadOnlySet<string> Stated(FileSpec spec)
    {
        if (!stated.TryGetValue(spec, out var keys))
            stated.Add(spec, keys = EdFiResources.Translations.Where(t => t.Spec == spec && t.IsIn(this)).SelectMany(t => t.Read(this)).Select(row => EdFiResources.KeyOf(spec, row.Values)).ToHashSet(StringComparer.Ordinal));
        return keys;
    }

    string Mode(string resource) => manifest?.Resources?.GetValueOrDefault(resource) ?? EdFiManifest.Complete;

    /// <summary>Lines of a file; an item is valid until the next one is asked for. A resource that is not there has none.</summary>
    public IEnumerable<EdFiLine> Lines(string name)
    {
        if (!files.TryGetValue(FileOf(name), out var open))
            yield break;
        using var stream = open();
        foreach (var line in EdFiLines.Read(stream))
            yield return line;
    }

    /// <summary>Items of a resource that others are joined with; broken lines are told of where the resource itself is translated.</summary>
    public IEnumerable<(EdFiItem Item, int Line)> Items(string name)
    {
        foreach (var line in Lines(name))
            if (line.Document is { } document)
                yield return (new(document.RootElement), line.Number);
    }

    /// <summary>What a descriptor value means: by the source's own list, by the standard's code, or by a code one slip away (told of). Null and a finding if it means nothing known.</summary>
    public string? Meaning(DescriptorMap map, string? raw, string resource, int line, string column)
    {
        if (raw is null)
            return null;
        if (own.TryGetValue(raw, out var stated))
            return stated;
        var folded = Descriptor.Fold(Descriptor.Code(raw));
        if (map.Exact(folded) is { } exact)
            return exact;
        var near = map.Near(folded);
        Findings.Add(FileOf(resource), line, column, near is null ? "edfi.descriptor-unmapped" : "edfi.descriptor-near", Descriptor.Shown(raw));
        return near;
    }
}
