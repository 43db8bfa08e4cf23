using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web;

/// <summary>Frozen numbers of goals and decisions in words.</summary>
internal static class GoalNumbers
{
    public static double? Rate(FrozenEvidence evidence) =>
        evidence is { Numerator: { } n, Denominator: > 0 and var d } ? (double)n / d : null;

    public static string Start(Language l, FrozenEvidence evidence) => Rate(evidence) is { } rate ? l.PerHundred(rate) : l[IndicatorTexts.Missing];

    public static string Full(Language l, string unit, FrozenEvidence evidence) => Rate(evidence) is { } rate
        ? $"{l.Percent(rate)} ({Counts.Of(l, unit, evidence.Numerator, evidence.Denominator)})"
        : l[IndicatorTexts.Missing];

    /// <summary>The snapshot's own cell for its group.</summary>
    public static IndicatorCell? Cell(EvidenceSnapshot seen) => seen.Cells.FirstOrDefault(c => c.Group == seen.Group && c.Dimension == seen.Dimension && c.School == seen.School);

    public static string Rule(Language l, PlanRule rule) => string.Join(" · ", new[]
    {
        rule.Text,
        rule.ThresholdTenThousandths is { } share ? l.PerHundred(share / 10000d) : null,
        rule.By is { } by ? l[GoalTexts.ByDate, l.Date(by)] : null,
    }.Where(t => !string.IsNullOrEmpty(t)));

    public static string Dose(Language l, PlanDose dose) => l[GoalTexts.PlanDoseLine, dose.Amount, GoalTexts.Of(l, GoalTexts.Units, dose.Unit), dose.Times, GoalTexts.Of(l, GoalTexts.Pers, dose.Per)];
}
