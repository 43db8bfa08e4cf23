using System.Collections.Concurrent;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Indicators.Definitions;

/// <summary>A version of a definition came into force for a district.</summary>
internal sealed record IndicatorDefined(string Code, int Version, string Unit, bool? HigherIsBetter, string Source, IReadOnlyDictionary<string, string> Parameters)
{
    public const string Type = "indicator-defined/1";

    public static IndicatorDefined From(IndicatorDefinition d) =>
        new(d.Code, d.Version, d.Unit, d.HigherIsBetter, d.Source, new SortedDictionary<string, string>(d.Parameters.ToDictionary(), StringComparer.Ordinal));
}

/// <summary>
/// Keeps the definitions of this build in each district's log, so that a number's position vector says which rules it was made by. The ids are
/// derived: another start adds nothing, and a changed text under an old version is refused.
/// </summary>
internal sealed class DefinitionLog(EventLog log)
{
    static readonly Guid Namespace = new("5d0a2c1e-6f0b-4c8e-9a55-0d2f3b7c9e14");

    readonly ConcurrentDictionary<string, Task<long>> positions = new(StringComparer.Ordinal);

    /// <summary>Position of the newest definition event.</summary>
    public async Task<long> PositionAsync(string tenant, CancellationToken cancellation)
    {
        var task = positions.GetOrAdd(tenant, AppendAsync);
        try
        {
            return await task.WaitAsync(cancellation);
        }
        catch when (task.IsFaulted)
        {
            // The next question tries again
            positions.TryRemove(new(tenant, task));
            throw;
        }
    }

    async Task<long> AppendAsync(string tenant)
    {
        var last = 0L;
        foreach (var definition in Catalogue.Definitions)
        {
            var id = EventIds.Derive(Namespace, $"{definition.Code}/{definition.Version}");
            var append = new Append(tenant, $"definition-{definition.Code}", "definition", ExpectedVersion.Any, [new(id, IndicatorDefined.From(definition))], new("service:indicators"));
            last = Math.Max(last, await log.AppendAsync(append, CancellationToken.None) switch
            {
                AppendResult.Appended done => done.LastPosition,
                AppendResult.Repeated done => done.LastPosition,
                AppendResult.AppendRefused refused => throw new InvalidOperationException($"Definition {definition.Code}/{definition.Version}: {refused.Code} {refused.Message}"),
                var other => throw new InvalidOperationException($"Definition {definition.Code}/{definition.Version}: {other}"),
            });
        }
        return last;
    }
}
