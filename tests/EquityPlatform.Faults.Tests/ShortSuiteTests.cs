using System.Globalization;
using EquityPlatform.Faults.Running;
using EquityPlatform.Faults.Suite;
using Xunit.Abstractions;

namespace EquityPlatform.Faults.Tests;

/// <summary>A few of the faults of <c>deploy/eq fault</c>, one after another on one rig: real processes, real servers.</summary>
public sealed class ShortSuiteTests(ITestOutputHelper output)
{
    static readonly string[] Short = ["writer-killed-while-committing", "writer-slow-with-the-head", "audit-killed-before-checkpoint", "database-killed-before-leaves", "relay-killed-after-confirm", "consumer-killed-after-effect"];

    [Fact]
    public async Task A_few_faults_change_nothing()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EQUITY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {seed} (set EQUITY_SEED to repeat)");
        await using var servers = await Servers.StartAsync();
        await using var runner = new Runner(servers, seed, null, output.WriteLine);
        var results = new List<FaultResult>();
        foreach (var name in Short)
            results.Add(await runner.RunAsync(Commands.Faults.Single(fault => fault.Name == name)));
        output.WriteLine(Report.Of(results));
        results.Where(result => !result.Passed).ShouldBeEmpty();
    }
}
