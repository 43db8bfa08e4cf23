using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EquityPlatform.Faults.Running;

namespace EquityPlatform.Faults.Suite;

/// <summary>A mistake that the rig is told to make, and the faults of which at least one must notice.</summary>
/// <param name="Switch">Name in the product's code, <c>Mutation.Is(...)</c>.</param>
sealed record Mutant(string Switch, string Mistake, string[] Faults);

/// <summary>What came of a mutant: caught by a fault and an invariant, or alive.</summary>
sealed record MutantResult(Mutant Mutant, string? CaughtBy, string Said);

/// <summary>Proof that the suite can fail: each known mistake must turn it red.</summary>
static partial class Mutants
{
    public static readonly IReadOnlyList<Mutant> All =
    [
        new("naive-sequence", "(a) positions from a sequence, without the head's lock", ["writer-slow-with-the-head"]),
        new("ack-before-commit", "(b) callers are answered before the commit", ["database-killed-before-write"]),
        new("cursor-before-confirm", "(c) the relay's cursor moves before the confirm", ["broker-killed-before-publish"]),
        new("unsorted-batch", "(d) a batch is not in order", ["consumer-killed-after-commit"]),
        new("missing-fence", "(e) an old relay may move the cursor", ["relay-suspended-after-confirm"]),
        new("no-fsync-at-commit", "commits are not on disk when they are answered", ["database-power-cut-after-commit"]),
        new("duplicate-not-dropped", "a batch that comes twice takes effect twice", ["thrice-and-shuffled"]),
        new("effect-apart-from-position", "effect and position in two transactions", ["consumer-killed-after-effect"]),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<Fault> faults, IReadOnlyList<string> names, int seed, int lanes, Action<string> log)
    {
        var chosen = All.Where(mutant => names.Count == 0 || names.Any(name => mutant.Switch.Contains(name, StringComparison.Ordinal))).ToArray();
        var waiting = new ConcurrentQueue<Mutant>(chosen);
        var results = new ConcurrentBag<MutantResult>();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(lanes, chosen.Length)).Select(async _ =>
        {
            await using var servers = await Servers.StartAsync();
            while (waiting.TryDequeue(out var mutant))
            {
                var result = await RunAsync(mutant, faults, servers, seed, log);
                log($"mutant {mutant.Switch}: {(result.CaughtBy is { } by ? $"caught by {by}" : "ALIVE")}");
                results.Add(result);
            }
        }));
        var table = chosen.Select(mutant => results.First(result => result.Mutant == mutant)).ToArray();
        Console.WriteLine(Table(table));
        return table.Length > 0 && table.All(result => result.CaughtBy is not null) ? 0 : 1;
    }

    static async Task<MutantResult> RunAsync(Mutant mutant, IReadOnlyList<Fault> faults, Servers servers, int seed, Action<string> log)
    {
        var said = new List<string>();
        foreach (var name in mutant.Faults)
        {
            await using var runner = new Runner(servers, seed, mutant.Switch, log);
            var result = await runner.RunAsync(faults.Single(fault => fault.Name == name));
            // A missed window or a broken rig proves nothing
            if (result.Broken is { } broken && Verdict().Match(broken) is { Success: true } verdict)
                return new(mutant, $"{name} ({string.Join(' ', Invariant().Matches(broken).Select(match => match.Value).Distinct())})", broken);
            said.Add(result.Broken ?? result.Skipped ?? "passed");
        }
        return new(mutant, null, string.Join("; ", said));
    }

    static string Table(IReadOnlyList<MutantResult> results)
    {
        var text = new StringBuilder().AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{"mutation",-28} {"mistake",-54} {"caught by",-52} what it said");
        foreach (var result in results)
            text.AppendLine(CultureInfo.InvariantCulture, $"{result.Mutant.Switch,-28} {result.Mutant.Mistake,-54} {result.CaughtBy ?? "NOTHING: it survives",-52} {(result.Said.Length > 110 ? result.Said[..110] : result.Said)}");
        return text.Append(CultureInfo.InvariantCulture, $"{results.Count(result => result.CaughtBy is not null)} passed, {results.Count(result => result.CaughtBy is null)} failed").ToString();
    }

    [GeneratedRegex("^I[1-8](?=:)")]
    private static partial Regex Verdict();

    [GeneratedRegex("(?<=^|; )I[1-8](?=:)")]
    private static partial Regex Invariant();
}
