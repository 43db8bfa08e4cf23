using EquityPlatform.Ingestion.Learning;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Staffing;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>OneRoster 1.2: roles.csv gives role and organizations; the same district says the same in both versions.</summary>
public sealed class OneRoster12Tests
{
    [Fact]
    public void A_district_is_the_same_in_both_versions()
    {
        var (one, two) = (new District().When(TestData.GrandBend()), new District().When(TestData.GrandBend("grandbend-oneroster-1.2.zip")));
        two.Validated.Rejection.ShouldBeNull();
        two.Validated.Issues.Where(i => i.Severity != Severity.Warning).Select(i => (i.File, i.Row, i.Code)).ShouldBeEmpty();
        foreach (var type in new[] { typeof(StudentRecorded), typeof(StudentDemographicsRecorded), typeof(SectionEnrollmentRecorded), typeof(SchoolEnrollmentDerived), typeof(PersonRecorded) })
            two.Events.Count(e => e.GetType() == type).ShouldBe(one.Events.Count(e => e.GetType() == type), type.Name);
        two.Events.OfType<StaffAssignmentRecorded>().ShouldNotBeEmpty();
        two.Events.OfType<StudentRecorded>().Select(s => (s.Grade, s.Organizations.Count)).ShouldBe(one.Events.OfType<StudentRecorded>().Select(s => (s.Grade, s.Organizations.Count)), ignoreOrder: true);
    }

    const string Student = "rol-stu-604822,,,stu-604822,primary,student,,,255901001,";

    [Theory]
    // Each school may have a primary role: without more, the order of the rows
    [InlineData("2,,,stu-604822,primary,student,,,255901044,", "", "255901001,255901044")]
    [InlineData("2,,,stu-604822,secondary,student,,,255901044,", "", "255901001,255901044")]
    // The user's own primary organization decides
    [InlineData("2,,,stu-604822,primary,student,,,255901044,", "255901044", "255901044,255901001")]
    [InlineData("2,,,stu-604822,secondary,student,,,255901044,", "255901044", "255901044,255901001")]
    public void The_primary_school_of_a_student_at_two_stands_first(string more, string primary, string expected) =>
        Organizations(Student + "\n" + more, primary).ShouldBe((expected, "user.two-schools"));

    [Theory]
    [InlineData("1,,,stu-604822,secondary,student,,,255901001,", "2,,,stu-604822,primary,student,,,255901044,")]
    // A role that is over does not lead
    [InlineData("1,,,stu-604822,primary,student,2021-08-23,2021-12-01,255901001,", "2,,,stu-604822,primary,student,2021-12-01,,255901044,")]
    // Said twice of one school: primary counts
    [InlineData("1,,,stu-604822,secondary,student,,,255901001,\n3,,,stu-604822,secondary,student,,,255901044,", "2,,,stu-604822,primary,student,2021-12-01,,255901044,")]
    public void A_school_with_a_primary_role_that_lasts_stands_before_the_others(string first, string second) =>
        Organizations(first + "\n" + second, "").ShouldBe(("255901044,255901001", "user.two-schools"));

    [Fact]
    public void A_primary_organization_that_the_user_is_not_at_is_told_of_and_not_used() =>
        Organizations(Student, "255901044").ShouldBe(("255901001", "user.primary-elsewhere"));

    /// <summary>Organizations of one student under these rows of roles.csv, and what is said of the student's row.</summary>
    static (string, string) Organizations(string roles, string primary)
    {
        var package = TestData.GrandBend("grandbend-oneroster-1.2.zip").With("roles.csv", Student, roles).With("users.csv", "604822@students.example.org,,,,09,,,,,,,255901001,", $"604822@students.example.org,,,,09,,,,,,,{primary},");
        var district = new District { Today = new(2022, 1, 15) };
        var fed = district.When(package);
        var key = district.Person("stu-604822").ToString("N");
        return (string.Join(',', fed.Events.OfType<StudentRecorded>().Single(s => s.StudentKey == key).Organizations), string.Join(',', fed.In("users.csv").Where(i => i.Row > 1).Select(i => i.Code)));
    }

    [Fact]
    public void A_corrected_user_keeps_the_role_that_only_roles_csv_gives()
    {
        var package = TestData.GrandBend("grandbend-oneroster-1.2.zip");
        var lines = System.Text.Encoding.UTF8.GetString(TestData.Unzip(package)["users.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var (at, enabled) = (Array.FindIndex(lines, line => line.StartsWith("stu-", StringComparison.Ordinal)), Array.IndexOf(lines[0].Split(','), "enabledUser"));
        var fields = lines[at].Split(',');
        fields[enabled] = "perhaps";
        var whole = new District().When(package);
        var district = new District();
        var fed = district.When(package.WithFile("users.csv", string.Join('\n', [.. lines[..at], string.Join(',', fields), .. lines[(at + 1)..]])));
        fed.In("users.csv").ShouldContain((at + 1, "boolean.unknown"));
        district.Correct(fed.Feed, "users.csv", at + 1, "enabledUser", "true").ShouldBeTrue();
        var replayed = district.Replay()!;
        replayed.Validated.Issues.ShouldBeEmpty();
        var student = replayed.Events.OfType<StudentRecorded>().ShouldHaveSingleItem();
        whole.Events.OfType<StudentRecorded>().Select(s => string.Join(',', s.Organizations)).ShouldContain(string.Join(',', student.Organizations));
        fed.Events.OfType<StudentRecorded>().Count().ShouldBe(whole.Events.OfType<StudentRecorded>().Count() - 1);
    }

    [Fact]
    public void A_post_that_roles_csv_no_longer_holds_is_over_once_and_can_come_back()
    {
        var package = TestData.GrandBend("grandbend-oneroster-1.2.zip");
        var lines = System.Text.Encoding.UTF8.GetString(TestData.Unzip(package)["roles.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var at = Array.FindIndex(lines, line => line.Contains(",teacher,", StringComparison.Ordinal));
        var without = package.WithFile("roles.csv", string.Join('\n', [.. lines[..at], .. lines[(at + 1)..]]));
        var district = new District { Today = new(2022, 3, 1) }.Given(package, ("staffing.csv", "staffSourcedId,orgSourcedId,role,beginDate\nx1,255901001,nurse,2021-08-23\n"));
        var fed = district.When(without);
        fed.Held.ShouldBeEmpty();
        var over = fed.Events.OfType<StaffAssignmentRecorded>().ShouldHaveSingleItem();
        (over.Role, over.EndDate).ShouldBe(("teacher", new DateOnly(2022, 3, 1)));
        fed.Counts("roles.csv").WouldDelete.ShouldBe(1);
        var again = district.When(without);
        (again.Plan.News.Count, again.Plan.Total.WouldDelete).ShouldBe((0, 0));
        // What staffing.csv stated is not for roles.csv to end, nor the other way round
        district.When(package).Events.OfType<StaffAssignmentRecorded>().ShouldHaveSingleItem().EndDate.ShouldBeNull();
        var staffing = district.Feed([new("declarations.csv", "propertyName,value\ncomplete.staffing,true\n"u8.ToArray()), new("staffing.csv", "staffSourcedId,orgSourcedId,role,beginDate\nx2,255901001,nurse,2021-08-23\n"u8.ToArray())], released: true);
        staffing.Events.OfType<StaffAssignmentRecorded>().Select(a => (a.StaffKey == district.Person("x1").ToString("N"), a.EndDate)).ShouldBe([(false, null), (true, new DateOnly(2022, 3, 1))]);
    }

    [Fact]
    public void Results_of_line_items_are_marks()
    {
        var package = TestData.BadInput("00-valid-baseline").With("manifest.csv", "file.lineItems,absent", "file.lineItems,bulk").With("manifest.csv", "file.results,absent", "file.results,bulk")
            .WithFile("lineItems.csv", "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax\nli1,,,Quiz,,2024-10-01,2024-10-08,k1,cat1,t1,0,100\n")
            .WithFile("results.csv", "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment\nr1,,,li1,u001,fully graded,88.5,2024-10-08,Well done Given1\nr2,,,li9,u001,fully graded,1,2024-10-08,\n");
        var fed = new District().When(package);
        var mark = fed.Events.OfType<GradeRecorded>().ShouldHaveSingleItem();
        (mark.CourseId, mark.SectionId, mark.SchoolId, mark.Item, mark.Numeric, mark.SchoolYear).ShouldBe(("c1", "k1", "s1", "li1", 885_000L, 2025));
        fed.In("results.csv").Select(i => i.Code).ShouldContain("ref.missing");
        new District().Given(package).When(package).Plan.News.ShouldBeEmpty();
    }
}
