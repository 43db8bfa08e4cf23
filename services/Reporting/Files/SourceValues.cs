using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Files;

/// <summary>What the indicators service said for one school year, all at the same point of history.</summary>
internal sealed record SourceValues(IReadOnlyDictionary<string, long> Positions, DateTimeOffset? DataAsOf, IReadOnlyList<string> Derived, IReadOnlyList<IndicatorDefinition> Definitions,
    IReadOnlyDictionary<string, string> SchoolNames, IReadOnlyList<IndicatorCell> Cells);
