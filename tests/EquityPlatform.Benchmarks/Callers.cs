using System.Collections.Concurrent;
using System.Diagnostics;
using EquityPlatform.EventSourcing;
using EventLog = EquityPlatform.EventSourcing.EventLog;

namespace EquityPlatform.Benchmarks;

/// <summary>Single-event appends: many callers against one, and beside a bulk load.</summary>
internal sealed class Callers : IBenchmark
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(4);
    const int EventsPerStream = 10;

    public string Name => "callers";
    public string What => "durable single-event appends: 64 and 256 concurrent callers against one; 64 callers beside a bulk load";

    public async Task RunAsync(Bench bench)
    {
        await using var log = await bench.Servers.LogAsync();
        await RateAsync(log.Log, 64, TimeSpan.FromSeconds(2)); // the compiler warms up
        var rates = await bench.MediansAsync(
            ("1 caller", "appends/s", () => RateAsync(log.Log, 1, Span)),
            ("64 callers", "appends/s", () => RateAsync(log.Log, 64, Span)),
            ("256 callers", "appends/s", () => RateAsync(log.Log, 256, Span)));
        bench.Report.Add(Figure.AtLeast("callers-64", rates[1], "appends/s", rates[0], 15));
        bench.Report.Add(Figure.AtLeast("callers-256", rates[2], "appends/s", rates[1], 1));

        var p99s = await bench.MediansAsync(
            ("64 callers alone, p99", "ms", () => P99Async(log.Log, 0)),
            ("64 callers beside a bulk load, p99", "ms", () => P99Async(log.Log, bench.Events(300_000))));
        bench.Report.Add(Figure.AtMost("callers-64-beside-bulk-p99", p99s[1], "ms", 60) with { Baseline = Math.Round(p99s[0], 1) });
    }

    static int turns;

    static async Task<double> RateAsync(EventLog log, int callers, TimeSpan span)
    {
        var turn = Interlocked.Increment(ref turns);
        var clock = Stopwatch.StartNew();
        var done = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var count = 0;
            for (; clock.Elapsed < span; count++)
                await AppendAsync(log, turn, caller, count);
            return count;
        })));
        return done.Sum() / clock.Elapsed.TotalSeconds;
    }

    static async Task<double> P99Async(EventLog log, int bulk)
    {
        var turn = Interlocked.Increment(ref turns);
        var times = new ConcurrentBag<double>();
        var load = bulk > 0 ? Task.Run(() => Observation.FillAsync(log, bulk, $"bulk-{turn}")) : Task.Delay(Span);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            for (var count = 0; !load.IsCompleted; count++)
            {
                var start = Stopwatch.GetTimestamp();
                await AppendAsync(log, turn, caller, count);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })));
        await load;
        return Bench.Quantile(times, 0.99);
    }

    static async Task AppendAsync(EventLog log, int turn, int caller, int count)
    {
        var result = await log.AppendAsync(Observation.Single($"caller-{turn}-{caller}-{count / EventsPerStream}", count), CancellationToken.None);
        if (result is not AppendResult.Appended)
            throw new InvalidOperationException($"Not appended: {result}");
    }
}
