using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

public sealed class DecisionTests
{
    static readonly byte[] Baseline = TestData.BadInput("00-valid-baseline");

    [Fact]
    public void The_same_feed_again_is_no_news()
    {
        var fed = new District().Given(Baseline).When(Baseline);
        fed.Plan.News.ShouldBeEmpty();
        fed.Plan.Total.ShouldBe(new(24, 0, 24, 0, 0));
    }

    [Fact]
    public void A_changed_row_is_one_event_with_hashes_before_and_after()
    {
        var district = new District().Given(Baseline);
        var fed = district.When(Baseline.With("demographics.csv", "u003,,,2010-03-15,female", "u003,,,2010-03-15,male"));
        var news = fed.Plan.News.ShouldHaveSingleItem();
        var changed = news.Event.Data.ShouldBeOfType<StudentDemographicsRecorded>();
        (changed.StudentKey, changed.Sex).ShouldBe((district.Person("u003").ToString("N"), "male"));
        changed.Change.Before.ShouldNotBeNull().ShouldNotBe(changed.Change.After);
        news.Event.Source.ShouldBe(new(fed.Feed, "demographics.csv", 4));
        fed.Counts("demographics.csv").ShouldBe(new(5, 1, 4, 0, 0));
    }

    [Fact]
    public void A_changed_name_or_birth_date_is_one_event_each_to_be_sealed()
    {
        var district = new District().Given(Baseline);
        var fed = district.When(Baseline.With("users.csv", "Given3,Family3", "Other,Name").With("demographics.csv", "2010-03-15", "2010-03-16"));
        var unsealed = fed.Events.Cast<Unsealed>().ToList();
        unsealed.Select(u => u.StudentKey).Distinct().ShouldBe([district.Person("u003").ToString("N")]);
        var who = unsealed[0].Private.ShouldBeOfType<Identity>();
        (who.GivenName, who.FamilyName, who.SourcedId, who.Identifier).ShouldBe(("Other", "Name", "u003", "003417"));
        who.Change.Before.ShouldNotBeNull();
        unsealed[1].Private.ShouldBeOfType<BirthDate>().Date.ShouldBe(new(2010, 3, 16));
        (fed.Counts("users.csv").Accepted, fed.Counts("demographics.csv").Accepted).ShouldBe((1, 1));
    }

    [Fact]
    public void A_birth_date_that_is_taken_back_is_news_and_one_that_never_was_is_not()
    {
        var without = Baseline.With("demographics.csv", "2010-03-15", "");
        new District().When(without).Events.OfType<Unsealed>().Count(u => u.Private is BirthDate).ShouldBe(4);
        var fed = new District().Given(Baseline).When(without);
        fed.Events.ShouldHaveSingleItem().ShouldBeOfType<Unsealed>().Private.ShouldBeOfType<BirthDate>().Date.ShouldBeNull();
    }

    [Fact]
    public void Names_of_staff_are_not_kept() =>
        new District().When(Baseline).Events.OfType<Unsealed>().Select(u => u.Private).OfType<Identity>().Select(i => i.SourcedId).ShouldBe(["u001", "u002", "u003", "u004", "u005"], ignoreOrder: true);

    [Fact]
    public void Ids_and_hashes_about_persons_follow_from_the_random_pseudonym()
    {
        // The same feed in two districts with the same keys: what events keep for good must not be the same hash of the same external id
        var (one, two) = (new District(), new District());
        var first = one.When(Baseline).Plan.News.Where(n => n.State.Owner is not null).ToList();
        var second = two.When(Baseline).Plan.News.Where(n => n.State.Owner is not null).ToList();
        first.Select(n => n.Event.Id).Intersect(second.Select(n => n.Event.Id)).ShouldBeEmpty();
        first.Select(n => n.State.Hash).Intersect(second.Select(n => n.State.Hash)).ShouldBeEmpty();
        first.Select(n => n.Event.Id).Distinct().Count().ShouldBe(first.Count);
    }

    [Fact]
    public void A_changed_grade_changes_the_student_and_the_derived_enrolment()
    {
        var fed = new District().Given(Baseline).When(Baseline.With("users.csv", "003417,user3@example.org,,,,09,", "003417,user3@example.org,,,,10,"));
        fed.Events.Select(e => e.GetType()).ShouldBe([typeof(StudentRecorded), typeof(SchoolEnrollmentDerived)]);
        fed.Events.OfType<SchoolEnrollmentDerived>().Single().Grade.ShouldBe("10");
    }

    [Fact]
    public void A_school_enrolment_runs_from_the_earliest_begin_to_the_latest_end()
    {
        var longer = Baseline.With("academicSessions.csv", "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025", "t1,,,Fall,semester,2024-08-19,2024-12-21,sy25,2025\r\nt2,,,Spring,semester,2025-01-06,2025-06-07,sy25,2025")
            .With("classes.csv", "k1,,,Algebra 1 - P1", "k2,,,Algebra 1 - P2,09,c1,ALG1-02,scheduled,101,s1,t2,Mathematics,02052,1\r\nk1,,,Algebra 1 - P1")
            .With("enrollments.csv", "e2,,,k1,s1,u002", "e12,,,k2,s1,u001,student,false,,\r\ne2,,,k1,s1,u002");
        var district = new District();
        var fed = district.When(longer);
        var derived = fed.Events.OfType<SchoolEnrollmentDerived>().Single(e => e.StudentKey == district.Person("u001").ToString("N"));
        (derived.SchoolId, derived.SchoolYear, derived.EntryDate, derived.ExitDate, derived.Grade, derived.Withdrawn)
            .ShouldBe(("s1", 2025, new DateOnly(2024, 8, 19), new DateOnly(2025, 6, 7), "09", false));
        derived.Rows.Select(r => (r.File, r.Row)).ShouldBe([("enrollments.csv", 2), ("enrollments.csv", 3), ("users.csv", 2)]);
    }

    [Fact]
    public void A_move_to_another_school_withdraws_the_first()
    {
        var district = new District().Given(Baseline);
        var fed = district.When(Baseline.With("enrollments.csv", "e2,,,k1,s1,u002", "e2,,,k1,s2,u002"));
        fed.Events.OfType<SchoolEnrollmentDerived>().Select(e => (e.SchoolId, e.Withdrawn)).ShouldBe([("s2", false), ("s1", true)]);
    }

    [Fact]
    public void The_side_file_wins_over_columns_and_a_conflict_is_a_warning()
    {
        var withColumn = Baseline.With("users.csv", "grades,password", "grades,password,metadata.iep")
            .With("users.csv", "user1@example.org,,,,09,", "user1@example.org,,,,09,,false").With("users.csv", "user2@example.org,,,,09,", "user2@example.org,,,,09,,true")
            .With("users.csv", "user3@example.org,,,,09,", "user3@example.org,,,,09,,").With("users.csv", "user4@example.org,,,,09,", "user4@example.org,,,,09,,")
            .With("users.csv", "user5@example.org,,,,09,", "user5@example.org,,,,09,,").With("users.csv", "t1@example.org,,,,,", "t1@example.org,,,,,,");
        var district = new District();
        var fed = district.When(withColumn, ("programs.csv", "userSourcedId,program,beginDate,endDate,schoolSourcedId\nu001,iep,2024-09-01,,\n"));
        fed.Events.OfType<StudentProgramRecorded>().OrderBy(p => p.BeginDate is null).Select(p => (p.StudentKey, p.Participates, p.BeginDate))
            .ShouldBe([(district.Person("u001").ToString("N"), true, new DateOnly(2024, 9, 1)), (district.Person("u002").ToString("N"), true, (DateOnly?)null)]);
        fed.Validated.Issues.ShouldHaveSingleItem().ShouldSatisfyAllConditions(i => i.Code.ShouldBe("program.conflict"), i => i.Row.ShouldBe(2));
        // Without the side file in the next feed, what it said still counts
        district.When(withColumn).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Attendance_is_one_entry_a_day_and_the_longer_absence_counts()
    {
        var attendance = "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\n"
            + "u001,s1,2024-09-03,day,absentExcused,,flu\n" + "u001,s1,2024-09-03,,tardy,,\n" + "u002,s1,2024-09-03,,partial,0.25,\n"
            + "u003,s1,2024-09-03,,partial,,\n" + "u003,s1,2024-09-04,period,absentExcused,,\n" + "u004,s1,2030-09-04,,absentExcused,,\n"
            + "nobody,s1,2024-09-04,,absentExcused,,\n" + "u005,s1,2024-09-05,,Tardy,,\n" + "u005,s1,2024-09-06,,absentExcused,1.5,\n";
        var fed = new District().When(Baseline, ("attendance.csv", attendance));
        fed.Events.OfType<AttendanceRecorded>().Select(a => (a.Date.Day, a.Category, a.AbsentPortion, a.SchoolYear))
            .ShouldBe([(3, "absentExcused", 10_000, 2025), (3, "partial", 2_500, 2025), (5, "tardy", 0, 2025)]);
        fed.In("attendance.csv").Where(i => i.Code != "attendance.coverage-derived").ShouldBe(
        [
            (5, "attendance.portion-missing"), (6, "field.required"), (7, "date.outside-year"), (8, "ref.missing"), (9, "enum.case"), (10, "attendance.portion"), (3, "attendance.several-categories"),
        ], ignoreOrder: true);
        fed.Counts("attendance.csv").ShouldBe(new(9, 3, 1, 4, 0, Parked: 1));
        fed.Events.OfType<AttendanceCoverageDeclared>().Single().ShouldSatisfyAllConditions(
            c => c.Mode.ShouldBe("exceptions"), c => c.Derived.ShouldBeTrue(), c => c.From.ShouldBe(new(2024, 9, 3)), c => c.To.ShouldBe(new(2024, 9, 5)));
    }

    [Fact]
    public void A_day_outside_the_declared_span_is_told_of()
    {
        var fed = new District().When(Baseline, ("declarations.csv", "propertyName,value\nattendance.mode,exceptions\nattendance.from,2024-09-01\nattendance.to,2024-09-30\n"),
            ("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\nu001,s1,2024-10-03,day,absentUnexcused,,\n"));
        fed.In("attendance.csv").ShouldBe([(2, "attendance.outside-coverage")]);
        fed.Counts("attendance.csv").Accepted.ShouldBe(1);
    }

    [Fact]
    public void Every_code_of_a_finding_is_in_the_readme()
    {
        var readme = TestData.Text("ingestion.md");
        IssueTexts.Sentences.Keys.Where(code => !readme.Contains($"| `{code}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void A_corrected_absence_replaces_the_day()
    {
        var district = new District().Given(Baseline, ("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\nu001,s1,2024-09-03,day,absentUnexcused,,\n"));
        var fed = district.Feed([new("attendance.csv", "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\nu001,s1,2024-09-03,day,absentExcused,,\n"u8.ToArray())]);
        fed.Plan.News.ShouldHaveSingleItem().Event.Data.ShouldBeOfType<AttendanceRecorded>().Category.ShouldBe("absentExcused");
    }

    [Fact]
    public void Declarations_add_days_to_sessions_and_state_the_coverage()
    {
        const string declared = "propertyName,value\nattendance.mode,all\nattendance.from,2024-08-19\nattendance.to,2025-06-06\nattendance.derived,false\nsession.t1.instructionalDays,81\nsession.t9.instructionalDays,5\nsomething,else\n";
        var district = new District().Given(Baseline);
        var fed = district.Feed([new("declarations.csv", System.Text.Encoding.UTF8.GetBytes(declared))]);
        fed.Events.OfType<Roster.SessionRecorded>().Single().ShouldSatisfyAllConditions(s => s.SessionId.ShouldBe("t1"), s => s.InstructionalDays.ShouldBe(81));
        fed.Events.OfType<AttendanceCoverageDeclared>().Single().ShouldSatisfyAllConditions(c => c.Mode.ShouldBe("all"), c => c.Derived.ShouldBeFalse());
        fed.Counts("declarations.csv").ShouldBe(new(7, 5, 0, 1, 0, Parked: 1));
        // A later bulk file without declarations keeps the days
        district.When(Baseline).Plan.News.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("users.csv", "role", "header.required-missing")]
    [InlineData("users.csv", "sourcedId", "header.required-missing")]
    public void A_missing_column_rejects_the_file_and_not_the_others(string file, string column, string code)
    {
        var fed = new District().Given(Baseline).When(Baseline.With(file, column, "other" + column));
        fed.Validated.Issues.ShouldContain(i => i.File == file && i.Code == code && i.Column == column && i.Severity == Severity.FileRejected);
        fed.Plan.News.ShouldBeEmpty();
        fed.Plan.Total.WouldDelete.ShouldBe(0);
        fed.Counts("enrollments.csv").Unchanged.ShouldBe(6);
    }

    [Fact]
    public void Social_security_numbers_are_dropped_and_reported()
    {
        var fed = new District().When(Baseline.With("users.csv", "middleName", "studentSSN").With("users.csv", "Given1,Family1,", "Given1,Family1,123-45-6789")
            .With("orgs.csv", "s2,,,South School,school,061234500002,d1", "123-45-6789,,,South School,school,061234500002,d1"));
        fed.Codes.ShouldContain("ssn.column-dropped");
        fed.In("orgs.csv").ShouldContain((4, "ssn.value"));
        System.Text.Json.JsonSerializer.Serialize(new { fed.Validated.Issues, Events = fed.Events.ToList() }).ShouldNotContain("123-45");
    }

    [Fact]
    public void Parents_in_a_circle_are_set_aside()
    {
        var fed = new District().When(Baseline.With("orgs.csv", "d1,,,Example District,district,0612345,", "d1,,,Example District,district,0612345,s1"));
        fed.In("orgs.csv").ShouldBe([(2, "ref.cycle"), (3, "ref.cycle"), (4, "ref.missing")], ignoreOrder: true);
    }

    [Fact]
    public void Same_id_with_different_content_sets_all_of_them_aside()
    {
        var fed = new District().When(Baseline.With("orgs.csv", "s2,,,South School", "s1,,,South School"));
        fed.In("orgs.csv").ShouldBe([(3, "id.duplicate-different"), (4, "id.duplicate-different")]);
    }

    [Fact]
    public void Quotes_escaped_by_a_backslash_are_repaired()
    {
        var fed = new District().When(Baseline.With("orgs.csv", "South School", "\"South \\\"Old\\\" School\""));
        fed.Events.OfType<Roster.OrganizationRecorded>().Select(o => o.Name).ShouldContain("South \"Old\" School");
        fed.Codes.ShouldBe(["csv.backslash-quote"]);
    }

    [Fact]
    public void A_quote_that_swallows_rows_rejects_the_file()
    {
        var fed = new District().When(Baseline.With("users.csv", "user1,,Given1", "user1,,\"Given1").With("users.csv", "user3,,Given3,Family3", "user3,,Given3,Family3\""));
        fed.Validated.Issues.ShouldContain(i => i.File == "users.csv" && i.Code == "csv.unterminated-quote" && i.Severity == Severity.FileRejected);
    }

    [Fact]
    public void Utf16_and_semicolons_are_read_with_a_warning()
    {
        var files = TestData.Unzip(Baseline);
        files["orgs.csv"] = [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(System.Text.Encoding.UTF8.GetString(files["orgs.csv"]))];
        files["courses.csv"] = [.. files["courses.csv"].Select(b => b == ',' ? (byte)';' : b)];
        var fed = new District().Given(Baseline).When(TestData.Zip(files));
        fed.Codes.ShouldBe(["encoding.utf16", "csv.delimiter"]);
        fed.Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Text_is_trimmed_composed_and_words_for_blank_are_blank()
    {
        var fed = new District().When(Baseline.With("orgs.csv", "South School", "\u00A0 E\u0301cole du Sud \u200B").With("orgs.csv", "061234500002", "N/A"));
        var school = fed.Events.OfType<Roster.OrganizationRecorded>().Single(o => o.OrgId == "s2");
        (school.Name, school.NcesId).ShouldBe(("\u00C9cole du Sud", null));
    }

    [Fact]
    public void Events_about_students_carry_no_source_id_and_have_stable_ids()
    {
        static List<(Guid, string)> Run() => [.. new District().When(Baseline).Plan.News.Where(n => n.StreamType == "school").Select(n => (n.Event.Id, n.Stream))];
        Run().ShouldBe(Run());
        var json = string.Join('\n', new District().When(Baseline).Plan.News.Where(n => n.StreamType is "student" or "person").Select(n => n.Stream + System.Text.Json.JsonSerializer.Serialize(n.Event.Data, n.Event.Data.GetType())));
        foreach (var secret in new[] { "u001", "t001", "Given1", "Family1", "2010-01-15", "001417", "example.org", "user1" })
            json.ShouldNotContain(secret);
        // Nor does what is yet to be sealed show itself in a log line
        var unsealed = new District().When(Baseline).Plan.News.Where(n => n.Event.Data is Unsealed).ToList();
        unsealed.ShouldNotBeEmpty();
        foreach (var text in unsealed.Select(n => n.ToString()))
            foreach (var secret in new[] { "u001", "Given", "Family", "2010-", "001417", "002417", "003417" })
                text.ShouldNotContain(secret);
    }
}
