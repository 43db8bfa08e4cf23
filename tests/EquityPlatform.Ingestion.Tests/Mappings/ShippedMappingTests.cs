using System.Text;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Rows;
using AssessmentResultRecorded = EquityPlatform.Ingestion.Learning.AssessmentResultRecorded;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>
/// Every shipped mapping against the sample of its vendor or district: a roster is made of the students, staff and schools that the sample names, then the file is
/// sent as it is. What each row must come to is written down here.
/// </summary>
public sealed class ShippedMappingTests
{
    /// <summary>Mapping, sample, records that come out, rows that are set aside (file row and code).</summary>
    public static TheoryData<string, string, int, string> Samples => new()
    {
        { "access", "assessments/ACCESS-2021_to_2025_sample_anonymized_file_ACCESS.csv", 40, "" },
        { "access", "assessments/ACCESS-sample_anonymized_file_ACCESS.csv", 32, "" },
        { "access-alternate", "assessments/ACCESS-2021_to_2025_sample_anonymized_file_Alternate_ACCESS.csv", 32, "" },
        { "access-alternate", "assessments/ACCESS-sample_anonymized_file_alternate_Alternate_ACCESS.csv", 24, "" },
        { "bess-3", "assessments/BASC3_BESS-sample_anonymized_file.csv", 20, "" },
        { "dibels-8", "assessments/Dibels_8_Benchmark-sample_anonymized_file.csv", 32, "" },
        { "i-ready-ela", "assessments/i-Ready-sample_anonymized_file_ela.csv", 38, "" },
        { "i-ready-math", "assessments/i-Ready-sample_anonymized_file_math.csv", 35, "" },
        { "map-growth", "assessments/MAP_Growth-sample_anonymized_file.csv", 12, "8:csv.column-count" },
        { "psat-10", "assessments/PSAT_SAT-sample_anonymized_file_psat_10.csv", 20, "" },
        { "psat-8-9", "assessments/PSAT_SAT-sample_anonymized_file_psat_89.csv", 20, "" },
        { "psat-nmsqt", "assessments/PSAT_SAT-sample_anonymized_file_psat_nmsqt.csv", 20, "" },
        { "sat", "assessments/PSAT_SAT-sample_anonymized_file_sat.csv", 20, "" },
        { "sc-ready", "assessments/SC_READY-sample_anonymized_file.csv", 20, "" },
        { "staar", "assessments/STAAR_Summative-sample_anonymized_file.csv", 10, "" },
        { "star-reading", "assessments/STAR-SR_sample_anonymized_file.csv", 20, "" },
        { "star-reading-standards", "assessments/STAR-SR_Dashboard_Standards_v2_sample_anonymized_file.csv", 5, "" },
        { "star-reading-skills", "assessments/STAR-SR_SkillArea_v1_sample_anonymized_file.csv", 5, "" },
        { "wi-forward", "assessments/WI_Forward-sample_anonymized_file.csv", 11, "" },
        { "x2-assessments", "district-exports/fake_x2_assessments.csv", 18, "" },
        { "x2-assessments", "district-exports/assessment_new_bedford_format_fixture.csv", 41, "" },
        { "x2-assessments-mdy", "district-exports/assessment_bedford_format_fixture.csv", 33, "" },
        { "x2-attendance", "district-exports/attendance_dump.csv", 2, "" },
        { "x2-behavior", "district-exports/fake_behavior_export.csv", 6, "5:field.required" },
        { "x2-ed-plans", "district-exports/ed_plans_fixture.csv", 2, "" },
        { "x2-section-grades", "district-exports/student_section_grades_fixture.csv", 5, "5:field.required" },
        { "x2-staff-sections", "district-exports/educator_section_assignment_export.csv", 8, "2:field.required" },
        { "x2-student-sections", "district-exports/student_section_assignment_export_with_district_school_year_token.csv", 7, "6:field.required 8:field.required" },
        { "x2-students", "district-exports/fake_students_export.csv", 30, "" },
        { "student-voice", "district-exports/student_voice_survey.csv", 5, "" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Reads_the_sample(string mapping, string sample, int records, string setAside)
    {
        var (district, content) = Prepared(mapping, sample);
        var fed = district.Feed([new(Path.GetFileName(sample), content)]);
        fed.Validated.Rejection.ShouldBeNull();
        string.Join(' ', fed.Validated.Issues.Where(i => i.Severity != Severity.Warning).Select(i => $"{i.Row}:{i.Code}")).ShouldBe(setAside);
        fed.Events.Count().ShouldBe(records);
        // The same file again says nothing new
        district.Feed([new(Path.GetFileName(sample), content)]).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Every_shipped_mapping_is_sound_and_has_a_sample()
    {
        ShippedMappings.All.Select(CheckMapping.Of).Where(refusal => refusal is not null).ShouldBeEmpty();
        ShippedMappings.All.Select(m => m.Name).Except(Samples.Select(s => (string)s[0]!)).ShouldBeEmpty();
    }

    [Fact]
    public void A_score_keeps_what_the_vendor_wrote()
    {
        var (district, content) = Prepared("star-reading", "assessments/STAR-SR_sample_anonymized_file.csv");
        var lexiles = district.Feed([new("sr_export.csv", content)]).Events.OfType<AssessmentResultRecorded>().Where(a => a.Scale == "Lexile").ToList();
        lexiles.Select(a => (a.Result, a.Numeric)).ShouldBe([("BR400L", null), ("BR390L", null), ("415L", 4_150_000L), ("1100L", 11_000_000L), ("1360L", 13_600_000L)]);
        lexiles[0].Date.ShouldBe(new DateOnly(2023, 8, 21));
    }

    [Fact]
    public void Dates_are_read_as_declared()
    {
        var (district, content) = Prepared("i-ready-ela", "assessments/i-Ready-sample_anonymized_file_ela.csv");
        var fed = district.Feed([new("i-ready_ela.csv", content)]);
        fed.Events.OfType<AssessmentResultRecorded>().Select(a => a.Date).Distinct().ShouldContain(new DateOnly(2026, 1, 13));
    }

    [Fact]
    public void A_date_that_is_none_sets_its_row_aside()
    {
        var mapping = ShippedMappings.All.Single(m => m.Name == "x2-assessments");
        var (district, _) = Prepared("x2-assessments", "district-exports/fake_x2_assessments.csv");
        var content = Encoding.UTF8.GetBytes("local_id,assessment_date,assessment_test,assessment_subject,assessment_scale_score,assessment_performance_level,assessment_growth\n100,nodate,MCAS,ELA,222,NI,\n");
        district.Mappings = With(mapping);
        district.Feed([new("bad_x2_assessments.csv", content)]).In("bad_x2_assessments.csv").Distinct().ShouldBe([(2, "date.format")]);
    }

    [Fact]
    public void A_file_without_header_is_rejected_by_a_mapping_that_expects_one()
    {
        var district = new District().Given(TestData.BadInput("00-valid-baseline"));
        district.Mappings = With(ShippedMappings.All.Single(m => m.Name == "x2-student-sections") with { Files = ["*"] });
        var fed = district.Feed([new("fake_no_headers.csv", TestData.Bytes("district-exports/fake_no_headers.csv"))]);
        fed.Codes.ShouldContain("header.required-missing");
        fed.Plan.News.ShouldBeEmpty();
        fed.Counts("fake_no_headers.csv").Read.ShouldBe(0);
    }

    /// <summary>A word that nobody decided about (a typo in a valid list) sets its row aside; it never turns a child's program off.</summary>
    [Fact]
    public void A_typo_in_a_code_is_a_question_and_not_an_answer()
    {
        var (district, content) = Prepared("x2-students", "district-exports/fake_students_export.csv");
        var fed = district.Feed([new("students_export.csv", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("Free Lunch", "Fre Lunch", StringComparison.Ordinal)))]);
        fed.In("students_export.csv").Select(i => i.Code).ShouldContain("mapping.code-unknown");
        fed.Events.OfType<EquityPlatform.Ingestion.Students.StudentProgramRecorded>().ShouldNotContain(p => p.Program == "economicallyDisadvantaged");
    }

    [Fact]
    public void Columns_by_place_are_read_like_columns_by_name()
    {
        var columns = new Dictionary<string, ColumnMapping>
        {
            ["userSourcedId"] = new("id"),
            ["assessmentId"] = new(Constant: "staar"),
            ["date"] = new("administered", Dates: "MMyy"),
            ["grade"] = new("grade"),
            ["subject"] = new(Constant: "Reading Language Arts"),
            ["scale"] = new(Constant: "raw"),
            ["result"] = new("grade"),
        };
        var mapping = new FileMapping("staar-fixed", "STAAR by place", ["*.txt"], new(Widths: [new("administered", 1, 4), new("grade", 5, 2), new("id", 123, 9)]), [], [new("assessments.csv", "local", columns)]);
        CheckMapping.Of(mapping).ShouldBeNull();
        var district = WithStudents("local", ["111111111", "222222222", "333333333", "444444444", "555555555"]);
        district.Mappings = With(mapping);
        var fed = district.Feed([new("STAAR.txt", TestData.Bytes("assessments/STAAR_Summative-sample_anonymized_file.txt"))]);
        fed.Events.OfType<AssessmentResultRecorded>().Select(a => (a.Date, a.Grade)).Distinct().ShouldBe([(new DateOnly(2023, 5, 1), "03")]);
    }

    static SourceMappings With(FileMapping mapping) => SourceMappings.Evolve(SourceMappings.Type.Initial, new MappingSaved("sis", mapping));

    /// <summary>A district that knows everybody whom a sample names, with the mapping saved.</summary>
    static (District District, byte[] Content) Prepared(string name, string sample)
    {
        var mapping = ShippedMappings.All.Single(m => m.Name == name);
        mapping = mapping with { Files = ["*"] };
        var content = TestData.Bytes(sample);
        var tables = PlainFiles.Open("sample.csv", PackageFile.Of(content), mapping, new IssueLog()).Select(f => f.Table!).ToList();
        var system = tables.Select(t => t.Identifier).FirstOrDefault(s => s is not null);
        var district = WithStudents(system, Values(tables, "userSourcedId").Except(tables.Exists(t => t.Spec == FileSpecs.Users) ? Values(tables, "userSourcedId") : []),
            Values(tables, "schoolSourcedId").Concat(Values(tables, "orgSourcedIds")).Concat(Values(tables, "orgSourcedId")), Values(tables, "classSourcedId"));
        district.Mappings = With(mapping);
        return (district, content);
    }

    static List<string> Values(IEnumerable<Table> tables, string column) =>
        tables.Where(t => t.Spec.Find(column) is not null).SelectMany(t => t.Rows.Where(r => r.IsKept).Select(r => r[t.Spec[column]])).OfType<string>().Distinct(StringComparer.Ordinal).ToList();

    static District WithStudents(string? system, IEnumerable<string> students, IEnumerable<string>? schools = null, IEnumerable<string>? classes = null)
    {
        string[] all = ["s1", .. (schools ?? []).Except(["s1"])];
        var package = TestData.BadInput("00-valid-baseline")
            .WithFile("orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nd1,,,District,district,,\n" + string.Concat(all.Select(s => $"{s},,,{s},school,,d1\n")))
            .WithFile("academicSessions.csv", "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
                + string.Concat(Enumerable.Range(2005, 24).Select(y => $"{(y == 2025 ? "sy25" : $"y{y}")},,,Year,schoolYear,{y - 1}-07-01,{y}-07-01,,{y}\n")) + "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025\n")
            .WithFile("classes.csv", "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\nk1,,,x,,c1,,scheduled,,s1,t1,,,\n"
                + string.Concat((classes ?? []).Select(c => $"{c},,,x,,c1,,scheduled,,s1,t1,,,\n")))
            .WithFile("users.csv", "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
                + "t001,,,true,s1,teacher,t,,Tea,Cher,,,,,,,,\n"
                + string.Concat(students.Select((s, i) => system is null ? $"{s},,,true,s1,student,u,,Given,Family,,,,,,,,\n" : $"u{i},,,true,s1,student,u,{{{system}:{s}}},Given,Family,,,,,,,,\n")))
            .WithFile("enrollments.csv", "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\ne9,,,k1,s1,t001,teacher,true,,\n")
            .WithFile("demographics.csv", "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\n");
        var district = new District();
        var given = district.When(package);
        given.Validated.Issues.Where(i => i.Severity != Severity.Warning).ShouldBeEmpty();
        return district;
    }
}
