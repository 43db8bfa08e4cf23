using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Definitions;

/// <summary>
/// Days attended over days enrolled. Days are pooled; students' rates are never averaged. Version 2: a day counts for as much of a whole day of school as the
/// calendar says; version 1 took every half day for a whole one.
/// </summary>
internal sealed class AverageDailyAttendance() : IndicatorRule(new("average-daily-attendance", 2, "tenThousandthsOfADay", true,
    "Sum of days attended over sum of days enrolled (National Center for Education Statistics, forum guide on attendance; wording not verified against the source). "
    + "Days are pooled, so a rate of 95 % can go with much chronic absence. "
    + "A half day of school counts as the part of a day that the school's calendar states, attended or missed.",
    new Dictionary<string, string>
    {
        ["pooling"] = "days",
        ["dayOfSchool"] = "weightOfTheCalendar",
        ["maximumAbsencePerDay"] = "10000",
        ["interval"] = "wilsonEffectiveTrialsByStudent",
    }))
{
    public override int UnitsPerTrial => AttendanceTally.WholeDay;

    public override Contribution Of(in AttendanceTally tally) => tally switch
    {
        { Stated: false } => new(Part.Unknown),
        { Enrolled: 0 } => new(Part.Outside),
        { KnownTime: 0 } => new(Part.Unknown),
        _ => Contribution.Of(tally.AttendedTime, tally.KnownTime),
    };
}
