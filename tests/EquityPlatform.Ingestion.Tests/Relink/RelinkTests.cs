using System.Text;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests.Relink;

/// <summary>Students whose ids the source changed, linked to who they were: nothing about them goes, comes or changes but the id itself.</summary>
public sealed class RelinkTests
{
    /// <summary>One student has a state number, all have local ones.</summary>
    internal static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline").With("users.csv", "user1,,Given1", "user1,{state:9117},Given1");

    /// <summary>In the middle of the term, with something of every kind about a student.</summary>
    static District Full(params (string, string)[] more) => new District { Today = new(2024, 10, 1) }.Given(Baseline, [.. Side("u001"), .. more]);

    /// <summary>Every side file about students, with one row about one of them.</summary>
    /// <param name="days">More rows of attendance.csv.</param>
    internal static (string, string)[] Side(string user, string days = "") =>
    [
        ("declarations.csv", "propertyName,value\nattendance.mode,exceptions\nattendance.from,2024-08-19\nattendance.to,2024-12-20\nattendance.periodsPerDay,2\n"),
        ("programs.csv", $"userSourcedId,program,beginDate,endDate,schoolSourcedId\n{user},iep,2023-09-01,2024-06-01,\n{user},iep,2024-09-01,,\n{user},section504,,,\n"),
        ("attendance.csv", $"userSourcedId,schoolSourcedId,date,scope,category,portion,reason,period\n{user},s1,2024-09-03,day,absentExcused,,,\n{user},s1,2024-09-04,period,absentUnexcused,,,P1\n{days}"),
        ("schoolEnrollments.csv", $"userSourcedId,schoolSourcedId,entryDate,exitDate,grade,exitReason,primary,fte\n{user},s2,2024-08-19,2024-09-01,09,,true,1\n"),
        ("disciplineIncidents.csv", $"incidentId,schoolSourcedId,date,behavior,userSourcedId,role,location,lawEnforcement\ni1,s1,2024-09-05,defiance,{user},offender,,\n"),
        ("disciplineActions.csv", $"actionId,userSourcedId,date,kind,days,incidentIds,schoolSourcedId\na1,{user},2024-09-06,oss,1,i1,s1\n"),
        ("assessments.csv", $"userSourcedId,assessmentId,subject,date,grade,scale,result,performanceLevel\n{user},map,math,2024-09-10,09,rit,221,\n"),
        ("grades.csv", $"userSourcedId,courseId,schoolYear,term,letter,numeric\n{user},c1,2025,t1,B,84\n"),
        ("transcripts.csv", $"userSourcedId,courseId,schoolYear,term,letter,earnedCredits\n{user},c0,2024,Y1,A,1\n"),
        ("surveyResponses.csv", $"surveyId,responseId,schoolSourcedId,date,userSourcedId,questionCode,numeric,text\nclimate,r1,s1,2024-09-12,{user},q1,4,\n"),
        ("interventions.csv", "interventionId,orgSourcedId,class\nv1,s1,Practice\n"),
        ("interventionParticipations.csv", $"userSourcedId,interventionId,dosage,date,effect\n{user},v1,30,2024-09-13,\n"),
    ];

    [Fact]
    public void Records_of_every_kind_stay_where_they_are_whichever_id_a_file_names()
    {
        var district = Full();
        var kinds = district.Records.Where(r => r.Value.Owner == district.Person("u001")).Select(r => r.Key.Kind).Distinct().ToList();
        Enum.GetValues<RecordKind>().Where(k => k.BeginsWithPerson()).Except(kinds).ShouldBe([RecordKind.Staff, RecordKind.StaffAssignment], ignoreOrder: true);
        var rekeyed = Baseline.Rekeyed("u00", "n00");
        var before = district.Records.ToDictionary();
        district.Linked(rekeyed, Side("n001")).Events.ShouldAllBe(e => e is Unsealed && ((Unsealed)e).Private is Identity);
        district.Records.Keys.ShouldBe(before.Keys, ignoreOrder: true);
        // From now on both ids name the student, together or alone
        district.When(rekeyed, Side("u001")).Plan.News.ShouldBeEmpty();
        district.When(rekeyed, Side("n001")).Plan.News.ShouldBeEmpty();
        district.Person("n001").ShouldBe(district.Person("u001"));
    }

    [Fact]
    public void Classes_and_places_with_new_ids_too_leave_the_school_enrolment_as_it_is()
    {
        var district = Full();
        var rekeyed = Baseline.Rekeyed("u00", "n00").Rekeyed("k1", "kk1");
        rekeyed = Enumerable.Range(1, 5).Aggregate(rekeyed, (package, n) => package.Rekeyed($"e{n},", $"x{n},"));
        var fed = district.Linked(rekeyed);
        fed.Events.OfType<SectionEnrollmentRecorded>().Count(e => e.EndDate == new DateOnly(2024, 10, 1)).ShouldBe(5, "the places of before end");
        fed.Events.ShouldNotContain(e => e is SchoolEnrollmentDerived || e is StudentRecorded || e is StudentDemographicsRecorded || (e is RecordRemoved && ((RecordRemoved)e).Kind == "person"));
        district.When(rekeyed).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void A_second_change_leads_back_to_the_first_id()
    {
        var district = Full();
        district.Linked(Baseline.Rekeyed("u00", "n00"));
        var again = Baseline.Rekeyed("u00", "m00");
        district.Links(district.When(again).Validated).Found.Count.ShouldBe(5);
        district.Linked(again, Side("m001")).Events.ShouldAllBe(e => e is Unsealed);
        foreach (var id in (string[])["u001", "n001", "m001"])
            district.When(again, Side(id)).Plan.News.ShouldBeEmpty();
        (district.Person("m003"), district.Person("n003")).ShouldBe((district.Person("u003"), district.Person("u003")));
    }

    [Fact]
    public void The_first_ids_may_come_back()
    {
        var district = Full();
        district.Linked(Baseline.Rekeyed("u00", "n00"));
        district.When(Baseline, Side("u001")).Events.ShouldAllBe(e => e is Unsealed);
    }

    [Fact]
    public void Who_has_no_known_number_comes_as_a_new_student_and_the_one_before_goes()
    {
        var district = Full();
        var rekeyed = Baseline.Rekeyed("u00", "n00").With("users.csv", "Given5,Family5,,005417", "Given5,Family5,,");
        var links = district.Links(district.When(rekeyed).Validated);
        HoldLinks.Of(links).ShouldSatisfyAllConditions(l => (l.Students, l.Ambiguous).ShouldBe((5, 0)), l => l.Recognised.ShouldBe(new Dictionary<string, int> { ["state"] = 1, ["local"] = 3 }));
        var fed = district.Linked(rekeyed);
        fed.Events.OfType<StudentRecorded>().ShouldHaveSingleItem().StudentKey.ShouldBe(district.Person("n005").ToString("N"));
        fed.Events.OfType<RecordRemoved>().Where(r => r.Kind == "person").ShouldHaveSingleItem();
        district.Person("n005").ShouldNotBe(district.Person("u005"));
    }

    [Fact]
    public void Released_without_a_link_everybody_goes_and_comes_anew()
    {
        var district = Full();
        var fed = district.Released(Baseline.Rekeyed("u00", "n00"));
        (fed.Events.OfType<StudentRecorded>().Count(), fed.Events.OfType<RecordRemoved>().Count(r => r.Kind == "person")).ShouldBe((5, 5));
        district.Person("n001").ShouldNotBe(district.Person("u001"));
    }

    [Fact]
    public void In_a_file_of_changes_the_old_ids_are_deleted_and_the_students_stay()
    {
        var district = Full();
        var changes = Delta();
        var held = district.When(changes);
        held.Held.Select(h => h.Code).ShouldContain("id.rekeyed");
        district.Links(held.Validated).Found.Count.ShouldBe(5);
        var fed = district.Linked(changes);
        fed.Events.ShouldAllBe(e => e is Unsealed && ((Unsealed)e).Private is Identity);
        fed.Plan.Total.WouldDelete.ShouldBe(0);
    }

    [Fact]
    public void Both_ids_of_one_student_in_one_file_is_one_too_many()
    {
        var district = Full();
        var rekeyed = Baseline.Rekeyed("u00", "n00");
        district.Linked(rekeyed);
        var fed = district.When(rekeyed.With("users.csv", "n002,,", "u001,,,true,s2,student,user1,{state:9117},Given1,Family1,,001417,user1@example.org,,,,10,\r\nn002,,"));
        fed.In("users.csv").ShouldBe([(3, "id.several-of-one")]);
        fed.Plan.News.ShouldBeEmpty();
    }

    /// <summary>All students and their demographics under new ids, the old ones to be deleted.</summary>
    static byte[] Delta()
    {
        var files = TestData.Unzip(Baseline);
        string[] Rows(string file) => Encoding.UTF8.GetString(files[file]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string Changes(string file) => string.Join("\r\n", [Rows(file)[0], .. Rows(file).Where(r => r.StartsWith("u00", StringComparison.Ordinal)).SelectMany(row => (string[])
        [
            $"u{row[1..4]},tobedeleted,2024-09-30T00:00:00Z,{row["u001,,,".Length..]}",
            $"n{row[1..4]},active,2024-09-30T00:00:01Z,{row["u001,,,".Length..]}",
        ]), ""]);
        return TestData.Zip(new Dictionary<string, byte[]>
        {
            ["manifest.csv"] = "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\nfile.users,delta\r\nfile.demographics,delta\r\n"u8.ToArray(),
            ["users.csv"] = Encoding.UTF8.GetBytes(Changes("users.csv")),
            ["demographics.csv"] = Encoding.UTF8.GetBytes(Changes("demographics.csv")),
        });
    }
}
