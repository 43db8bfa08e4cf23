using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Columns of side files that say more than the record itself, results of other years, and files that are bad from end to end.</summary>
public sealed class SideFileDetailsTests
{
    static readonly byte[] Roster = TestData.BadInput("00-valid-baseline");
    readonly District district = new District().Given(Roster);

    Fed When(string file, string text) => district.When(Roster, (file, text));

    [Fact]
    public void A_half_day_of_school_is_half_a_day()
    {
        var fed = When("calendar.csv", "schoolSourcedId,date,kind,weight\ns1,2024-09-03,instructional,0.5\ns1,2024-09-04,makeup,\ns1,2024-09-05,nonInstructional,\ns1,2024-09-06,nonInstructional,0.5\ns1,2024-09-09,instructional,0\ns1,2024-09-10,instructional,1.5\n");
        fed.Events.OfType<CalendarDayRecorded>().Select(d => d.Weight).ShouldBe([5_000, 10_000, 0]);
        fed.In("calendar.csv").ShouldBe([(5, "calendar.weight"), (6, "calendar.weight"), (7, "number.decimal")]);
        // A whole day after all: a correction
        When("calendar.csv", "schoolSourcedId,date,kind\ns1,2024-09-03,instructional\n").Events.OfType<CalendarDayRecorded>().ShouldHaveSingleItem().Weight.ShouldBe(10_000);
    }

    [Fact]
    public void Details_of_a_program_are_kept_but_not_whether_meals_are_free()
    {
        var fed = When("programs.csv", "userSourcedId,program,beginDate,endDate,schoolSourcedId,detail\nu001,iep,2024-08-19,,s1,resource room\nu002,frl,2024-08-19,,s1,free\n");
        fed.Events.OfType<StudentProgramRecorded>().Select(p => (p.Program, p.Detail)).ShouldBe([("iep", "resource room"), ("frl", null)]);
        Publishing.Map(Recorded(fed.Events.OfType<StudentProgramRecorded>().First()))!.Data.ShouldBe(new Contracts.Ingestion.StudentProgramRecorded(district.Person("u001").ToString("N"), "iep", true, new(2024, 8, 19), null));
    }

    [Theory]
    [InlineData("2023-08-21", 2023)]
    [InlineData("2024-08-19", 2024)]
    public void Of_several_periods_of_a_program_the_one_that_the_row_names_is_deleted(string begin, int year)
    {
        const string Header = "userSourcedId,program,beginDate,endDate,status\n";
        district.Given(Roster, ("programs.csv", Header + "u001,iep,2023-08-21,2024-06-01,\nu001,iep,2024-08-19,,\n"));
        var fed = When("programs.csv", $"{Header}u001,iep,{begin},,tobedeleted\n");
        fed.Held.ShouldBeEmpty();
        fed.Events.OfType<Feeds.RecordRemoved>().ShouldHaveSingleItem().Date!.Value.Year.ShouldBe(year);
    }

    static EventSourcing.RecordedEvent Recorded(StudentProgramRecorded program)
    {
        var types = Publishing.Events();
        return new(1, Guid.NewGuid(), "t", "s", 1, "student-program-recorded/2", System.Text.Json.JsonSerializer.Serialize(program, EventSourcing.EventTypes.Json), DateTimeOffset.UnixEpoch, "u", null, null, null, null, types);
    }

    [Theory]
    [InlineData("2024-10-01", "", 2025, null)]
    [InlineData("2024-04-01", "2025", 2025, null)]
    [InlineData("2024-04-01", "", 2024, "date.year-derived")]
    [InlineData("2021-09-01", "", 2022, "date.year-derived")]
    [InlineData("2025-07-01", "", 2025, "date.year-derived")]
    [InlineData("2026-01-15", "", null, "date.outside-year")]
    public void A_result_counts_for_the_year_that_the_source_states_or_else_for_that_of_its_day(string date, string stated, int? year, string? code)
    {
        var fed = When("assessments.csv", $"userSourcedId,assessmentId,date,result,schoolYear\nu001,state-math,{date},415,{stated}\n");
        fed.Events.OfType<AssessmentResultRecorded>().Select(a => (int?)a.SchoolYear).SingleOrDefault().ShouldBe(year);
        fed.In("assessments.csv").Select(i => i.Code).ShouldBe(code is null ? [] : [code]);
    }

    [Fact]
    public void Where_only_a_term_is_known_no_year_is_guessed()
    {
        var sessions = System.Text.Encoding.UTF8.GetString(TestData.Unzip(Roster)["academicSessions.csv"]).Split("\r\n").Where(l => !l.StartsWith("sy25", StringComparison.Ordinal)).Select(l => l.Replace(",sy25,", ",,", StringComparison.Ordinal));
        var package = Roster.WithFile("academicSessions.csv", string.Join("\r\n", sessions)).With("courses.csv", "c1,,,sy25", "c1,,,");
        var fed = new District().Given(package).When(package, ("assessments.csv", "userSourcedId,assessmentId,date,result\nu001,state-math,2024-04-01,415\n"));
        fed.In("assessments.csv").Select(i => i.Code).ShouldBe(["date.outside-year"]);
    }

    [Fact]
    public void A_file_that_is_bad_from_end_to_end_is_counted_whole_and_listed_in_part()
    {
        const int Bad = 45_000;
        var rows = string.Concat(Enumerable.Range(0, Bad).Select(n => $"u001,s1,school {n},sleeping\n"));
        var fed = When("attendance.csv", $"userSourcedId,schoolSourcedId,date,category\n{rows}");
        fed.Counts("attendance.csv").ShouldBe(new(Bad, 0, 0, Bad, 0));
        fed.In("attendance.csv").Count(i => i.Code == "date.format").ShouldBe(20_000);
        fed.Validated.Issues.Single(i => i.Code == "issues.more").Arguments["count"].ShouldBe("25000");
        fed.Validated.Findings().Single(f => f.Code == "date.format").Count.ShouldBe(Bad);
    }

    [Fact]
    public void Numbers_of_many_students_are_found_and_shared_ones_are_nobodys()
    {
        var (numbers, person, other) = (Enumerable.Range(0, 5_000).Select(_ => Guid.NewGuid()).ToArray(), Guid.NewGuid(), Guid.NewGuid());
        var loads = 0;
        var known = new KnownNumbers(() =>
        {
            loads++;
            return numbers.Select((number, n) => (number, n == 7 ? person : Guid.NewGuid())).Append((numbers[7], person)).Append((numbers[9], other));
        });
        loads.ShouldBe(0);
        known.Find(numbers[7]).ShouldBe(new Numbered.One(PersonToken.Of(person)));
        known.Find(numbers[9]).ShouldBeOfType<Numbered.Several>();
        numbers.Where((_, n) => n != 9).ShouldAllBe(number => known.Find(number) is Numbered.One);
        known.Find(Guid.NewGuid()).ShouldBeOfType<Numbered.Nobody>();
        loads.ShouldBe(1);
    }

    [Fact]
    public void Names_of_many_files_are_told_apart_as_far_as_anybody_asks()
    {
        var records = new Records.KnownKind();
        var keys = Enumerable.Range(0, 400).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var (key, n) in keys.Select((key, n) => (key, n)))
            records.Add(new(key, Guid.NewGuid(), false, false, n == 399 ? FileSpecs.Programs.Name : $"absences-{n}.csv", null, null, null, null, null));
        records.FileOf(records.Find(keys[0])).ShouldBe("absences-0.csv");
        records.FileOf(records.Find(keys[398])).ShouldBe("");
        records.FileOf(records.Find(keys[399])).ShouldBe(FileSpecs.Programs.Name);
    }
}
