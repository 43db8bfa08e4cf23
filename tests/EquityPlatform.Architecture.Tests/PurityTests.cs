namespace EquityPlatform.Architecture.Tests;

public sealed class PurityTests
{
    [Theory]
    [MemberData(nameof(Services))]
    public void Decisions_and_projections_are_pure(string service) =>
        Purity.Check(Repository.Assembly($"services/{service}", service)).Violations.ShouldBeEmpty();

    [Fact]
    public void The_loop_has_decisions_to_guard() =>
        Purity.Check(Repository.Assembly("services/Interventions", "Interventions")).Checked
            .Count(name => name.EndsWith(".Decide", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(3);

    public static TheoryData<string> Services() => [.. Surface.Services];

    // Proof that the guard bites

    [Theory]
    [InlineData(nameof(MakesAnId), "System.Guid.NewGuid")]
    [InlineData(nameof(ReadsAClock), "System.TimeProvider.GetUtcNow")]
    [InlineData(nameof(RollsDice), "System.Random.get_Shared")]
    [InlineData(nameof(ReadsAFileInALambda), "System.IO.File.ReadAllText")]
    [InlineData(nameof(CallsTheNetworkThroughAGeneric), "System.Net.Http.HttpClient..ctor")]
    [InlineData(nameof(MakesIdsInAnIterator), "System.Guid.CreateVersion7")]
    [InlineData(nameof(Waits), "System.Runtime.CompilerServices.AsyncTaskMethodBuilder")]
    [InlineData(nameof(NotStatic), "is not static")]
    public void Refuses_an_impure_decision(string fixture, string reason) =>
        OfFixture(fixture).ShouldContain(violation => violation.Contains(reason, StringComparison.Ordinal));

    [Theory]
    [InlineData(nameof(Pure))]
    [InlineData(nameof(PureIterator))]
    public void Lets_a_pure_decision_pass(string fixture) => OfFixture(fixture).ShouldBeEmpty();

    static IEnumerable<string> OfFixture(string type) =>
        Purity.Check(typeof(PurityTests).Assembly.Location).Violations.Where(violation => violation.StartsWith($"EquityPlatform.Architecture.Tests.{type}.", StringComparison.Ordinal));
}
