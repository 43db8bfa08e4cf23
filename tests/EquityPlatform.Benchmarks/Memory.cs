using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;

namespace EquityPlatform.Benchmarks;

/// <summary>Live managed memory and working set on every path, for few events and for many: they must not grow with the number.</summary>
internal sealed class Memory : IBenchmark
{
    const int Few = 30_000; // enough to see the peak between two looks
    const int Usual = 300_000;
    const double MostLive = 8;
    const double MostWorking = 96;

    public string Name => "memory";
    public string What => "growth of live memory and working set from 30,000 to 300,000 events: bulk append, read all, pull feed, rebuild, relay and consumer";

    public async Task RunAsync(Bench bench)
    {
        var many = bench.Events(Usual);
        await using var small = await bench.Servers.LogAsync();
        await using var large = await bench.Servers.LogAsync();
        await CompareAsync(bench, "bulk-append", () => Observation.FillAsync(small.Log, Few), () => Observation.FillAsync(large.Log, many));
        await CompareAsync(bench, "read-all", () => ReadAsync(small.Log), () => ReadAsync(large.Log));
        await CompareAsync(bench, "rebuild", () => ProjectAsync(small.Log), () => ProjectAsync(large.Log));
        await CompareAsync(bench, "pull-feed", () => PullAsync(bench, Few), () => PullAsync(bench, many));
        await CompareAsync(bench, "relay-and-consumer", () => BusAsync(bench, Few), () => BusAsync(bench, many));
    }

    static async Task CompareAsync(Bench bench, string path, Func<Task> few, Func<Task> many)
    {
        await few(); // what is allocated once
        var before = await PeakAsync(few);
        var after = await PeakAsync(many);
        bench.Report.Say(FormattableString.Invariant($"  {path}: live {before.Live:0.0} MB -> {after.Live:0.0} MB, working set {before.Working:0} MB -> {after.Working:0} MB"));
        bench.Report.Add(Figure.AtMost($"memory-{path}-live", Math.Max(0, after.Live - before.Live), "MB more", MostLive));
        bench.Report.Add(Figure.AtMost($"memory-{path}-working-set", Math.Max(0, after.Working - before.Working), "MB more", MostWorking));
    }

    /// <summary>The most that was alive, seen by full collections while the work goes on, and the largest working set.</summary>
    static async Task<(double Live, double Working)> PeakAsync(Func<Task> work)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var (live, working) = (0d, 0d);
        var running = Task.Run(work);
        do
        {
            await Task.WhenAny(running, Task.Delay(100));
            working = Math.Max(working, Environment.WorkingSet / 1e6);
            live = Math.Max(live, GC.GetTotalMemory(forceFullCollection: true) / 1e6);
        }
        while (!running.IsCompleted);
        await running;
        return (live, working);
    }

    static async Task ReadAsync(EventLog log)
    {
        await foreach (var e in log.ReadAllAsync(Observation.Tenant, 0, null, null, CancellationToken.None))
            _ = e.Data;
    }

    static int runs;

    static async Task ProjectAsync(EventLog log)
    {
        using var stop = new CancellationTokenSource();
        var runner = new SubscriptionRunner(log, new Nothing($"nothing/{Interlocked.Increment(ref runs)}"));
        var running = Task.Run(() => runner.RunAsync(stop.Token));
        await runner.WaitForAsync(Observation.Tenant, await log.HeadAsync(CancellationToken.None), CancellationToken.None);
        await stop.CancelAsync();
        await running;
    }

    sealed class Nothing(string name) : ISubscription
    {
        public string Name => name;
        public IReadOnlyCollection<string>? Types => null;

        public Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, Npgsql.NpgsqlConnection connection, CancellationToken cancellation)
        {
            foreach (var e in events)
                _ = e.Data;
            return Task.CompletedTask;
        }
    }

    static async Task PullAsync(Bench bench, int events)
    {
        await using var pair = await Pair.CreateAsync(bench.Servers);
        await pair.StartSourceAsync(onTheBus: false);
        await Observation.FillAsync(pair.Log, events);
        await pair.PullAllAsync(Observation.Tenant, await pair.Log.HeadAsync(CancellationToken.None));
    }

    static async Task BusAsync(Bench bench, int events)
    {
        await using var pair = await Pair.CreateAsync(bench.Servers);
        await pair.StartSourceAsync();
        await pair.StartTargetAsync();
        await Observation.FillAsync(pair.Log, events);
        var head = await pair.Log.HeadAsync(CancellationToken.None);
        await Eventually.Async(() => pair.Consumer.Reached >= head, TimeSpan.FromMinutes(3));
    }
}
