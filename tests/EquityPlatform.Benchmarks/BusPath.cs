using System.Collections.Concurrent;
using System.Diagnostics;

namespace EquityPlatform.Benchmarks;

/// <summary>
/// The whole way of an event: append, relay, RabbitMQ, consumer, committed effect. Open loop: the clock of an event starts when
/// it was meant to be sent, so that a path that stalls cannot hide it by slowing the sender down.
/// </summary>
internal sealed class BusPath : IBenchmark
{
    const int PerSecond = 200;
    const int Usual = PerSecond * 12;

    public string Name => "path";
    public string What => "append to committed effect in another service over RabbitMQ, at a steady 200 events/s";

    public async Task RunAsync(Bench bench)
    {
        await using var pair = await Pair.CreateAsync(bench.Servers);
        await pair.StartSourceAsync();
        await pair.StartTargetAsync();
        await pair.WarmUpAsync();
        await RunAsync(pair, PerSecond * 5);
        var (halves, mosts, pulls) = (new List<double>(), new List<double>(), pair.Pulls);
        for (var run = 1; run <= bench.Options.Runs; run++)
        {
            var times = await RunAsync(pair, Math.Min(bench.Events(Usual), Usual)); // longer is no better, only slower
            halves.Add(Bench.Quantile(times, 0.5));
            mosts.Add(Bench.Quantile(times, 0.99));
            bench.Report.Say(FormattableString.Invariant($"  run {run}: p50 {halves[^1]:0.0} ms, p99 {mosts[^1]:0.0} ms, longest {times.Max():0.0} ms, {times.Count} events"));
        }
        if (pair.Pulls > pulls)
            bench.Report.Say($"  {pair.Pulls - pulls} times something was pulled");
        bench.Report.Add(Figure.AtMost("path-p50", Bench.Median(halves), "ms", 20));
        bench.Report.Add(Figure.AtMost("path-p99", Bench.Median(mosts), "ms", 100));
    }

    static async Task<List<double>> RunAsync(Pair pair, int events)
    {
        var meant = new ConcurrentDictionary<long, long>();
        var committed = new ConcurrentQueue<(long Position, long At)>();
        pair.Consumer.OnCommitted = (_, position) => committed.Enqueue((position, Stopwatch.GetTimestamp()));
        var appends = new List<Task<long>>(events);
        var start = Stopwatch.GetTimestamp();
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1)))
            while (appends.Count < events)
            {
                await timer.WaitForNextTickAsync();
                for (var due = (int)Math.Min(events, Stopwatch.GetElapsedTime(start).TotalSeconds * PerSecond); appends.Count < due;)
                    appends.Add(AppendAsync(pair, appends.Count, start + (appends.Count * Stopwatch.Frequency / PerSecond), meant));
            }
        var last = (await Task.WhenAll(appends)).Max();
        await Testing.Eventually.Async(() => pair.Consumer.Reached >= last, TimeSpan.FromSeconds(60));
        pair.Consumer.OnCommitted = null;

        var (times, at) = (new List<double>(events), committed.OrderBy(c => c.Position).GetEnumerator());
        at.MoveNext();
        foreach (var (position, from) in meant.OrderBy(m => m.Key))
        {
            while (at.Current.Position < position)
                at.MoveNext();
            times.Add(Stopwatch.GetElapsedTime(from, at.Current.At).TotalMilliseconds);
        }
        return times;
    }

    static async Task<long> AppendAsync(Pair pair, int number, long intended, ConcurrentDictionary<long, long> meant)
    {
        var position = await pair.AppendAsync($"path-{number % 50}", number);
        meant[position] = intended;
        return position;
    }
}
