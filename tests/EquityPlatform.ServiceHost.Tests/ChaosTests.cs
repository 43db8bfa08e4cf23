using System.Globalization;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Bus;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>Batches are dropped, doubled and shuffled, the broker and the database are killed, the consumer restarts: the effect is exact.</summary>
public sealed class ChaosTests(OwnPostgresServer postgres, OwnRabbitMqServer rabbit, ITestOutputHelper output) : IClassFixture<OwnPostgresServer>, IClassFixture<OwnRabbitMqServer>
{
    const int Events = 300;
    static readonly string[] Tenants = ["north", "east", "south"];
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task The_effect_is_exactly_once_and_in_order_whatever_happens()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EQUITY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {seed} (set EQUITY_SEED to repeat)");
        var chaos = new ChaosPublisher(seed);
        var settings = new Dictionary<string, string?> { ["Bus:Lease"] = "00:00:02", ["Bus:RetryPause"] = "00:00:00.050" };
        var pair = await Pair.StartAsync(postgres, rabbit, "chaos", settings, services => services.AddSingleton<PublishBatch>(provider =>
        {
            chaos.Inner = provider.GetRequiredService<Broker>().PublishAsync;
            return chaos.PublishAsync;
        }));
        await using (pair)
        {
            var appended = 0;
            var appending = Task.WhenAll(Tenants.Select(tenant => AppendAllAsync(pair.Source, tenant, () => Interlocked.Increment(ref appended))));

            await ReachedAsync(() => appended, Events * Tenants.Length / 4);
            await rabbit.Node.KillAsync();
            await ReachedAsync(() => appended, Events * Tenants.Length / 3); // appends go on without the broker
            await rabbit.Node.StartAsync();

            await ReachedAsync(() => appended, Events * Tenants.Length / 2);
            await postgres.Node.KillAsync();
            await postgres.Node.StartAsync();

            await ReachedAsync(() => appended, Events * Tenants.Length * 3 / 4);
            await rabbit.Node.CloseConnectionsAsync(rabbit.Address);
            await appending;
            foreach (var tenant in Tenants)
                await pair.AppliedAsync(tenant, Enumerable.Range(1, Events), Patience);
        }
        output.WriteLine($"dropped {chaos.Dropped}, doubled {chaos.Doubled}, shuffled {chaos.Shuffled}, published {chaos.Published}");
        chaos.Dropped.ShouldBeGreaterThan(0);
        chaos.Doubled.ShouldBeGreaterThan(0);
        chaos.Shuffled.ShouldBeGreaterThan(0);
    }

    /// <summary>As a client does: repeats with the same ids until it has an answer.</summary>
    static async Task AppendAllAsync(TestService source, string tenant, Action appended)
    {
        for (var number = 1; number <= Events; number++)
        {
            var append = new Append(tenant, $"count-{number % 5}", "count", ExpectedVersion.Any, [new(Guid.NewGuid(), new Counted(number))], new("demo:operator"));
            await Eventually.Async(async () =>
            {
                try
                {
                    return await source.Log.AppendAsync(append, CancellationToken.None) is AppendResult.Appended or AppendResult.Repeated;
                }
                catch (Exception e) when (Outage.Is(e))
                {
                    return false;
                }
            }, Patience, "the event is appended");
            appended();
        }
    }

    static Task ReachedAsync(Func<int> count, int wanted) => Eventually.Async(() => count() >= wanted, Patience, $"{wanted} events are appended");
}

/// <summary>A broker that lies: it confirms batches that it drops, delivers twice, and changes the order. Otherwise the real one.</summary>
internal sealed class ChaosPublisher(int seed)
{
    readonly Random random = new(seed);
    readonly List<(EventBatch Batch, int Partition)> held = [];
    readonly Lock sync = new();

    public PublishBatch? Inner { get; set; }
    public int Dropped { get; private set; }
    public int Doubled { get; private set; }
    public int Shuffled { get; private set; }
    public int Published { get; private set; }

    public async Task PublishAsync(EventBatch batch, int partition, CancellationToken cancellation)
    {
        var now = new List<(EventBatch Batch, int Partition)>();
        lock (sync)
        {
            switch (random.Next(100))
            {
                case < 15:
                    Dropped++;
                    return;
                case < 30:
                    Doubled++;
                    now.Add((batch, partition));
                    now.Add((batch, partition));
                    break;
                case < 50:
                    Shuffled++;
                    held.Add((batch, partition));
                    return;
                default:
                    now.Add((batch, partition));
                    now.AddRange(held.OrderBy(_ => random.Next()));
                    held.Clear();
                    break;
            }
            Published += now.Count;
        }
        foreach (var one in now)
            await Inner!(one.Batch, one.Partition, cancellation);
    }
}
