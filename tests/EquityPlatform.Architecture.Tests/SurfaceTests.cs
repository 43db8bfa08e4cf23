namespace EquityPlatform.Architecture.Tests;

public sealed class SurfaceTests
{
    [Theory]
    [MemberData(nameof(Services))]
    public void Services_show_two_internal_doors_and_nothing_else(string service) =>
        Surface.Violations(service, Surface.Read(Repository.Assembly($"services/{service}", service))).ShouldBeEmpty();

    public static TheoryData<string> Services() => [.. Surface.Services];

    // Proof that the guard bites

    [Fact]
    public void Refuses_a_public_type_in_a_service() =>
        Surface.Violations("Ingestion", [Doors("AddIngestion", "MapIngestion"), new("EquityPlatform.Ingestion.Feeds", "Feed", true, false, [])])
            .ShouldBe(["EquityPlatform.Ingestion.Feeds.Feed is public; a service shows nothing."]);

    [Fact]
    public void Refuses_a_missing_door() =>
        Surface.Violations("Ingestion", [Doors("AddIngestion")]).ShouldBe(["IngestionService lacks the door MapIngestion."]);

    [Fact]
    public void Refuses_a_service_without_doors() =>
        Surface.Violations("Ingestion", []).ShouldBe(["Ingestion needs one internal static class IngestionService with its doors."]);

    [Fact]
    public void Reads_visibility_from_compiled_code()
    {
        var types = Surface.Read(typeof(SurfaceTests).Assembly.Location);

        types.Single(type => type.Name == nameof(SurfaceTests)).Public.ShouldBeTrue();
        var surface = types.Single(type => type.Name == nameof(Surface));
        surface.Public.ShouldBeFalse();
        surface.Static.ShouldBeTrue();
        surface.Methods.ShouldContain(nameof(Surface.Read));
    }

    static CompiledType Doors(params string[] methods) => new("EquityPlatform.Ingestion", "IngestionService", false, true, methods);
}
