using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Definitions;

/// <summary>Students enrolled at any time in the year; of a group, its share of the school.</summary>
internal sealed class Enrollment() : IndicatorRule(new("enrollment", 1, "students", null,
    "Platform definition: every student with at least one day between entry and exit in the school year, each counted once in a school and once in the district "
    + "(cumulative enrolment, not the membership on one autumn day that EDFacts FS052 asks for).",
    new Dictionary<string, string> { ["count"] = "cumulative", ["denominator"] = "allStudentsOfSchool" }))
{
    public override bool IsShare => true;

    public override bool UsesAttendance => false;

    public override Contribution Of(in AttendanceTally tally) => Contribution.Of(1, 1);
}
