using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.SideFiles;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Attendance by class period: recorded beside the day, and the day only where the source says how many periods it has.</summary>
public sealed class PeriodAttendanceTests
{
    const string Header = "userSourcedId,schoolSourcedId,date,scope,category,portion,reason,period\n";
    const string Coverage = "propertyName,value\nattendance.mode,exceptions\nattendance.from,2024-09-01\nattendance.to,2024-09-30\n";
    static readonly byte[] Roster = TestData.BadInput("00-valid-baseline");
    readonly District district = new District().Given(Roster);

    Fed When(string rows, string? declared = null) =>
        declared is null ? district.When(Roster, ("attendance.csv", Header + rows)) : district.When(Roster, ("declarations.csv", declared), ("attendance.csv", Header + rows));

    static string Missed(string user, int day, params int[] periods) => string.Concat(periods.Select(p => $"{user},s1,2024-09-{day:D2},period,absentUnexcused,,,P{p}\n"));

    static (int, string, int)[] Days(Fed fed) => [.. fed.Events.OfType<AttendanceRecorded>().Select(a => (a.Date.Day, a.Category, a.AbsentPortion))];

    [Fact]
    public void Periods_are_recorded_and_leave_the_day_alone()
    {
        var fed = When(Missed("u001", 3, 1, 2) + "u001,s1,2024-09-03,day,tardy,,,\n" + "u002,s1,2024-09-03,Period,partial,0.5,,P1\n" + "u002,s1,2024-09-04,period,tardy,,,\n" + "u002,s1,2024-09-04,week,tardy,,,\n");
        fed.Events.OfType<PeriodAttendanceRecorded>().Select(p => (p.Period, p.Category, p.AbsentPortion)).ShouldBe([("P1", "absentUnexcused", 10_000), ("P2", "absentUnexcused", 10_000), ("P1", "partial", 5_000)], ignoreOrder: true);
        Days(fed).ShouldBe([(3, "tardy", 0)]);
        fed.In("attendance.csv").Where(i => i.Row is not null).ShouldBe([(6, "field.required"), (7, "attendance.scope"), (2, "attendance.periods-undeclared")], ignoreOrder: true);
        // Neither days that follow from it nor the span that they would cover
        new District().Given(Roster).When(Roster, ("attendance.csv", Header + Missed("u001", 3, 1))).Events.OfType<AttendanceCoverageDeclared>().ShouldBeEmpty();
        When(Missed("u001", 3, 1, 2)).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Several_entries_for_one_period_are_one()
    {
        var fed = When("u001,s1,2024-09-03,period,tardy,,,P1\nu001,s1,2024-09-03,period,absentExcused,,,P1\nu001,s1,2024-09-03,period,absentExcused,,,P1\n");
        fed.Events.OfType<PeriodAttendanceRecorded>().ShouldHaveSingleItem().Category.ShouldBe("absentExcused");
        fed.Codes.ShouldContain("attendance.several-categories");
        fed.Counts("attendance.csv").ShouldBe(new(3, 1, 2, 0, 0));
    }

    [Fact]
    public void They_add_up_to_a_day_where_the_source_says_how_many_a_day_has()
    {
        var declared = Coverage + "attendance.periodsPerDay,7\n";
        var rows = Missed("u001", 3, 1, 2, 3, 4, 5, 6, 7) + Missed("u002", 3, 1, 2) + "u003,s1,2024-09-03,period,tardy,,,P1\n" + Missed("u004", 3, 1, 2, 3) + "u004,s1,2024-09-03,day,absentExcused,,,\n";
        var fed = When(rows, declared);
        Days(fed).ShouldBe([(3, "absentUnexcused", 10_000), (3, "partial", 2_857), (3, "tardy", 0), (3, "absentExcused", 10_000)], ignoreOrder: true);
        fed.Codes.ShouldNotContain("attendance.periods-undeclared");
        // The declaration is remembered; the same again says nothing new, more periods say more, and what was said of the day itself stays
        When(rows).Plan.News.ShouldBeEmpty();
        Days(When(Missed("u002", 3, 1, 2, 3) + Missed("u004", 3, 1))).ShouldBe([(3, "partial", 4_286)]);
        // A row about the day comes later: it counts, whatever the periods say
        Days(When("u002,s1,2024-09-03,day,absentExcused,,,\n")).ShouldBe([(3, "absentExcused", 10_000)]);
        When(Missed("u002", 3, 1)).Events.OfType<AttendanceRecorded>().ShouldBeEmpty();
        When("", Coverage + "attendance.periodsPerDay,none\n").In("declarations.csv").Select(i => i.Code).Distinct().ShouldBe(["declaration.value"]);
    }

    [Fact]
    public void A_period_that_is_deleted_or_missing_in_a_complete_file_takes_no_day_with_it()
    {
        var periods = Enumerable.Range(1, 20).ToArray();
        district.Given(Roster, ("attendance.csv", Header + "u001,s1,2024-09-03,day,absentExcused,,,\n" + Missed("u001", 3, periods)));
        var fed = district.When(Roster, ("attendance.csv", Header.TrimEnd() + ",status\nu001,s1,2024-09-03,period,absentUnexcused,,,P1,tobedeleted\n"));
        fed.Events.OfType<RecordRemoved>().Select(r => r.Kind).ShouldBe(["periodAttendance"]);
        fed = When("u001,s1,2024-09-03,day,absentExcused,,,\n" + Missed("u001", 3, periods[2..]), Coverage + "complete.attendance,true\n");
        fed.Held.ShouldBeEmpty();
        fed.Events.OfType<RecordRemoved>().Select(r => r.Kind).ShouldBe(["periodAttendance"]);
        fed.Counts("attendance.csv").WouldDelete.ShouldBe(1);
    }

    [Fact]
    public void A_corrected_period_is_added_to_the_others_of_its_day()
    {
        var fed = When(Missed("u001", 3, 1, 2) + "u001,s1,2024-09-03,period,asleep,,,P3\n" + Missed("u001", 4, 1), Coverage + "attendance.periodsPerDay,3\n");
        Days(fed).ShouldBe([(3, "partial", 6_667), (4, "partial", 3_333)], ignoreOrder: true);
        district.Correct(fed.Feed, "attendance.csv", 4, "category", "absentUnexcused").ShouldBeTrue();
        var replayed = district.Replay()!;
        replayed.Events.OfType<PeriodAttendanceRecorded>().ShouldHaveSingleItem().Period.ShouldBe("P3");
        var day = replayed.Events.OfType<AttendanceRecorded>().ShouldHaveSingleItem();
        (day.Date.Day, day.Category, day.AbsentPortion).ShouldBe((3, "absentUnexcused", 10_000));
        day.Change.Before.ShouldNotBeNull("it corrects what the other periods added up to");
        // The same whole file says nothing new then
        When(Missed("u001", 3, 1, 2, 3) + Missed("u001", 4, 1)).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void A_period_that_is_corrected_late_counts_as_its_day_stood_and_takes_nothing_back()
    {
        var declared = Coverage + "attendance.periodsPerDay,4\n";
        var fed = When(Missed("u001", 3, 1, 2) + "u001,s1,2024-09-03,period,asleep,,,P3\n" + "u001,s1,2024-09-05,period,asleep,,,P1\n", declared);
        // P2 was an error and is taken back; of the 5th the school office says that it was a whole day
        district.Given(Roster, ("attendance.csv", Header.TrimEnd() + ",status\nu001,s1,2024-09-03,period,absentUnexcused,,,P2,tobedeleted\n"));
        district.Given(Roster, ("attendance.csv", Header + "u001,s1,2024-09-05,day,absentExcused,,,\n"));
        district.Correct(fed.Feed, "attendance.csv", 4, "category", "tardy").ShouldBeTrue();
        district.Correct(fed.Feed, "attendance.csv", 5, "category", "tardy").ShouldBeTrue();
        Days(district.Replay()!).ShouldBe([(3, "partial", 2_500)]);
    }

    [Fact]
    public void What_a_later_file_said_of_the_day_stays_when_an_earlier_row_is_corrected()
    {
        var fed = When(Missed("u001", 3, 1) + "u001,s1,2024-09-03,period,asleep,,,P2\n", Coverage + "attendance.periodsPerDay,4\n");
        Days(When(Missed("u001", 3, 1, 2, 3))).ShouldBe([(3, "partial", 7_500)]);
        district.Correct(fed.Feed, "attendance.csv", 3, "category", "tardy").ShouldBeTrue();
        district.Replay()!.Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Several_corrected_periods_of_a_day_that_has_no_others_make_it()
    {
        var fed = When("u001,s1,2024-09-03,period,asleep,,,P1\nu001,s1,2024-09-03,period,asleep,,,P2\n", Coverage + "attendance.periodsPerDay,2\n");
        Days(fed).ShouldBeEmpty();
        district.Correct(fed.Feed, "attendance.csv", 2, "category", "absentExcused").ShouldBeTrue();
        district.Correct(fed.Feed, "attendance.csv", 3, "category", "absentUnexcused").ShouldBeTrue();
        Days(district.Replay()!).ShouldBe([(3, "absentUnexcused", 10_000)]);
    }
}
