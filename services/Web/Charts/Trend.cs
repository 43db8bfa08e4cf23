using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web;

/// <summary>One point of the trend, ready to draw; a point without a value has no number and no place.</summary>
public sealed record TrendPoint(string Kind, DateOnly Date, string Label, double Rate, double? Low, double? High, string Share);

/// <summary>A definition version's points in time order; the goal's own version is drawn solid.</summary>
public sealed record TrendLine(int Version, bool Official, IReadOnlyList<TrendPoint> Points);

/// <summary>The goal's picture as data: the agreed line, the points on it, sentence and scale.</summary>
public sealed record Trend(string Title, string Summary, DateOnly From, DateOnly To, double Start, double Target, IReadOnlyList<TrendLine> Lines, Scale Scale)
{
    public static Trend Of(Language l, GoalView goal, GoalProgress progress)
    {
        var line = progress.GoalLine;
        var start = line.FromDenominator == 0 ? 0 : (double)line.FromNumerator / line.FromDenominator;
        var target = line.ToTenThousandths / 10000d;
        var lines = progress.Lines.Select(v => new TrendLine(v.IndicatorVersion, v.Official,
            [.. v.Points.Where(p => p is { State: ValueState.Value or ValueState.Zero, Rate: not null }).Select(p => new TrendPoint(p.Kind, p.Date, KindOf(l, p.Kind, p.SchoolYear), p.Rate ?? 0, p.Low, p.High, l.Percent(p.Rate ?? 0)))])).ToArray();
        var points = lines.SelectMany(v => v.Points).ToArray();
        var now = lines.Where(v => v.Official).SelectMany(v => v.Points).LastOrDefault(p => p.Kind == "now");
        var expected = line.ExpectedTodayTenThousandths / 10000d;
        var title = now is null
            ? l[GoalTexts.TrendTitleUnknown, l.PerHundred(start), l.PerHundred(target)]
            : l[(goal.HigherIsBetter ? now.Rate >= expected : now.Rate <= expected) ? GoalTexts.TrendTitleOn : GoalTexts.TrendTitleOff, l.PerHundred(now.Rate), l.PerHundred(expected), Year(progress)];
        var last = points.Select(p => p.Date).Append(line.To).Max();
        return new(title, l[GoalTexts.TrendSummary, l.PerHundred(start), l.Date(line.From), l.PerHundred(target), l.Date(line.To)],
            points.Select(p => p.Date).Append(line.From).Min(), last, start, target, lines,
            Scale.OfRates(points.SelectMany(p => new[] { p.Rate, p.Low ?? p.Rate, p.High ?? p.Rate }).Append(start).Append(target)))
        { GoalFrom = line.From, GoalTo = line.To };
    }

    public required DateOnly GoalFrom { get; init; }

    public required DateOnly GoalTo { get; init; }

    public static string KindOf(Language l, string kind, int year) => l[kind switch
    {
        "baseline" => GoalTexts.PointBaseline,
        "then" => GoalTexts.PointThen,
        _ => GoalTexts.PointNow,
    }, Language.SchoolYear(year)];

    private static string Year(GoalProgress progress) =>
        Language.SchoolYear(progress.Lines.Where(v => v.Official).SelectMany(v => v.Points).Last(p => p is { Kind: "now", Rate: not null }).SchoolYear);
}
