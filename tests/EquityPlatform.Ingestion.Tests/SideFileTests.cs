using EquityPlatform.Ingestion.Discipline;
using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Staffing;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.Ingestion.Supports;
using EquityPlatform.Ingestion.Surveys;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Side files beside a sound package: what each row becomes, and what sets it aside.</summary>
public sealed class SideFileTests
{
    static readonly byte[] Roster = TestData.BadInput("00-valid-baseline");
    readonly District district = new District().Given(Roster);

    Fed When(string file, string text) => district.When(Roster, (file, text));

    [Fact]
    public void An_incident_with_several_students_is_one_incident_and_each_ones_part()
    {
        var fed = When("disciplineIncidents.csv", """
            incidentId,schoolSourcedId,date,behavior,userSourcedId,role,location,lawEnforcement,description
            i1,s1,2024-10-01,Disruption,u001,,Cafeteria,false,Given2 shouted at Given1
            i1,s1,2024-10-01,Disruption,u002,victim,Cafeteria,false,
            i2,s1,2024-10-02,Vandalism,,,,true,
            """);
        fed.Events.OfType<DisciplineIncidentRecorded>().Select(i => (i.IncidentId, i.LawEnforcement, i.SchoolYear)).ShouldBe([("i1", false, 2025), ("i2", true, 2025)], ignoreOrder: true);
        fed.Events.OfType<DisciplineInvolvementRecorded>().Select(i => (i.StudentKey, i.Role, i.Behavior))
            .ShouldBe([(district.Person("u001").ToString("N"), "offender", "Disruption"), (district.Person("u002").ToString("N"), "victim", "Disruption")]);
        fed.Plan.News.Single(n => n.Event.Data is DisciplineInvolvementRecorded { Role: "victim" }).Stream.ShouldBe($"discipline-{district.Person("u002"):N}-2025");
        fed.Counts("disciplineIncidents.csv").ShouldBe(new(3, 3, 0, 0, 0));
        System.Text.Json.JsonSerializer.Serialize(fed.Events.Select(e => (object)e)).ShouldNotContain("shouted");
    }

    [Fact]
    public void Rows_that_contradict_each_other_about_an_incident_are_all_set_aside()
    {
        var fed = When("disciplineIncidents.csv", """
            incidentId,schoolSourcedId,date,behavior,userSourcedId
            i1,s1,2024-10-01,Disruption,u001
            i1,s1,2024-10-03,Disruption,u002
            """);
        fed.In("disciplineIncidents.csv").ShouldBe([(2, "record.contradiction"), (3, "record.contradiction")]);
        fed.Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Days_of_an_action_are_ten_thousandths()
    {
        var fed = When("disciplineActions.csv", """
            actionId,userSourcedId,date,kind,days,incidentIds
            a1,u001,2024-10-02,oss,1.5,"i1,i2"
            a2,u001,2024-10-02,detention,1,
            a3,u404,2024-10-02,iss,1,
            """);
        var action = fed.Events.OfType<DisciplineActionRecorded>().ShouldHaveSingleItem();
        (action.ActionId, action.Kind, action.Days).ShouldBe(("a1", "oss", 15_000));
        action.IncidentIds.ShouldBe(["i1", "i2"]);
        fed.In("disciplineActions.csv").ShouldBe([(3, "enum.unknown"), (4, "ref.missing")]);
    }

    [Theory]
    [InlineData("415", 4_150_000L)]
    [InlineData("4.2", 42_000L)]
    [InlineData("415L", 4_150_000L)]
    [InlineData("91%", 910_000L)]
    [InlineData("BR400L", null)]
    [InlineData("<1", null)]
    [InlineData("*", null)]
    [InlineData("STRATEGIC 91%", null)]
    public void A_result_keeps_its_text_and_the_number_in_it(string result, long? numeric)
    {
        var fed = When("assessments.csv", $"userSourcedId,assessmentId,subject,date,grade,scale,result,performanceLevel,met\nu001,map,Math,2024-10-01,9,RIT,{result},,\n");
        var recorded = fed.Events.OfType<AssessmentResultRecorded>().ShouldHaveSingleItem();
        (recorded.Result, recorded.Numeric, recorded.Grade, recorded.Met).ShouldBe((result, numeric, "09", null));
    }

    [Fact]
    public void Results_on_several_scales_are_several_records_and_a_correction_is_one_event()
    {
        const string Header = "userSourcedId,assessmentId,subject,date,grade,scale,result,performanceLevel,met\n";
        When("assessments.csv", Header + "u001,map,Math,2024-10-01,09,RIT,215,,\nu001,map,Math,2024-10-01,09,percentile,40,,\n").Events.Count().ShouldBe(2);
        var fed = When("assessments.csv", Header + "u001,map,Math,2024-10-01,09,RIT,216,,\nu001,map,Math,2024-10-01,09,percentile,40,,\n");
        var corrected = fed.Events.ShouldHaveSingleItem().ShouldBeOfType<AssessmentResultRecorded>();
        corrected.Change.Before.ShouldNotBeNull();
        fed.Counts("assessments.csv").ShouldBe(new(2, 1, 1, 0, 0));
    }

    [Fact]
    public void Marks_and_transcripts()
    {
        When("grades.csv", "userSourcedId,courseId,schoolYear,term,letter,numeric,attemptedCredits,earnedCredits,result,level,sectionSourcedId\nu001,c1,2025,t1,B+,88.5,,,,,k1\n")
            .Events.ShouldHaveSingleItem().ShouldBeOfType<GradeRecorded>().ShouldSatisfyAllConditions(g => g.Numeric.ShouldBe(885_000), g => g.SchoolId.ShouldBe("s1"), g => g.Letter.ShouldBe("B+"));
        When("transcripts.csv", "userSourcedId,courseId,schoolYear,term,letter,numeric,attemptedCredits,earnedCredits,result,level\nu001,ELSEWHERE-1,2023,,A,,1,0.5,pass,AP\n")
            .Events.ShouldHaveSingleItem().ShouldBeOfType<TranscriptCourseRecorded>().ShouldSatisfyAllConditions(t => t.EarnedCredits.ShouldBe(5_000), t => t.Level.ShouldBe("AP"), t => t.SchoolYear.ShouldBe(2023));
    }

    [Fact]
    public void Survey_answers_are_anonymous_or_named_and_never_keep_their_text()
    {
        var fed = When("surveyResponses.csv", """
            surveyId,responseId,schoolSourcedId,date,userSourcedId,questionCode,numeric,text
            belonging,r1,s1,2024-10-01,,Q1,4,
            belonging,r1,s1,2024-10-01,,Q2,,Mr. Cher is mean
            belonging,r2,s1,2024-10-01,u001,Q1,five,
            belonging,r3,s1,2024-10-01,u001,Q1,5,
            """);
        fed.Events.OfType<SurveyAnswerRecorded>().Select(a => (a.ResponseId, a.QuestionCode, a.Numeric, a.HadText, Named: a.StudentKey is not null))
            .ShouldBe([("r1", "Q1", 40_000L, false, false), ("r1", "Q2", null, true, false), ("r3", "Q1", 50_000L, false, true)]);
        fed.Plan.News.Select(n => n.Stream).ShouldBe(["school-s1", "school-s1", $"learning-{district.Person("u001"):N}-2025"]);
        fed.In("surveyResponses.csv").ShouldBe([(4, "number.decimal")]);
    }

    [Fact]
    public void Staff_are_known_by_groups_and_assignments_only()
    {
        var fed = When("staffing.csv", """
            staffSourcedId,orgSourcedId,role,beginDate,endDate,fte,sectionSourcedId,sex,hispanicOrLatinoEthnicity,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white
            t001,s1,teacher,2024-08-01,,0.5,k1,female,false,false,false,true,false,false
            t001,s2,teacher,2024-08-01,,0.5,,female,false,false,false,true,false,false
            p900,s1,principal,2024-08-01,,1,,,,,,,,
            u001,s1,aide,,,,,,,,,,,
            """);
        fed.Events.OfType<StaffRecorded>().Select(s => (s.StaffKey, s.RaceEthnicity)).ShouldBe([(district.Person("t001").ToString("N"), "black"), (district.Person("p900").ToString("N"), "notReported")], ignoreOrder: true);
        fed.Events.OfType<StaffAssignmentRecorded>().Select(a => (a.OrgId, a.Role, a.Fte)).ShouldBe([("s1", "teacher", 5_000), ("s2", "teacher", 5_000), ("s1", "principal", 10_000)]);
        fed.In("staffing.csv").ShouldContain((5, "staff.is-student"));
    }

    [Fact]
    public void Interventions_of_other_systems_and_who_takes_part()
    {
        var fed = district.When(Roster,
            ("interventions.csv", "interventionId,orgSourcedId,class,delivery,targetGroup,minDosage,maxDosage,beginDate,endDate\ntutoring,s1,Practice,Small group,,60,120,2024-09-01,2025-05-31\n"),
            ("interventionParticipations.csv", "userSourcedId,interventionId,dosage,date,effect\nu001,tutoring,90,2024-10-01,\nu002,yoga,,,\n"));
        fed.Events.OfType<ExternalInterventionRecorded>().ShouldHaveSingleItem().MinDosage.ShouldBe(60);
        fed.Events.OfType<InterventionParticipationRecorded>().ShouldHaveSingleItem().Dosage.ShouldBe(90);
        fed.In("interventionParticipations.csv").ShouldBe([(3, "ref.missing")]);
    }

    [Fact]
    public void A_stay_that_the_source_states_keeps_its_reason_and_share()
    {
        var fed = When("schoolEnrollments.csv", "userSourcedId,schoolSourcedId,entryDate,exitDate,grade,exitReason,primary,fte,schoolYear\nu001,s1,2024-08-19,2024-11-01,9,Moved away,true,0.5,\nu002,s1,2024-11-01,2024-10-01,09,,,,\n");
        var stay = fed.Events.OfType<EnrollmentStated>().ShouldHaveSingleItem();
        (stay.SchoolYear, stay.ExitReason, stay.Fte, stay.Grade).ShouldBe((2025, "Moved away", 5_000, "09"));
        fed.In("schoolEnrollments.csv").Where(i => i.Code != "grade.form").ShouldBe([(3, "date.order")]);
    }

    [Fact]
    public void A_stay_that_the_source_states_wins_over_classes_and_gives_way_when_it_is_deleted()
    {
        const string Header = "userSourcedId,schoolSourcedId,entryDate,exitDate,grade,status,dateLastModified\n";
        var stated = When("schoolEnrollments.csv", Header + "u001,s1,2024-09-02,2024-11-01,09,,\n").Events.OfType<SchoolEnrollmentStated>().ShouldHaveSingleItem();
        (stated.EntryDate, stated.ExitDate).ShouldBe((new DateOnly(2024, 9, 2), new DateOnly(2024, 11, 1)));
        var gone = district.Released(Roster, ("schoolEnrollments.csv", Header + "u001,s1,2024-09-02,2024-11-01,09,tobedeleted,2024-12-01T00:00:00Z\n"));
        gone.Held.ShouldHaveSingleItem().Code.ShouldBe("delete.threshold");
        var derived = gone.Events.OfType<SchoolEnrollmentDerived>().ShouldHaveSingleItem();
        (derived.EntryDate, derived.ExitDate, derived.Withdrawn).ShouldBe((new DateOnly(2024, 8, 19), new DateOnly(2024, 12, 21), false));
    }

    [Fact]
    public void Several_periods_of_a_program_are_several_records()
    {
        const string Two = "userSourcedId,program,beginDate,endDate\nu001,iep,2024-08-19,2024-10-01\nu001,iep,2025-01-06,\n";
        var fed = When("programs.csv", Two);
        fed.Events.OfType<StudentProgramRecorded>().Select(p => (p.BeginDate, p.EndDate)).ShouldBe([(new DateOnly(2024, 8, 19), new DateOnly(2024, 10, 1)), (new DateOnly(2025, 1, 6), null)]);
        When("programs.csv", Two).Plan.News.ShouldBeEmpty();
        When("programs.csv", "userSourcedId,program,beginDate,endDate\nu002,iep,2024-08-19,\nu002,iep,2024-08-19,2024-10-01\n").In("programs.csv").ShouldBe([(2, "id.duplicate-different"), (3, "id.duplicate-different")]);
    }

    [Fact]
    public void A_sources_own_columns_and_codes_mean_what_was_decided()
    {
        district.Mappings = SourceMappings.Evolve(district.Mappings, new SourceRulesSaved("sis", new(
            [new("users.csv", "metadata.ell", "program:englishLearner"), new("users.csv", "metadata.sasid", "identifier:state"), new("users.csv", "ext_grade", "column:grades")], [new("classes.csv", "classType", "ext:lab", "scheduled")])));
        var users = System.Text.Encoding.UTF8.GetString(TestData.Unzip(Roster)["users.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var fed = district.When(Roster.With("classes.csv", ",scheduled,", ",ext:lab,").WithFile("users.csv", string.Join('\n', users.Select((line, i) => line + (i == 0 ? ",metadata.ell,metadata.sasid" : i == 1 ? ",true,55001" : ",,")))));
        fed.Events.OfType<StudentProgramRecorded>().ShouldHaveSingleItem().Program.ShouldBe("englishLearner");
        fed.Events.OfType<Unsealed>().Select(u => u.Private).OfType<StudentNumber>().ShouldHaveSingleItem().Value.ShouldBe("55001");
        fed.Plan.News.Count.ShouldBe(2);
        fed.Codes.ShouldNotContain("header.unknown");
        fed.Codes.ShouldNotContain("enum.extension");
    }

    [Fact]
    public void The_same_side_files_again_are_no_news()
    {
        const string Rows = "actionId,userSourcedId,date,kind,days,incidentIds\na1,u001,2024-10-02,oss,1.5,i1\na1,u001,2024-10-02,oss,1.5,i1\n";
        When("disciplineActions.csv", Rows).Counts("disciplineActions.csv").ShouldBe(new(2, 1, 1, 0, 0));
        When("disciplineActions.csv", Rows).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Every_side_file_has_its_columns_in_the_readme()
    {
        var rows = TestData.Text("ingestion.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|', 3)).ToList();
        foreach (var spec in FileSpecs.Side)
        {
            var row = rows.Single(r => r[1].Contains($"`{spec.Name}`", StringComparison.Ordinal));
            var named = Words(row[2]).ToList();
            // Both are told of once, for all side files
            spec.Columns.Select(c => c.Name).Except(["status", "dateLastModified"]).Except(named).ShouldBeEmpty($"columns of {spec.Name} that the README does not name");
            if (row[1].Split('`').Length == 3)
                Words(row[2][..(row[2].IndexOf('`', row[2].IndexOf('`', StringComparison.Ordinal) + 1) + 1)]).Where(c => spec.Find(c) is null).ShouldBeEmpty($"columns of {spec.Name} that are not read");
        }

        static IEnumerable<string> Words(string text) => text.Split('`').Where((_, n) => n % 2 == 1).SelectMany(code => code.Split(' ')).Select(word => word.TrimEnd('!'));
    }
}
