using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EquityPlatform.Faults.Running;

namespace EquityPlatform.Faults.Suite;

/// <summary><c>[--list] [--seed N] [--lanes N] [--mutations] [NAME...]</c></summary>
static class Commands
{
    /// <summary>Faults that mostly wait stand between those that mostly compute, so that lanes share the machine well; the longest is begun first.</summary>
    public static readonly IReadOnlyList<Fault> Faults = [.. Mixed([.. Suspensions.All, .. Networks.All, .. Deliveries.All], [.. Kills.All, .. Rebuilds.All, .. FullDisks.All])];

    const int UsualLanes = 3;

    static IEnumerable<Fault> Mixed(IReadOnlyList<Fault> waits, IReadOnlyList<Fault> computes) => waits.Select((fault, i) => (fault, At: (double)i / waits.Count))
        .Concat(computes.Select((fault, i) => (fault, At: (double)i / computes.Count))).OrderBy(one => one.At).Select(one => one.fault);

    public static async Task<int> RunAsync(string[] args)
    {
        var (names, seed, lanes, mutations) = (new List<string>(), Random.Shared.Next(), UsualLanes, false);
        for (var i = 0; i < args.Length; i++)
            switch (args[i])
            {
                case "--list":
                    foreach (var fault in Faults)
                        Console.WriteLine(fault.Name);
                    return 0;
                case "--seed":
                    seed = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--lanes":
                    lanes = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--mutations":
                    mutations = true;
                    break;
                default:
                    names.Add(args[i]);
                    break;
            }
        Console.WriteLine($"seed {seed} (--seed {seed} repeats it)");
        if (mutations)
            return await Mutants.RunAsync(Faults, names, seed, lanes, Logger());
        var chosen = Faults.Where(fault => names.Count == 0 || names.Any(name => fault.Name.Contains(name, StringComparison.Ordinal))).ToArray();
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"no fault is named like {string.Join(", ", names)}; --list shows them");
            return 2;
        }
        var results = await RunAsync(chosen, seed, lanes);
        Console.WriteLine(Report.Of(results));
        return results.All(result => result.Passed || result.Skipped is not null) ? 0 : 1;
    }

    static Action<string> Logger()
    {
        var watch = Stopwatch.StartNew();
        return text => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{watch.Elapsed.TotalSeconds,6:0.0}] {text}"));
    }

    /// <summary>Runs faults in lanes side by side, each lane with servers of its own.</summary>
    public static async Task<IReadOnlyList<FaultResult>> RunAsync(IReadOnlyList<Fault> faults, int seed, int lanes)
    {
        var waiting = new ConcurrentQueue<Fault>(faults);
        var results = new ConcurrentBag<FaultResult>();
        var log = Logger();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(lanes, faults.Count)).Select(async _ =>
        {
            await using var servers = await Servers.StartAsync();
            await using var runner = new Runner(servers, seed, null, log);
            while (waiting.TryDequeue(out var fault))
            {
                var result = await runner.RunAsync(fault);
                log($"{result.Name}: {(result.Skipped is { } reason ? $"SKIPPED, {reason}" : result.Broken is { } broken ? $"FAILED, {broken}" : "passed")} ({result.Took.TotalSeconds:0.0} s)");
                results.Add(result);
            }
        }));
        return [.. faults.Select(fault => results.First(result => result.Name == fault.Name))];
    }
}
