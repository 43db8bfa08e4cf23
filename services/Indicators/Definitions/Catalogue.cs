using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Indicators.Definitions;

/// <summary>The definitions in force, in the order in which pages list them.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<IndicatorRule> Rules =
        [new Enrollment(), new AverageDailyAttendance(), new ChronicAbsence(thresholdPercent: 10, minimumDays: 10)];

    public static readonly IReadOnlyList<IndicatorDefinition> Definitions = [.. Rules.Select(rule => rule.Definition)];

    public static IndicatorRule? Find(string? code) => Rules.FirstOrDefault(rule => rule.Code == code);
}
