using System.Globalization;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Definitions;

/// <summary>
/// Students absent on at least a tenth of their days. The boundary counts in: 18 of 180 days is chronic absence. FS195 counts school days and asks whether the
/// student missed at least half of that school day, however long it was: so here, unlike in average daily attendance, a half day of school is a day.
/// </summary>
internal sealed class ChronicAbsence(int thresholdPercent, int minimumDays) : IndicatorRule(new("chronic-absence", 1, "students", false,
    "EDFacts FS195 / DG814 (as published through ED Data Express): students absent 10 percent or more of the days enrolled in the school, for any reason, "
    + "excused or not; minimum enrolment of 10 days (Maine Department of Education). Partial days add up by their portion; the file specification counts "
    + "a day as missed from half the day on, which was not verified.",
    new Dictionary<string, string>
    {
        ["thresholdPercent"] = thresholdPercent.ToString(CultureInfo.InvariantCulture),
        ["thresholdInclusive"] = "true",
        ["minimumDays"] = minimumDays.ToString(CultureInfo.InvariantCulture),
        ["interval"] = "wilson",
    }))
{
    public override Contribution Of(in AttendanceTally tally)
    {
        if (!tally.Stated)
            return new(Part.Unknown);
        if (tally.Enrolled < minimumDays)
            return new(Part.Outside);
        if (tally.Known < minimumDays)
            return new(Part.Unknown);
        // Whole numbers on both sides: absent / days >= percent / 100
        var chronic = tally.Absent * 100 >= (long)tally.Known * AttendanceTally.WholeDay * thresholdPercent;
        return Contribution.Of(chronic ? 1 : 0, 1);
    }
}
