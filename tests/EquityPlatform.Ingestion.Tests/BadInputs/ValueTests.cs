using System.Text;
using EquityPlatform.Ingestion.Discipline;
using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests.BadInputs;

/// <summary>The list of bad inputs, second part: values of fields, rows that contradict or refer to nothing. Numbers are stable.</summary>
public sealed class ValueTests
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");
    readonly District district = new District().Given(Baseline);

    Fed With(string file, string old, string replacement) => district.When(Baseline.With(file, old, replacement));

    Fed Side(string file, string text) => district.When(Baseline, (file, text));

    static IEnumerable<string> Aside(Fed fed) => fed.Validated.Issues.Where(i => i.Severity != Severity.Warning).Select(i => $"{i.File}:{i.Row}:{i.Code}");

    [Fact]
    public void N09_one_id_with_different_content_sets_all_of_them_aside()
    {
        var fed = new District().When(Baseline.With("users.csv", "u002,,,true,s1,student,user2", "u001,,,true,s1,student,user2"));
        fed.In("users.csv").Where(i => i.Code == "id.duplicate-different").Select(i => i.Row).ShouldBe([2, 3]);
        fed.Plan.News.Where(n => n.Event.Source!.File == "users.csv").Select(n => n.Event.Source!.Row).Distinct().ShouldBe([4, 5, 6, 7], ignoreOrder: true);
    }

    [Fact]
    public void N10_the_same_row_twice_counts_once()
    {
        var fed = district.When(TestData.BadInput("10-duplicate-row-identical"));
        fed.Codes.ShouldContain("id.duplicate-identical");
        fed.Plan.News.ShouldBeEmpty();
        fed.Plan.Total.ShouldBe(new(25, 0, 25, 0, 0));
    }

    [Fact]
    public void N11_a_dangling_reference_does_not_fail_the_rest() =>
        Aside(new District().When(TestData.BadInput("11-dangling-user-reference"))).ShouldBe(["enrollments.csv:2:ref.missing"]);

    [Fact]
    public void N12_a_circle_of_parents_is_set_aside_whole()
    {
        var fed = new District().When(Baseline.With("orgs.csv", "d1,,,Example District,district,0612345,", "d1,,,Example District,district,0612345,s1"));
        fed.In("orgs.csv").Where(i => i.Code == "ref.cycle").Select(i => i.Row).ShouldBe([2, 3]);
    }

    [Fact]
    public void N12_a_circle_of_terms_is_set_aside_whole()
    {
        var fed = new District().When(Baseline.With("academicSessions.csv", "schoolYear,2024-08-19,2025-06-07,,2025", "schoolYear,2024-08-19,2025-06-07,t1,2025"));
        fed.In("academicSessions.csv").Where(i => i.Code == "ref.cycle").Select(i => i.Row).ShouldBe([2, 3]);
        fed.Events.OfType<Roster.SessionRecorded>().ShouldBeEmpty();
    }

    [Fact]
    public void N13_an_enumeration_in_another_case_is_read_as_meant()
    {
        var fed = district.When(TestData.BadInput("13-enum-wrong-case"));
        fed.Codes.ShouldContain("enum.case");
        fed.Plan.News.ShouldBeEmpty("it says what was said before");
    }

    [Fact]
    public void N14_an_unknown_enumeration_is_set_aside_and_an_extension_kept_as_it_is()
    {
        Aside(With("classes.csv", ",scheduled,", ",seminar,")).ShouldBe(["classes.csv:2:enum.unknown"]);
        var fed = With("classes.csv", ",scheduled,", ",ext:lab,");
        fed.Codes.ShouldContain("enum.extension");
        fed.Events.OfType<Roster.ClassRecorded>().ShouldHaveSingleItem().Kind.ShouldBe("ext:lab");
    }

    [Theory]
    [InlineData("TRUE")]
    [InlineData("1")]
    [InlineData("Y")]
    [InlineData("yes")]
    public void N15_booleans_of_other_systems_are_read(string yes)
    {
        var fed = With("users.csv", "u001,,,true", $"u001,,,{yes}");
        fed.Codes.ShouldBe(["boolean.form"]);
        fed.Plan.News.ShouldBeEmpty("it says what was said before");
    }

    [Fact]
    public void N15_what_is_no_boolean_is_set_aside_and_no_is_no()
    {
        Aside(With("users.csv", "u001,,,true", "u001,,,maybe")).ShouldBe(["users.csv:2:boolean.unknown"]);
        With("users.csv", "u001,,,true", "u001,,,N").Events.ShouldHaveSingleItem().ShouldBeOfType<StudentRecorded>().Enabled.ShouldBeFalse();
    }

    [Theory]
    [InlineData("1/05/2023", "date.format")]
    [InlineData("1/14/2026", "date.format")]
    [InlineData("2010-02-30", "date.range")]
    [InlineData("0003-01-15", "date.range")]
    [InlineData("0209-01-15", "date.range")]
    [InlineData("2086-01-15", "date.range")]
    [InlineData("2173-01-15", "date.range")]
    [InlineData("6209-01-15", "date.range")]
    public void N16_N17_dates_are_never_guessed_and_must_be_plausible(string date, string code) => Aside(With("demographics.csv", "2010-01-15", date)).ShouldBe([$"demographics.csv:2:{code}"]);

    [Fact]
    public void N16_an_instant_where_a_date_belongs_is_its_date()
    {
        var fed = With("demographics.csv", "2010-01-15", "2010-01-15T00:00:00.000Z");
        fed.Codes.ShouldBe(["date.time-dropped"]);
        fed.Plan.News.ShouldBeEmpty("it is the date that was known");
    }

    [Fact]
    public void N18_an_end_before_its_beginning_is_set_aside_a_day_outside_the_terms_is_told()
    {
        Aside(With("enrollments.csv", "e1,,,k1,s1,u001,student,false,2024-08-19,2024-12-21", "e1,,,k1,s1,u001,student,false,2024-12-21,2024-08-19")).ShouldBe(["enrollments.csv:2:date.order"]);
        With("enrollments.csv", "e1,,,k1,s1,u001,student,false,2024-08-19,2024-12-21", "e1,,,k1,s1,u001,student,false,2024-08-01,2024-12-21").Codes.ShouldContain("date.outside-session");
    }

    const string Attendance = "userSourcedId,schoolSourcedId,date,category,scope\n";
    const string Calendar = "schoolSourcedId,date,kind\ns1,2024-10-04,instructional\ns1,2024-10-07,nonInstructional\ns1,2024-10-08,instructional\n";

    static string Told(Fed fed) => string.Join(' ', fed.Validated.Issues.Where(i => i.Code is "date.no-school" or "date.outside-enrollment").Select(i => $"{i.Row}:{i.Code[5..]}"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void N18_an_event_on_a_day_without_school_is_told_and_taken_in(bool calendarCameBefore)
    {
        // A Monday that is called off, a Saturday that is not in the calendar, a day of school, a school and a time without a calendar
        const string Days = Attendance + "u001,s1,2024-10-07,absentExcused,\nu001,s1,2024-10-05,tardy,\nu001,s1,2024-10-08,absentExcused,\nu001,s1,2024-12-02,absentExcused,\n";
        var district = calendarCameBefore ? new District().Given(Baseline, ("calendar.csv", Calendar)) : new District();
        var fed = calendarCameBefore ? district.When(Baseline, ("attendance.csv", Days)) : district.When(Baseline, ("calendar.csv", Calendar), ("attendance.csv", Days));
        Told(fed).ShouldBe("2:no-school 3:no-school");
        fed.Counts("attendance.csv").Accepted.ShouldBe(4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void N18_an_event_outside_the_enrollment_is_told_and_taken_in(bool rosterCameBefore)
    {
        // The first student leaves in October, the second stays to the end of the term; nobody of them was ever at the other school
        var roster = Baseline.With("enrollments.csv", "e1,,,k1,s1,u001,student,false,2024-08-19,2024-12-21", "e1,,,k1,s1,u001,student,false,2024-08-19,2024-10-01");
        const string Days = Attendance + "u001,s1,2024-09-30,absentExcused,\nu001,s1,2024-10-01,absentExcused,\nu002,s1,2024-10-01,absentExcused,\nu002,s2,2024-10-01,absentExcused,\n";
        const string Incidents = "incidentId,schoolSourcedId,date,userSourcedId,behavior,role\ni1,s1,2024-11-01,u001,fight,offender\ni1,s1,2024-11-01,u002,fight,victim\n";
        const string Actions = "actionId,userSourcedId,date,kind,days,incidentIds,schoolSourcedId\na1,u001,2024-11-01,iss,1,i1,s1\na2,u001,2024-11-01,iss,1,i1,\n";
        (string, string)[] events = [("attendance.csv", Days), ("disciplineIncidents.csv", Incidents), ("disciplineActions.csv", Actions)];
        var fed = rosterCameBefore
            ? new District().Given(roster).Feed([.. events.Select(e => new Packages.UploadPart(e.Item1, Encoding.UTF8.GetBytes(e.Item2)))])
            : new District().When(roster, events);
        Told(fed).ShouldBe("3:outside-enrollment 5:outside-enrollment 2:outside-enrollment 2:outside-enrollment");
        fed.Counts("attendance.csv").Accepted.ShouldBe(4);
    }

    [Fact]
    public void N18_nothing_is_told_of_a_year_whose_enrollments_nobody_sent() =>
        Told(new District().When(Baseline.WithFile("enrollments.csv", Encoding.UTF8.GetString(TestData.Unzip(Baseline)["enrollments.csv"]).Split('\n')[0] + "\n"), ("attendance.csv", Attendance + "u001,s1,2024-10-07,absentExcused,\n"))).ShouldBeEmpty();

    [Fact]
    public void N20_ids_that_a_spreadsheet_made_numbers_are_set_aside() => Aside(With("users.csv", "u005,,,true", "6.05E+05,,,true")).ShouldContain("users.csv:6:id.scientific-notation");

    [Fact]
    public void N36_a_formula_in_a_name_is_stored_as_it_is() =>
        With("orgs.csv", "North School", "\"=HYPERLINK(\"\"http://x\"\")\"").Events.OfType<Roster.OrganizationRecorded>().ShouldHaveSingleItem().Name.ShouldBe("=HYPERLINK(\"http://x\")");

    [Fact]
    public void N37_race_that_is_not_answered_stays_unknown()
    {
        var fed = new District().When(TestData.BadInput("37-race-combinations"));
        var silent = fed.Events.OfType<StudentDemographicsRecorded>().Where(d => d.RaceEthnicity == "notReported").ShouldHaveSingleItem();
        (silent.Hispanic, silent.Races.Count).ShouldBe((null, 0), "blank is not no");
        fed.Codes.ShouldContain("sex.unknown");
        fed.Events.OfType<StudentDemographicsRecorded>().Single(d => fed.Plan.News.Single(n => n.Event.Data == (object)d).Event.Source!.Row == fed.In("demographics.csv").Single(i => i.Code == "sex.unknown").Row).Sex.ShouldBeNull();
    }

    [Fact]
    public void N38_demographics_of_ghosts_and_staff_are_set_aside()
    {
        var fed = new District().When(TestData.BadInput("38-demographics-for-non-student-and-ghost"));
        Aside(fed).ShouldBe(["demographics.csv:7:demographics.not-a-student", "demographics.csv:8:ref.missing"], ignoreOrder: true);
        fed.Events.OfType<StudentDemographicsRecorded>().Count().ShouldBe(5);
    }

    [Fact]
    public void N38_demographics_of_one_student_twice_are_set_aside_and_leave_what_was_known()
    {
        var fed = With("demographics.csv", "u002,,,2010-02-15,female", "u001,,,2010-02-15,male");
        fed.In("demographics.csv").Where(i => i.Code == "id.duplicate-different").Select(i => i.Row).ShouldBe([2, 3]);
        fed.Events.OfType<StudentDemographicsRecorded>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("NULL", null)]
    [InlineData("N/A", null)]
    [InlineData("-", null)]
    [InlineData("   ", null)]
    [InlineData("\u00a0Rene\u0301\u200b ", "Ren\u00e9")]
    public void N39_blanks_in_all_their_forms_and_accents_in_one(string written, string? read)
    {
        var identity = With("users.csv", "user1,,Given1,Family1,,", $"user1,,Given1,Family1,{written},").Events.OfType<Unsealed>().Select(u => u.Private).OfType<Identity>().SingleOrDefault();
        identity?.MiddleName.ShouldBe(read);
        (identity is null).ShouldBe(read is null);
    }

    [Fact]
    public void N40_ids_that_differ_only_in_case_are_two()
    {
        var two = new District();
        var fed = two.When(TestData.BadInput("40-ids-differ-only-by-case"));
        fed.Codes.ShouldContain("id.case-collision");
        two.Person("u001").ShouldNotBe(two.Person("U001"));
        fed.Events.OfType<StudentRecorded>().Count().ShouldBe(6);
    }

    [Fact]
    public void N41_an_enrolment_at_another_school_than_its_class_is_told_and_taken()
    {
        var fed = new District().When(TestData.BadInput("41-enrollment-school-not-class-school"));
        fed.Codes.ShouldContain("ref.school-mismatch");
        fed.Events.OfType<SectionEnrollmentRecorded>().Select(e => e.SchoolId).Distinct().ShouldBe(["s2"], "the enrolment says where the student is");
    }

    [Fact]
    public void N41_a_student_at_two_schools_is_at_both()
    {
        var fed = district.Released(Baseline.With("enrollments.csv", "e9,,,k1,s1,t001,teacher", "e10,,,k1,s2,u001,student,false,2024-08-19,2024-12-21\r\ne9,,,k1,s1,t001,teacher"));
        fed.Codes.ShouldContain("ref.school-mismatch");
        fed.Events.OfType<SchoolEnrollmentDerived>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.SchoolId.ShouldBe("s2"), e => e.Withdrawn.ShouldBeFalse());
    }

    [Fact]
    public void N41_a_student_at_two_schools_is_told_of_and_the_first_one_is_the_primary_school()
    {
        var fed = district.When(Baseline.With("users.csv", "u001,,,true,s1,student", "u001,,,true,\"s2,d1,s1\",student").With("users.csv", "u002,,,true,s1,student", "u002,,,true,\"d1,s1\",student"));
        fed.In("users.csv").ShouldBe([(2, "user.two-schools")], "a school and its district are not two schools");
        fed.Events.OfType<StudentRecorded>().Select(s => string.Join(' ', s.Organizations)).ShouldBe(["s2 d1 s1", "d1 s1"]);
        // Which organizations are schools is remembered
        var delta = TestData.Zip(new Dictionary<string, byte[]>
        {
            ["manifest.csv"] = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,delta\n"u8.ToArray(),
            ["users.csv"] = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName\nu003,active,2024-09-20T08:00:00.000Z,true,\"s1,s2\",student,user3,Given3,Family3\n"u8.ToArray(),
        });
        district.When(delta).In("users.csv").ShouldBe([(2, "user.two-schools")]);
    }

    [Fact]
    public void N43_attendance_of_somebody_never_sent_is_set_aside_and_counted()
    {
        var fed = Side("attendance.csv", "userSourcedId,schoolSourcedId,date,category\ngone,s1,2024-10-01,absentExcused\nu001,s1,2024-10-01,absentExcused\n");
        (fed.Counts("attendance.csv").Read, fed.Counts("attendance.csv").Accepted, fed.Counts("attendance.csv").Parked).ShouldBe((2, 1, 1));
        fed.In("attendance.csv").ShouldContain((2, "ref.missing"));
        fed.Held.ShouldBeEmpty();
    }

    [Fact]
    public void N45_a_day_counts_once_and_wins_over_its_periods()
    {
        var fed = Side("attendance.csv", """
            userSourcedId,schoolSourcedId,date,scope,period,category,portion
            u001,s1,2024-10-01,day,,absentExcused,
            u001,s1,2024-10-01,day,,absentExcused,
            u001,s1,2024-10-01,day,,tardy,
            u001,s1,2024-10-01,period,P1,absentUnexcused,
            u001,s1,2024-10-01,period,P1,absentUnexcused,
            """);
        fed.Events.OfType<AttendanceRecorded>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(a => a.Category.ShouldBe("absentExcused"), a => a.AbsentPortion.ShouldBe(10_000));
        fed.Events.OfType<PeriodAttendanceRecorded>().ShouldHaveSingleItem().Category.ShouldBe("absentUnexcused");
    }

    [Fact]
    public void N46_an_absence_that_is_excused_later_is_a_correction_with_before_and_after()
    {
        Side("attendance.csv", "userSourcedId,schoolSourcedId,date,category\nu001,s1,2024-10-01,absentUnexcused\n");
        var corrected = Side("attendance.csv", "userSourcedId,schoolSourcedId,date,category\nu001,s1,2024-10-01,absentExcused\n").Events.OfType<AttendanceRecorded>().ShouldHaveSingleItem();
        corrected.Category.ShouldBe("absentExcused");
        corrected.Change.Before.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("4.2", 42_000L)]
    [InlineData("91%", 910_000L)]
    [InlineData("BR400L", null)]
    [InlineData("<1", null)]
    [InlineData("*", null)]
    [InlineData("STRATEGIC 91%", null)]
    public void N47_scores_keep_their_text_and_marks_are_not_zero(string result, long? number) =>
        Side("assessments.csv", $"userSourcedId,assessmentId,date,result\nu001,a,2024-10-01,{result}\n").Events.OfType<AssessmentResultRecorded>().ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(a => a.Result.ShouldBe(result), a => a.Numeric.ShouldBe(number));

    [Fact]
    public void N48_victims_are_no_offenders_and_texts_with_names_are_dropped()
    {
        var fed = Side("disciplineIncidents.csv", "incidentId,schoolSourcedId,date,behavior,userSourcedId,role,description\ni1,s1,2024-10-01,Fight,u001,offender,Given2 hit Given1\ni1,s1,2024-10-01,Fight,u002,victim,\n");
        fed.Events.OfType<DisciplineInvolvementRecorded>().Select(i => i.Role).ShouldBe(["offender", "victim"]);
        System.Text.Json.JsonSerializer.Serialize(fed.Events).ShouldNotContain("hit");
    }
}
