using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Statistics;

namespace EquityPlatform.Indicators.Cube;

/// <summary>Gaps of the groups of a dimension to a stated reference.</summary>
internal static class Gaps
{
    public const string AllOthers = "allOthers";

    /// <param name="reference"><c>all</c>, <c>allOthers</c> or a group of the dimension.</param>
    public static GapAnalysis Of(YearCube cube, IndicatorRule rule, string school, string dimension, string reference, IReadOnlyDictionary<string, long> positions)
    {
        var cell = reference switch
        {
            AllOthers => null,
            StudentGroups.All => cube.Cell(rule, school, StudentGroups.All, StudentGroups.All),
            _ => cube.Cell(rule, school, dimension, reference),
        };
        return new(rule.Definition, cube.SchoolYear, school, dimension, reference, cell, positions, cube.Derived(rule),
            [.. cube.GroupsOf(dimension).Select(group => Gap(cube, rule, school, dimension, group, reference))]);
    }

    public static GapToReference Gap(YearCube cube, IndicatorRule rule, string school, string dimension, string group, string reference)
    {
        var cell = cube.Cell(rule, school, dimension, group);
        var (own, all) = (cube.Of(rule, school, dimension, group), cube.AllOf(rule, school));
        var compared = reference is AllOthers or StudentGroups.All ? all - own : cube.Of(rule, school, dimension, reference);
        if (cell.State is not (ValueState.Value or ValueState.Zero) || own.Proportion(rule) is not { } first || compared.Proportion(rule) is not { } second)
            return new(cell, null, null, null, null, null, null, TooFewToTell: true);
        return reference == StudentGroups.All
            ? ToWhole(cell, first, second, (double)own.Denominator / all.Denominator)
            : reference == group
                ? new(cell, 0, 0, 0, cell.Rate > 0 ? 1 : null, null, null, TooFewToTell: true)
                : ToOther(cell, first, second);
    }

    /// <summary>All students of the school but the group, as a cell with group code <c>allOthers</c>.</summary>
    public static IndicatorCell OthersCell(YearCube cube, IndicatorRule rule, string school, string dimension, string group)
    {
        var all = cube.AllOf(rule, school);
        return Cells.Of(rule, cube.SchoolYear, school, dimension, AllOthers, all - cube.Of(rule, school, dimension, group), all, cube.IsStated(school, dimension));
    }

    static GapToReference ToOther(IndicatorCell cell, Proportion group, Proportion reference)
    {
        var difference = Newcombe.Difference(group, reference);
        var ratio = RiskRatio.Katz(group, reference);
        return new(cell, group.Rate - reference.Rate, difference.Low, difference.High,
            RiskRatio.Of(group, reference), ratio?.Low, ratio?.High, difference.Contains(0));
    }

    static GapToReference ToWhole(IndicatorCell cell, Proportion group, Proportion others, double weight)
    {
        var whole = weight * group.Rate + (1 - weight) * others.Rate;
        var difference = Newcombe.DifferenceToWhole(group, others, weight);
        var ratio = RiskRatio.KatzToWhole(group, others, weight);
        return new(cell, (1 - weight) * (group.Rate - others.Rate), difference.Low, difference.High,
            whole > 0 ? group.Rate / whole : null, ratio?.Low, ratio?.High, difference.Contains(0));
    }
}
