using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Web;

/// <summary>One row of the gap dot plot, ready to draw. A row that is not a value carries no number at all.</summary>
/// <param name="Comparison">Where the row's own reference lies, if each row has its own (<c>allOthers</c>).</param>
public sealed record GapRow(string Group, string Label, string Phrase, string State, double? Rate, double? Low, double? High, double? Comparison, bool TooFew, bool IsReference,
    string Students, string Count, string Share, string Interval, string Difference, string Ratio, string Reading, bool Worse)
{
    private const int FewStudents = 10;

    public bool HasValue => State is ValueState.Value or ValueState.Zero;

    /// <summary>So few students that the range says next to nothing.</summary>
    public bool Few => Number < FewStudents;

    /// <summary>Students behind the row, where there is a value.</summary>
    public int Number { get; init; }
}

/// <summary>The gap dot plot as data: sentence, rows in district order, scale, reference.</summary>
public sealed record GapPlot(string Title, string Summary, IReadOnlyList<GapRow> Rows, IReadOnlyList<string> NoStudents, double? Reference, string ReferenceName, bool Compares, bool OwnReferences, Scale Scale)
{
    /// <param name="claims">False where only shares are known, no differences (a release): the picture then compares nothing in words.</param>
    public static GapPlot From(Language l, GapAnalysis analysis, string school, bool claims = true)
    {
        var compares = claims && analysis.Definition.HigherIsBetter is not null && analysis.Dimension != StudentGroups.All;
        var order = StudentGroups.Groups.TryGetValue(analysis.Dimension, out var groups) ? groups : [];
        var sorted = analysis.Gaps.OrderBy(g => order.IndexOf(g.Cell.Group)).ToArray();
        var shown = sorted.Where(g => g.Cell.State != ValueState.NotApplicable).Select(g => Row(l, analysis, g, compares)).ToArray();
        var absent = sorted.Where(g => g.Cell.State == ValueState.NotApplicable).Select(g => GroupTexts.Label(l, analysis.Dimension, g.Cell.Group)).ToArray();
        var reference = analysis.Definition.HigherIsBetter is not null && analysis.Reference is { State: ValueState.Value or ValueState.Zero } r ? r.Rate : null;
        var own = compares && analysis.ReferenceCode == "allOthers";
        // The very wide range of a handful of students would flatten everyone else's: it is cut, and drawn as cut
        var steady = shown.Where(r => r is { HasValue: true, Few: false }).ToArray();
        var points = shown.Where(r => r.HasValue).SelectMany(r => new[] { r.Rate, r.Comparison })
            .Concat((steady.Length > 0 ? steady : shown).SelectMany(r => new[] { r.Low, r.High })).Append(reference).OfType<double>();
        var plot = new GapPlot("", "", shown, absent, reference, GroupTexts.Reference(l, analysis.Dimension, analysis.ReferenceCode), compares, own, Scale.OfRates(points));
        return plot with { Title = GapSentences.Title(l, analysis, plot, school), Summary = GapSentences.Summary(l, analysis, plot) };
    }

    private static GapRow Row(Language l, GapAnalysis analysis, GapToReference gap, bool compares)
    {
        var cell = gap.Cell;
        var label = GroupTexts.Label(l, analysis.Dimension, cell.Group);
        var phrase = GroupTexts.Phrase(l, analysis.Dimension, cell.Group);
        if (cell.State is not (ValueState.Value or ValueState.Zero) || cell.Rate is not { } rate)
        {
            var state = cell.State is ValueState.Suppressed or ValueState.Missing ? cell.State : ValueState.Missing;
            var why = l[state == ValueState.Suppressed ? IndicatorTexts.Hidden : IndicatorTexts.Missing];
            return new(cell.Group, label, phrase, state, null, null, null, null, false, false, "", why, "", "", "", "", why, false);
        }
        var isReference = compares && cell.Group == analysis.ReferenceCode;
        var difference = compares && !isReference ? gap.Difference : null;
        var tooFew = difference is not null && gap.TooFewToTell;
        return new(cell.Group, label, phrase, cell.State, rate, cell.Low, cell.High,
            analysis.ReferenceCode == "allOthers" && difference is { } d ? rate - d : null, tooFew, isReference,
            cell.Students is { } n ? l.Number(n) : "", Counts.Of(l, analysis.Definition.Unit, cell.Numerator, cell.Denominator), l.Percent(rate),
            Interval(l, cell.Low, cell.High), difference is { } p ? l.Points(p) : "",
            difference is not null && gap.RiskRatio is { } ratio ? Ratio(l, ratio, gap.RiskRatioLow, gap.RiskRatioHigh) : "",
            Reading(l, difference, tooFew, isReference),
            difference is { } x && !tooFew && (analysis.Definition.HigherIsBetter == true ? x < 0 : x > 0))
        { Number = cell.Students ?? 0 };
    }

    public static string Interval(Language l, double? low, double? high) =>
        low is { } a && high is { } b ? l[IndicatorTexts.Range, l.Percent(a), l.Percent(b)] : "";

    private static string Ratio(Language l, double ratio, double? low, double? high) =>
        low is { } a && high is { } b ? $"{l.TwoPlaces(ratio)} ({l[IndicatorTexts.Range, l.TwoPlaces(a), l.TwoPlaces(b)]})" : l.TwoPlaces(ratio);

    private static string Reading(Language l, double? difference, bool tooFew, bool isReference) => difference switch
    {
        _ when isReference => l[IndicatorTexts.IsReference],
        null => "",
        _ when tooFew => l[IndicatorTexts.TooFewToTell],
        > 0 => l[IndicatorTexts.ClearlyMore],
        _ => l[IndicatorTexts.ClearlyLess],
    };
}

/// <summary>Counts with their meaning: "38 of 325 students".</summary>
internal static class Counts
{
    public static string Of(Language l, string unit, long? numerator, long? denominator) => (unit, numerator, denominator) switch
    {
        (_, null, _) or (_, _, null) => "",
        ("tenThousandthsOfADay", { } a, { } b) => l[IndicatorTexts.CountDays, l.Days(a), l.Days(b)],
        (_, { } a, { } b) => l[IndicatorTexts.CountStudents, l.Number(a), l.Number(b)],
    };
}

internal static class ListOrder
{
    public static int IndexOf(this IReadOnlyList<string> list, string item)
    {
        for (var i = 0; i < list.Count; i++)
            if (list[i] == item)
                return i;
        return list.Count;
    }
}
