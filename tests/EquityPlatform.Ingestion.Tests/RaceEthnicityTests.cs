using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Staffing;
using StudentDemographicsRecorded = EquityPlatform.Ingestion.Students.StudentDemographicsRecorded;
using StaffRecorded = EquityPlatform.Ingestion.Staffing.StaffRecorded;
using RaceEthnicity = EquityPlatform.Ingestion.Students.RaceEthnicity;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>The same answers under both versions of the federal roll-up.</summary>
public sealed class RaceEthnicityTests
{
    [Theory]
    [InlineData(true, "white", "hispanic", "twoOrMore")]
    [InlineData(true, "", "hispanic", "hispanic")]
    [InlineData(null, "", "notReported", "notReported")]
    [InlineData(false, "asian", "asian", "asian")]
    [InlineData(false, "asian,white", "twoOrMore", "twoOrMore")]
    [InlineData(false, "twoOrMore", "twoOrMore", "twoOrMore")]
    [InlineData(false, "middleEasternOrNorthAfrican", "white", "middleEastern")]
    [InlineData(false, "middleEasternOrNorthAfrican,white", "white", "twoOrMore")]
    [InlineData(null, "declinedToRespond", "notReported", "notReported")]
    [InlineData(false, "otherRace", "notReported", "notReported")]
    public void Is_rolled_up_by_its_version(bool? hispanic, string races, string two, string combined)
    {
        string[] answers = races.Split(',', StringSplitOptions.RemoveEmptyEntries);
        RaceEthnicity.RollUp(hispanic, answers).ShouldBe(two);
        RaceEthnicity.RollUp(hispanic, answers, RaceEthnicity.Combined).ShouldBe(combined);
    }

    [Fact]
    public void A_source_chooses_the_version_and_the_same_answers_are_rolled_up_anew()
    {
        var package = TestData.BadInput("00-valid-baseline");
        var rows = System.Text.Encoding.UTF8.GetString(TestData.Unzip(package)["demographics.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        package = package.WithFile("demographics.csv", string.Join('\n', rows.Select((line, i) => line + (i == 0 ? ",middleEasternOrNorthAfrican" : i == 1 ? ",true" : ","))));
        const string Staff = "staffSourcedId,orgSourcedId,role,middleEasternOrNorthAfrican,asian\nx1,s1,teacher,,true\n";
        var district = new District().Given(package, ("staffing.csv", Staff));
        CheckRules.Of(new([], [], "SPD-15")).ShouldNotBeNull();
        CheckRules.Of(new([], [], RaceEthnicity.Combined)).ShouldBeNull();
        district.Mappings = SourceMappings.Evolve(district.Mappings, new SourceRulesSaved("sis", new([], [], RaceEthnicity.Combined)));
        var fed = district.When(package, ("staffing.csv", Staff));
        var students = fed.Events.OfType<StudentDemographicsRecorded>().ToList();
        students.Count.ShouldBe(rows.Length - 1);
        students.ShouldAllBe(s => s.Scheme == "SPD15-2024");
        var first = students.Single(s => s.StudentKey == district.Person("u001").ToString("N"));
        (first.RaceEthnicity, string.Join('+', first.Races)).ShouldBe(("twoOrMore", "middleEasternOrNorthAfrican+white"));
        fed.Events.OfType<StaffRecorded>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Scheme.ShouldBe("SPD15-2024"), s => s.RaceEthnicity.ShouldBe("asian"));
        district.When(package, ("staffing.csv", Staff)).Plan.News.ShouldBeEmpty();
    }

    [Fact]
    public void Answers_beside_the_standard_are_kept_raw()
    {
        var package = TestData.BadInput("00-valid-baseline");
        var rows = System.Text.Encoding.UTF8.GetString(TestData.Unzip(package)["demographics.csv"]).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var fed = new District().Given(package).When(package.WithFile("demographics.csv", string.Join('\n', rows.Select((line, i) => line + (i == 0 ? ",middleEasternOrNorthAfrican,otherRace,declinedToRespond" : i == 1 ? ",true,," : ",,,")))));
        var recorded = fed.Events.OfType<StudentDemographicsRecorded>().ShouldHaveSingleItem();
        recorded.Races.ShouldBe(["middleEasternOrNorthAfrican", "white"]);
        (recorded.RaceEthnicity, recorded.Scheme).ShouldBe(("white", "ED-2007"));
    }
}
