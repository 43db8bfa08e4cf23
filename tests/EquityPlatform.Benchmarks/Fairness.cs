using System.Collections.Concurrent;
using System.Diagnostics;
using EquityPlatform.EventSourcing;
using Npgsql;
using EventLog = EquityPlatform.EventSourcing.EventLog;

namespace EquityPlatform.Benchmarks;

/// <summary>One district's backlog of a million events beside the small work of others: how long the others wait for their read model.</summary>
internal sealed class Fairness : IBenchmark
{
    const int Usual = 1_000_000;
    const int Districts = 8;
    const int AppendsPerSecond = 50;
    const int MostAppends = 1_500;

    /// <summary>The design's promise: under twice the normal.</summary>
    const double MostRatio = 2;

    public string Name => "fairness";
    public string What => "append to committed read model of 8 districts at 50 appends/s, alone and beside another district's backlog of 1,000,000 events in the same subscription";

    public async Task RunAsync(Bench bench)
    {
        await using var log = await bench.Servers.LogAsync();
        await log.RunAsync($"create table {log.Schema}.seen (tenant_id varchar primary key, events bigint not null); grant select, insert, update on {log.Schema}.seen to {log.ServiceRole}");
        await Observation.FillAsync(log.Log, bench.Events(Usual));
        await log.RunAsync("vacuum analyze");
        var calm = await log.Log.HeadAsync(CancellationToken.None);
        await P99Async(log, calm, TimeSpan.FromSeconds(3)); // the compiler warms up
        var p99s = await bench.MediansAsync(
            ("others alone, p99", "ms", () => P99Async(log, calm, TimeSpan.FromSeconds(15))),
            ("others beside a backlog, p99", "ms", () => P99Async(log, 0, null)));
        bench.Report.Add(Figure.AtMost("fairness-p99-ratio", Math.Round(p99s[1] / p99s[0], 2), "times the normal", MostRatio));
    }

    static int runs;

    /// <param name="from">Where the subscription stands for the large district: its head, or nowhere yet.</param>
    /// <param name="span">How long to measure; null: as long as the backlog lasts, at least some hundred appends.</param>
    static async Task<double> P99Async(BenchLog log, long from, TimeSpan? span)
    {
        var name = $"seen/{Interlocked.Increment(ref runs)}";
        if (from > 0)
            await log.RunAsync($"insert into {log.Schema}.eq_progress (consumer, source, tenant_id, seq) values ('{name}', '{log.Log.Schema}', '{Observation.Tenant}', {from})");
        using var stop = new CancellationTokenSource();
        var runner = new SubscriptionRunner(log.Log, new Seen(name, log.Schema));
        var running = Task.Run(() => runner.RunAsync(stop.Token));
        var backlog = span is null ? runner.WaitForAsync(Observation.Tenant, await log.Log.HeadAsync(Observation.Tenant, CancellationToken.None), CancellationToken.None) : Task.Delay(span.Value);
        var (times, waiting) = (new ConcurrentBag<double>(), new List<Task>());
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / AppendsPerSecond));
        for (var count = 0; !backlog.IsCompleted && count < MostAppends && await pace.WaitForNextTickAsync(); count++)
            waiting.Add(OneAsync(log.Log, runner, $"small-{count % Districts}", $"{name}-{count}", times));
        await Task.WhenAll(waiting);
        await stop.CancelAsync();
        await running;
        return Bench.Quantile(times, 0.99);
    }

    static async Task OneAsync(EventLog log, SubscriptionRunner runner, string district, string stream, ConcurrentBag<double> times)
    {
        var start = Stopwatch.GetTimestamp();
        if (await log.AppendAsync(Observation.Single(stream, 1) with { Tenant = district }, CancellationToken.None) is not AppendResult.Appended appended)
            throw new InvalidOperationException("Not appended.");
        await runner.WaitForAsync(district, appended.LastPosition, CancellationToken.None);
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    sealed class Seen(string name, string schema) : ISubscription
    {
        public string Name => name;
        public IReadOnlyCollection<string>? Types => null;

        public async Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
        {
            foreach (var e in events)
                _ = e.Data;
            await using var command = new NpgsqlCommand($"insert into {schema}.seen as s (tenant_id, events) values ($1, $2) on conflict (tenant_id) do update set events = s.events + excluded.events", connection);
            command.Parameters.Add(new() { Value = tenant });
            command.Parameters.Add(new() { Value = (long)events.Count });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
