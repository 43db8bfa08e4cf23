using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Quality;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Tests.Quality;

public sealed class DaysOfSchoolTests
{
    static readonly DateOnly Monday = new(2025, 1, 6);
    static readonly Session Year = new("y", "2024-25", "schoolYear", Monday, Monday.AddDays(14), null, 2025, 5);

    [Fact]
    public void A_schools_own_calendar_counts_and_attendance_on_other_days_is_told_apart()
    {
        var days = DaysOfSchool.Of(["s1"], [Year], [new("s1", Monday, true), new("s1", Monday.AddDays(1), false)], [new("s1", Monday.AddDays(1), 2025, 7)]);
        days.Years.ShouldBe([new ReceivedYear(2025, "s1", Derived: false)]);
        days.Days.ShouldBe([new ReceivedDay(2025, "s1", Monday, true, 0), new ReceivedDay(2025, "s1", Monday.AddDays(1), false, 7)]);
    }

    [Fact]
    public void Without_a_calendar_the_days_of_any_school_count_topped_up_with_weekdays()
    {
        var days = DaysOfSchool.Of(["s1", "s2"], [Year], [], [new("s1", Monday.AddDays(9), 2025, 3)]);
        days.Years.ShouldAllBe(y => y.Derived);
        days.Days.Where(d => d.School == "s2").Select(d => (d.Day.DayNumber - Monday.DayNumber, d.Expected, d.Rows)).Order().ShouldBe([(0, true, 0), (1, true, 0), (2, true, 0), (3, true, 0), (9, true, 0)]);
        days.Days.Single(d => d is { School: "s1", Rows: 3 }).Expected.ShouldBeTrue();
    }

    [Fact]
    public void Terms_that_state_their_days_stand_for_their_year()
    {
        var term = new Session("t", "Fall", "term", Monday, Monday.AddDays(4), "y", 2025, 2);
        DaysOfSchool.Of(["s1"], [Year, term], [], []).Days.Select(d => d.Day).ShouldBe([Monday, Monday.AddDays(1)], ignoreOrder: true);
    }

    [Theory]
    [InlineData("date.format", false, FindingOwners.SchoolClerk)]
    [InlineData("header.required-missing", false, FindingOwners.SisAdministrator)]
    [InlineData("header.required-missing", true, FindingOwners.Vendor)]
    [InlineData("mapping.code-unknown", true, FindingOwners.DataSteward)]
    [InlineData("edfi.descriptor-unmapped", false, FindingOwners.DataSteward)]
    [InlineData("feed.internal-error", false, FindingOwners.Platform)]
    public void Who_must_act_follows_from_the_code(string code, bool isMapped, string owner)
    {
        Sentences.ShouldContain(code);
        Owners.Of(code, isMapped).ShouldBe(owner);
    }

    static IEnumerable<string> Sentences => IssueTexts.Sentences.Keys;
}
