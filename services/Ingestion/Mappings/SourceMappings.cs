using System.Text.Json;
using System.Text.Json.Nodes;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>A person decided how a plain file of a source is read. Feeds name the revision of the source's stream that they were received under, so a later change does not change them.</summary>
internal sealed record MappingSaved(string Source, FileMapping Mapping);

/// <summary>A person decided what the source's own columns and codes mean in OneRoster files.</summary>
internal sealed record SourceRulesSaved(string Source, SourceRules Rules);

/// <summary>What was decided about a source's files.</summary>
internal sealed record SourceMappings(IReadOnlyDictionary<string, (int Version, FileMapping Mapping)> Files, SourceRules Rules)
{
    public static readonly AggregateType<SourceMappings, object> Type = new("mappings", new(new Dictionary<string, (int, FileMapping)>(), SourceRules.None), Evolve);

    public static SourceMappings Evolve(SourceMappings state, object happened) => happened switch
    {
        MappingSaved saved => state with
        {
            Files = new SortedDictionary<string, (int, FileMapping)>(state.Files.ToDictionary(), StringComparer.Ordinal)
            {
                [saved.Mapping.Name] = (state.Files.TryGetValue(saved.Mapping.Name, out var before) ? before.Version + 1 : 1, saved.Mapping),
            },
        },
        SourceRulesSaved saved => state with { Rules = saved.Rules },
        _ => state,
    };

    /// <summary>The mapping that reads a file of this name: the one with the longest name pattern, so that the special wins over the general.</summary>
    public FileMapping? For(string file) =>
        Files.Values.Select(f => f.Mapping).Where(m => CheckMapping.Reads(m, file)).MaxBy(m => m.Files.Where(p => CheckMapping.Reads(m with { Files = [p] }, file)).Max(p => p.Length));

    /// <summary>The same decision; the log does not keep the order of names in a JSON object.</summary>
    public static bool Same<T>(T one, T other) => JsonNode.DeepEquals(JsonSerializer.SerializeToNode(one, EventTypes.Json), JsonSerializer.SerializeToNode(other, EventTypes.Json));
}
