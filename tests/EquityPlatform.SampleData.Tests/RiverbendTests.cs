using System.IO.Compression;
using System.Security.Cryptography;
using EquityPlatform.SampleData.Files;
using EquityPlatform.SampleData.People;
using EquityPlatform.SampleData.Truths;

namespace EquityPlatform.SampleData.Tests;

/// <summary>The demo district, read back from its files: the answer key is checked by counting rows, never by asking the generator again.</summary>
public sealed class RiverbendTests(Riverbend files) : IClassFixture<Riverbend>
{
    [Fact]
    public async Task Same_seed_same_bytes_other_seed_other_bytes()
    {
        var small = DistrictShape.Find("medium")! with { Name = "tiny", Seats = 400, Elementary = 2, Middle = 1, High = 1, Alternative = 0 };
        async Task<string> Hash(ulong seed)
        {
            using var file = new MemoryStream();
            await new YearPackage(new District(small, seed), 2026).WriteAsync(file, _ => { }, default);
            return Convert.ToHexString(SHA256.HashData(file.ToArray()));
        }
        (await Hash(5)).ShouldBe(await Hash(5));
        (await Hash(5)).ShouldNotBe(await Hash(6));
    }

    [Fact]
    public void Every_reference_resolves_inside_the_package()
    {
        var (people, schools, classes, courses, sessions) = (Ids("users.csv"), Ids("orgs.csv"), Ids("classes.csv"), Ids("courses.csv"), Ids("academicSessions.csv"));
        people.Count.ShouldBe(files.Rows("users.csv").Count);
        Ids("enrollments.csv").Count.ShouldBe(files.Rows("enrollments.csv").Count);
        Values("enrollments.csv", "classSourcedId").ShouldBeSubsetOf(classes);
        Values("enrollments.csv", "userSourcedId").ShouldBeSubsetOf(people);
        Values("classes.csv", "courseSourcedId").ShouldBeSubsetOf(courses);
        Values("classes.csv", "schoolSourcedId").ShouldBeSubsetOf(schools);
        Values("classes.csv", "termSourcedIds").ShouldBeSubsetOf(sessions);
        Values("users.csv", "orgSourcedIds").ShouldBeSubsetOf(schools);
        foreach (var side in (string[])["attendance.csv", "programs.csv", "disciplineIncidents.csv", "disciplineActions.csv", "assessments.csv", "surveyResponses.csv", "interventionParticipations.csv"])
            Values(side, "userSourcedId").ShouldBeSubsetOf(people, side);
        Values("demographics.csv", "sourcedId").ShouldBeSubsetOf(people);
        Values("staffing.csv", "staffSourcedId").ShouldBeSubsetOf(people);
        Values("interventionParticipations.csv", "interventionId").ShouldBe(Values("interventions.csv", "interventionId"), ignoreOrder: true);
    }

    [Fact]
    public void Counts_of_the_year_are_those_of_the_key()
    {
        var counts = files.Key.Years[^1];
        files.Rows("users.csv").Count(user => user["role"] == "student").ShouldBe(counts.Students);
        files.Rows("attendance.csv").Count.ShouldBe(counts.AbsenceRows);
        files.Rows("disciplineIncidents.csv").Count.ShouldBe(counts.Referrals);
        files.Rows("assessments.csv").Count.ShouldBe(counts.TestResults);
        files.Rows("surveyResponses.csv").Count.ShouldBe(counts.SurveyAnswers);
        files.Rows("staffing.csv").Count.ShouldBe(counts.StaffAssignments);
    }

    [Fact]
    public void Chronic_absence_hits_groups_as_it_does_in_the_country()
    {
        var days = files.Rows("attendance.csv").Where(row => row["portion"] == "1").CountBy(row => row["userSourcedId"]).ToDictionary();
        double Chronic(Func<Dictionary<string, string>, bool> group)
        {
            var all = files.Rows("demographics.csv").Where(group).Select(row => row["sourcedId"]).ToArray();
            return all.Count(id => days.GetValueOrDefault(id) >= 18) / (double)all.Length;
        }
        Chronic(_ => true).ShouldBeInRange(0.22, 0.34);
        Chronic(row => row["hispanicOrLatinoEthnicity"] == "true").ShouldBeGreaterThan(Chronic(row => row["white"] == "true" && row["hispanicOrLatinoEthnicity"] == "false") + 0.05);
        Chronic(row => row["asian"] == "true").ShouldBeLessThan(0.22);
    }

    [Fact]
    public void Thirty_of_a_hundred_English_learners_meet_the_reading_standard_at_baseline()
    {
        var truth = files.Key.EnglishLearnerReading!.MetByYear;
        (truth[0].Count / (double)truth[0].Of).ShouldBeInRange(0.295, 0.305);
        var learners = files.Rows("programs.csv").Where(row => row["program"] == "englishLearner").Select(row => row["userSourcedId"]).ToHashSet();
        var results = files.Rows("assessments.csv").Where(row => row["subject"] == "reading" && learners.Contains(row["userSourcedId"])).ToArray();
        new Part(results.Count(row => row["met"] == "true"), results.Length).ShouldBe(truth[^1]);
    }

    [Fact]
    public void Defiance_is_biased_in_three_schools_and_what_anybody_can_see_is_not()
    {
        var truth = files.Key.Defiance!;
        truth.Schools.Count.ShouldBe(3);
        Ratio(truth.DefianceBlack, truth.DefianceOthers).ShouldBeInRange(2.4, 3.7);
        Ratio(truth.ObjectiveBlack, truth.ObjectiveOthers).ShouldBeInRange(0.8, 1.25);
    }

    [Fact]
    public void As_many_are_ready_for_algebra_and_fewer_are_let_in_until_everybody_is()
    {
        var truth = files.Key.Algebra!;
        for (var year = 0; year < truth.ReadyOthers.Count; year++)
            Ratio(truth.ReadyLessWellServed[year], truth.ReadyOthers[year]).ShouldBeInRange(0.85, 1.18);
        Ratio(truth.EnrolledLessWellServed[0], truth.EnrolledOthers[0]).ShouldBeLessThan(0.7);
        foreach (var part in (Part[])[truth.EnrolledLessWellServed[3], truth.EnrolledOthers[3]])
            part.Count.ShouldBe(part.Of);
        // The last year, from the files: everybody who was ready and there from the first day sits in Algebra I
        var ready = files.Rows("assessments.csv").Where(row => row["assessmentId"].StartsWith("algebra-readiness", StringComparison.Ordinal) && row["met"] == "true").Select(row => row["userSourcedId"]).ToHashSet();
        var algebra = files.Rows("classes.csv").Where(row => row["courseSourcedId"].StartsWith("algebra-1", StringComparison.Ordinal)).Select(row => row["sourcedId"]).ToHashSet();
        ready.ShouldBeSubsetOf(files.Rows("enrollments.csv").Where(row => algebra.Contains(row["classSourcedId"])).Select(row => row["userSourcedId"]).ToHashSet());
    }

    [Fact]
    public void One_school_is_silent_for_five_weeks()
    {
        var truth = files.Key.SilentSchool!;
        var dates = files.Rows("attendance.csv").Where(row => row["schoolSourcedId"] == truth.School).Select(row => DateOnly.Parse(row["date"], System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
        dates.ShouldNotBeEmpty();
        dates.Where(date => date >= truth.From && date <= truth.To).ShouldBeEmpty();
        files.Rows("calendar.csv").Count(row => row["schoolSourcedId"] == truth.School && string.CompareOrdinal(row["date"], Iso(truth.From)) >= 0 && string.CompareOrdinal(row["date"], Iso(truth.To)) <= 0).ShouldBe(25);
    }

    [Fact]
    public void A_group_of_seven_and_a_pair_that_differs_by_four_are_planted()
    {
        var (small, pair) = (files.Key.SmallGroup!, files.Key.DifferencingPair!);
        var school = files.Rows("users.csv").Where(row => row["role"] == "student").ToLookup(row => row["orgSourcedIds"], row => row["sourcedId"]);
        var native = files.Rows("demographics.csv").Where(row => row["americanIndianOrAlaskaNative"] == "true").Select(row => row["sourcedId"]).ToHashSet();
        school[small.School].Count(native.Contains).ShouldBe(7);
        small.Students.ShouldBe(7);
        var poor = files.Rows("programs.csv").Where(row => row["program"] == "economicallyDisadvantaged").Select(row => row["userSourcedId"]).ToHashSet();
        school[pair.School].Count().ShouldBe(pair.Students);
        school[pair.School].Count(poor.Contains).ShouldBe(pair.Students - 4);
    }

    [Fact]
    public void A_late_correction_turns_the_absences_of_one_day_into_excused_ones()
    {
        var truth = files.Key.LateCorrection!;
        var package = new YearPackage(files.District, BusDay.Year(files.District.Shape));
        var rows = package.Correction().Skip(1).Select(row => row.Split(',')).ToArray();
        rows.Length.ShouldBe(truth.Absences);
        rows.Length.ShouldBeGreaterThan(20);
        rows.ShouldAllBe(row => row[1] == truth.School && row[2] == Iso(truth.Date) && row[4] == "absentExcused");
    }

    [Fact]
    public void Tutoring_works_where_it_is_delivered_and_41_of_100_sessions_are()
    {
        var truth = files.Key.Tutoring!;
        var sessions = files.Rows("interventionParticipations.csv");
        new Part(sessions.Count(row => row["dosage"] != "0"), sessions.Count).ShouldBe(truth.Delivered);
        (truth.Delivered.Count / (double)truth.Delivered.Of).ShouldBeInRange(0.38, 0.44);
        // Who got much of it against who waited: from the files
        var met = files.Rows("assessments.csv").Where(row => row["assessmentId"].StartsWith("state", StringComparison.Ordinal) && row["subject"] == "mathematics" && row["met"] == "true").Select(row => row["userSourcedId"]).ToHashSet();
        var much = sessions.GroupBy(row => row["userSourcedId"]).Where(student => 2 * student.Count(row => row["dosage"] != "0") >= student.Count()).Select(student => student.Key).ToArray();
        much.Count(met.Contains).ShouldBe(truth.MetOfMuch.Count);
        Share(truth.MetOfMuch).ShouldBeGreaterThan(Share(truth.MetOfWaiting) + 0.08);
        Math.Abs(Share(truth.MetOfLittle) - Share(truth.MetOfWaiting)).ShouldBeLessThan(0.12);
    }

    [Fact]
    public void Staff_look_less_like_their_students_than_students_do()
    {
        double White(string file, string id) => files.Rows(file).Count(row => row["white"] == "true" && row["hispanicOrLatinoEthnicity"] == "false") / (double)Values(file, id).Count;
        White("staffing.csv", "staffSourcedId").ShouldBeGreaterThan(White("demographics.csv", "sourcedId") + 0.3);
    }

    static double Share(Part part) => part.Count / (double)part.Of;

    static string Iso(DateOnly day) => day.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    static double Ratio(Part one, Part other) => one.Count / (double)one.Of / (other.Count / (double)other.Of);

    HashSet<string> Ids(string file) => Values(file, "sourcedId");

    HashSet<string> Values(string file, string column) => [.. files.Rows(file).Select(row => row[column])];
}

/// <summary>Riverbend's last year, written once and read back.</summary>
public sealed class Riverbend : IAsyncLifetime
{
    readonly Dictionary<string, List<Dictionary<string, string>>> tables = [];

    internal District District { get; } = new(DistrictShape.Find("riverbend")!, seed: 1);
    internal AnswerKey Key { get; private set; } = null!;

    internal List<Dictionary<string, string>> Rows(string file) => tables[file];

    public async Task InitializeAsync()
    {
        Key = AnswerKey.Of(District);
        using var file = new MemoryStream();
        await new YearPackage(District, District.Shape.LastYear).WriteAsync(file, _ => { }, default);
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            var header = (await reader.ReadLineAsync())!.Split(',');
            var rows = tables[entry.FullName] = [];
            while (await reader.ReadLineAsync() is { } line)
            {
                var cells = line.Split(',');
                cells.Length.ShouldBe(header.Length, $"{entry.FullName}: {line}");
                rows.Add(header.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second));
            }
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
