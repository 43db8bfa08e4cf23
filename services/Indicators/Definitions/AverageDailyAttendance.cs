using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Definitions;

/// <summary>Days attended over days enrolled. Days are pooled; students' rates are never averaged.</summary>
internal sealed class AverageDailyAttendance() : IndicatorRule(new("average-daily-attendance", 1, "tenThousandthsOfADay", true,
    "Sum of days attended over sum of days enrolled (National Center for Education Statistics, forum guide on attendance; wording not verified against the source). "
    + "Days are pooled, so a rate of 95 % can go with much chronic absence.",
    new Dictionary<string, string>
    {
        ["pooling"] = "days",
        ["maximumAbsencePerDay"] = "10000",
        ["interval"] = "wilsonEffectiveTrialsByStudent",
    }))
{
    public override int UnitsPerTrial => AttendanceTally.WholeDay;

    public override Contribution Of(in AttendanceTally tally) => tally switch
    {
        { Stated: false } => new(Part.Unknown),
        { Enrolled: 0 } => new(Part.Outside),
        { Known: 0 } => new(Part.Unknown),
        _ => Contribution.Of(tally.Attended, (long)tally.Known * AttendanceTally.WholeDay),
    };
}
