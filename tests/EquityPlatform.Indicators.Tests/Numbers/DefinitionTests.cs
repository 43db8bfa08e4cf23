using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Indicators.Definitions;

namespace EquityPlatform.Indicators.Tests.Numbers;

/// <summary>Definitions are in districts' logs: a changed word, parameter or unit needs a new version.</summary>
public sealed class DefinitionTests
{
    [Theory]
    [InlineData("enrollment", 1, "2d17a2bef61e5ff42d07d475b8fdb7bd6b7555cc87b39adba37eb75721bf471b")]
    [InlineData("average-daily-attendance", 2, "7edc41619849e1c018c834f48e17d9dfeb11765757fbc75bef09ae8ffd98e5b0")]
    [InlineData("chronic-absence", 1, "9ab49d34655ec111a9da8f595ffe97faa42e79c727fcb6e615abb6e1eaba547a")]
    public void A_version_never_changes(string code, int version, string sha256)
    {
        var definition = Catalogue.Find(code)!.Definition;
        definition.Version.ShouldBe(version);
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(IndicatorDefined.From(definition), EventTypes.Json)))).ShouldBe(sha256);
    }

    [Fact]
    public void The_parameters_that_people_read_are_those_that_count()
    {
        var definition = new ChronicAbsence(thresholdPercent: 15, minimumDays: 45);
        (definition.Definition.Parameters["thresholdPercent"], definition.Definition.Parameters["minimumDays"]).ShouldBe(("15", "45"));
        definition.Of(TestYear.Tally(100, 100, 149_999)).Numerator.ShouldBe(0);
        definition.Of(TestYear.Tally(100, 100, 150_000)).Numerator.ShouldBe(1);
        definition.Of(TestYear.Tally(44, 44, 440_000)).Part.ShouldBe(Part.Outside);
    }
}
