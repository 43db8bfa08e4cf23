using EquityPlatform.Ingestion.Students;

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
