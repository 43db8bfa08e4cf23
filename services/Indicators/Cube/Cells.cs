using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Indicators.Definitions;

namespace EquityPlatform.Indicators.Cube;

/// <summary>From sums to a cell in one of the five states; silence never becomes a zero.</summary>
internal static class Cells
{
    /// <param name="all">Sums of all students of the school.</param>
    /// <param name="stated">False where no source said for any student of the school to which group of the dimension they belong.</param>
    public static IndicatorCell Of(IndicatorRule rule, int schoolYear, string school, string dimension, string group, in Sums sums, in Sums all, bool stated)
    {
        var (numerator, denominator, students) = rule.IsShare ? (sums.Numerator, all.Denominator, all.Students) : (sums.Numerator, sums.Denominator, sums.Students);
        var state = State(rule, group, sums, denominator, all, stated);
        if (state is not (ValueState.Value or ValueState.Zero))
            return new(rule.Code, rule.Definition.Version, schoolYear, school, dimension, group, state, null, null, null, null, null, null, sums.Unknown);
        var proportion = rule.IsShare ? Statistics.Proportion.Of(numerator, denominator) : sums.Proportion(rule)!.Value;
        var interval = proportion.Interval;
        return new(rule.Code, rule.Definition.Version, schoolYear, school, dimension, group, state,
            numerator, denominator, students, proportion.Rate, interval.Low, interval.High, sums.Unknown);
    }

    static string State(IndicatorRule rule, string group, in Sums sums, long denominator, in Sums all, bool stated)
    {
        if (!stated && group != StudentGroups.NotReported && all.Students + all.Unknown > 0)
            return ValueState.Missing;
        if (denominator == 0)
            return (rule.IsShare ? all : sums).Unknown > 0 ? ValueState.Missing : ValueState.NotApplicable;
        return sums.Numerator == 0 ? ValueState.Zero : ValueState.Value;
    }
}
