using EquityPlatform.Contracts;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Tests.Numbers;

public sealed class MembershipTests
{
    static readonly DateOnly Entry = new(2025, 9, 1), Exit = new(2026, 6, 1);
    static readonly EnrollmentFact Span = new("A", Entry, Exit, "04", false);

    static string Group(string dimension, DemographicsFact? demographics = null, ProgramFact[]? programs = null, params EnrollmentFact[] spans) =>
        Membership.Of(new("s", demographics, programs ?? [], spans, []), spans is [] ? [Span] : spans)[StudentGroups.Dimensions.ToList().IndexOf(dimension)];

    static string Learner(bool participates, DateOnly? begin = null, DateOnly? end = null) =>
        Group(StudentGroups.EnglishLearner, programs: [new("englishLearner", participates, begin, end)]);

    [Fact]
    public void Nobody_said_so_nothing_is_guessed()
    {
        foreach (var dimension in StudentGroups.Dimensions.Except([StudentGroups.All, StudentGroups.Grade]))
            Group(dimension).ShouldBe(StudentGroups.NotReported);
        Group(StudentGroups.Grade, spans: Span with { Grade = null }).ShouldBe(StudentGroups.NotReported);
    }

    [Fact]
    public void A_yes_without_dates_counts_for_the_whole_year_and_a_no_is_a_statement()
    {
        Learner(true).ShouldBe("yes");
        Learner(false).ShouldBe("no");
    }

    [Fact]
    public void A_span_must_overlap_the_enrolment_with_both_ends_exclusive()
    {
        Learner(true, begin: Exit).ShouldBe("no");
        Learner(true, begin: Exit.AddDays(-1)).ShouldBe("yes");
        Learner(true, begin: Entry.AddYears(-3), end: Entry).ShouldBe("no");
        Learner(true, begin: Entry.AddYears(-3), end: Entry.AddDays(1)).ShouldBe("yes");
    }

    [Fact]
    public void A_section_504_plan_alone_is_not_a_disability_under_IDEA() =>
        Group(StudentGroups.Disability, programs: [new("section504", true, null, null)]).ShouldBe(StudentGroups.NotReported);

    [Fact]
    public void An_unspecified_sex_is_not_reported_and_a_strange_grade_is_other()
    {
        Group(StudentGroups.Gender, new("white", "unspecified")).ShouldBe(StudentGroups.NotReported);
        Group(StudentGroups.Gender, new("white", "other")).ShouldBe("other");
        Group(StudentGroups.Grade, spans: Span with { Grade = "14" }).ShouldBe("Other");
    }

    [Fact]
    public void The_district_takes_the_grade_of_the_latest_enrolment() =>
        Group(StudentGroups.Grade, spans: [Span with { Exit = Entry.AddDays(50) }, Span with { School = "B", Entry = Entry.AddDays(50), Grade = "05" }]).ShouldBe("05");
}
