using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Web;

/// <summary>
/// Title and summary of a gap plot, computed from the data. The school is the subject, never a group: a difference is how well
/// schools serve, not a property of children.
/// </summary>
internal static class GapSentences
{
    private const string Attendance = "average-daily-attendance";

    public static string Title(Language l, GapAnalysis analysis, GapPlot plot, string school)
    {
        var attendance = analysis.Definition.Code == Attendance;
        var values = plot.Rows.Where(r => r.HasValue).ToArray();
        if (values.Length == 0)
            return l[IndicatorTexts.TitleNothing, school];
        if (analysis.Definition.HigherIsBetter is null)
            return l[IndicatorTexts.TitleEnrollment, school, Everyone(l, analysis)];
        if (!plot.Compares)
            return (plot.Reference ?? (analysis.Dimension == StudentGroups.All ? values[0].Rate : null)) is { } everyone
                ? l[attendance ? IndicatorTexts.TitleAllAttendance : IndicatorTexts.TitleAllAbsence, school, l.PerHundred(everyone)]
                : l[IndicatorTexts.TitleShares, school, IndicatorTexts.Name(l, analysis.Definition.Code)];

        var worse = analysis.Gaps
            .Where(g => plot.Rows.Any(r => r.Group == g.Cell.Group && r.Worse))
            .MaxBy(g => Math.Abs(g.Difference ?? 0));
        if (worse is { Cell.Rate: { } rate, Difference: { } difference })
            return l[attendance ? IndicatorTexts.TitleWorseAttendance : IndicatorTexts.TitleWorseAbsence, school, l.PerHundred(rate),
                GroupTexts.Phrase(l, analysis.Dimension, worse.Cell.Group), plot.ReferenceName, l.PerHundred(rate - difference)];
        if (values.All(r => r.TooFew || r.IsReference))
            return l[IndicatorTexts.TitleTooFew, school, plot.ReferenceName];
        return l[attendance ? IndicatorTexts.TitleNoneClearAttendance : IndicatorTexts.TitleNoneClearAbsence, school, plot.ReferenceName];
    }

    public static string Summary(Language l, GapAnalysis analysis, GapPlot plot)
    {
        List<string> sentences = [];
        if (plot.Reference is { } reference)
            sentences.Add(l[IndicatorTexts.SummaryReference, plot.ReferenceName, l.PerHundred(reference)]);
        var all = plot.Rows.Where(r => r is { HasValue: true, IsReference: false }).All(r => r.TooFew);
        if (plot.Compares && !all)
        {
            Add(IndicatorTexts.SummaryClear, [.. plot.Rows.Where(r => r.HasValue && !r.TooFew && !r.IsReference && r.Difference.Length > 0).Select(r => Clear(l, r))]);
            Add(IndicatorTexts.SummaryTooFew, [.. plot.Rows.Where(r => r.TooFew).Select(r => r.Phrase)]);
        }
        if (analysis.Gaps.Where(g => g.Cell.State is ValueState.Value or ValueState.Zero).Sum(g => g.Cell.Unknown) is > 0 and var unknown)
            sentences.Add(l.Count(IndicatorTexts.SummaryUnknown, unknown));
        Add(IndicatorTexts.SummaryHidden, [.. plot.Rows.Where(r => r.State == ValueState.Suppressed).Select(r => r.Label)]);
        Add(IndicatorTexts.SummaryMissing, [.. plot.Rows.Where(r => r.State == ValueState.Missing).Select(r => r.Label)]);
        Add(IndicatorTexts.SummaryNoStudents, plot.NoStudents);
        return string.Join(" ", sentences);

        void Add(Text text, IReadOnlyList<string> items)
        {
            if (items.Count > 0)
                sentences.Add(l[text, l.List(items)]);
        }
    }

    private static string Clear(Language l, GapRow row) => $"{row.Phrase} ({l.PerHundred(row.Rate ?? 0)})";

    private static string Everyone(Language l, GapAnalysis analysis) =>
        analysis.Reference?.Students is { } all ? l.Number(all)
        : analysis.Gaps.Select(g => g.Cell.Denominator).FirstOrDefault(d => d is not null) is { } whole ? l.Number(whole) : l[IndicatorTexts.Missing];
}
