using System.Diagnostics;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Benchmarks;

/// <summary>A backlog in the log of one service, until all of it has taken effect in another: how much the bus carries.</summary>
internal sealed class Flood : IBenchmark
{
    const int Usual = 200_000;
    const int Tenants = 4;

    public string Name => "flood";
    public string What => "a backlog of 200,000 events of 4 districts through relay, RabbitMQ and consumer to committed effects";

    public async Task RunAsync(Bench bench)
    {
        await RateAsync(bench, 20_000); // the compiler warms up
        var rates = await bench.MediansAsync(("through the bus", "events/s", () => RateAsync(bench, bench.Events(Usual))));
        bench.Report.Add(Figure.AtLeast("flood", rates[0], "events/s", 20_000));
    }

    static async Task<double> RateAsync(Bench bench, int events)
    {
        await using var pair = await Pair.CreateAsync(bench.Servers);
        await pair.StartSourceAsync(onTheBus: false);
        await pair.StartTargetAsync();
        await Task.WhenAll(Enumerable.Range(0, Tenants).Select(t => Observation.FillAsync(pair.Log, events / Tenants, $"district-{t}")));
        var heads = new Dictionary<string, long>();
        for (var t = 0; t < Tenants; t++)
            heads.Add($"district-{t}", await pair.Log.HeadAsync($"district-{t}", CancellationToken.None));
        await pair.StopSourceAsync();

        var (first, done) = (0L, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var gate = new Lock();
        pair.Consumer.OnCommitted = (tenant, position) =>
        {
            lock (gate)
            {
                if (heads.TryGetValue(tenant, out var head) && position >= head)
                    heads.Remove(tenant);
                if (heads.Count == 0)
                    done.TrySetResult();
            }
        };
        var start = Stopwatch.StartNew();
        // From the start of the service: reading the log, leases and the first connection to the broker are part of it
        await pair.StartSourceAsync();
        pair.ConnectTarget();
        first = start.ElapsedMilliseconds;
        await done.Task.WaitAsync(TimeSpan.FromMinutes(3));
        var rate = events / start.Elapsed.TotalSeconds;
        bench.Report.Say(FormattableString.Invariant($"    {start.ElapsedMilliseconds} ms, of which the service needed {first} ms to be ready; pulled {pair.Pulls} times"));
        return rate;
    }
}
