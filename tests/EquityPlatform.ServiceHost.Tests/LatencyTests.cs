using System.Collections.Concurrent;
using System.Diagnostics;
using EquityPlatform.Testing;
using Xunit.Abstractions;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>Tests whose numbers mean something only while nothing else runs.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>The whole path: append, relay, broker, consumer, committed effect, at a steady 200 events a second.</summary>
[Collection(nameof(Alone))]
public sealed class LatencyTests(PostgresServer postgres, RabbitMqServer rabbit, ITestOutputHelper output) : IClassFixture<PostgresServer>, IClassFixture<RabbitMqServer>
{
    const int PerSecond = 200;
    const int Seconds = 8;
    const int WarmUp = 2 * PerSecond;

    [Fact]
    public async Task Two_hundred_events_a_second_take_effect_without_a_single_pull()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "steady", new() { ["Bus:IdlePull"] = "01:00:00" });
        var before = await pair.OnlyTheBusAsync();
        var started = new ConcurrentDictionary<long, long>();
        var committed = new ConcurrentDictionary<long, long>();
        pair.Consumer.OnCommitted = position => committed.TryAdd(position, Stopwatch.GetTimestamp());
        var appends = new List<Task<long>>();
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000d / PerSecond)))
            for (var i = 1; i <= PerSecond * Seconds; i++)
            {
                await timer.WaitForNextTickAsync();
                appends.Add(AppendAsync(pair.Source, before + i, started));
            }
        var last = (await Task.WhenAll(appends)).Max();
        await Eventually.Async(() => committed.Keys.Any(position => position >= last), TimeSpan.FromSeconds(60));

        var ends = committed.OrderBy(end => end.Key).ToArray();
        var latencies = started.OrderBy(start => start.Key).Skip(WarmUp)
            .Select(start => Stopwatch.GetElapsedTime(start.Value, ends.First(end => end.Key >= start.Key).Value).TotalMilliseconds).Order().ToArray();
        var (half, most) = (latencies[latencies.Length / 2], latencies[(int)(latencies.Length * 0.99)]);
        output.WriteLine(FormattableString.Invariant($"append to committed effect at {PerSecond}/s: p50 {half:0.0} ms, p99 {most:0.0} ms, max {latencies[^1]:0.0} ms, n {latencies.Length}"));
        // The time itself is for the reader of the output: a busy machine is not a broken path
        (await pair.NumbersAsync(TestService.Tenant)).Order().ShouldBe(Enumerable.Range(1, before + (PerSecond * Seconds)));
    }

    static async Task<long> AppendAsync(TestService source, int number, ConcurrentDictionary<long, long> started)
    {
        var start = Stopwatch.GetTimestamp();
        var position = await source.AppendAsync(TestService.Tenant, $"count-{number % 50}", new Counted(number));
        started[position] = start;
        return position;
    }
}
