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
