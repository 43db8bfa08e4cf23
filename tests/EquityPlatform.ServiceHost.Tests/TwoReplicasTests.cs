using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.ServiceHost.Bus;
using EquityPlatform.ServiceHost.Operations;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>Two replicas of the publishing and of the consuming service, on one database and one broker.</summary>
public sealed class TwoReplicasTests(PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<PostgresServer>, IClassFixture<RabbitMqServer>
{
    const int Events = 60;
    const string Target = "sharedtarget";
    static readonly Dictionary<string, string?> Settings = new() { ["Bus:Lease"] = "00:00:02", ["Bus:Partitions"] = "4", ["Bus:IdlePull"] = "00:00:02" };
    static readonly string[] Tenants = [.. Enumerable.Range(0, 12).Select(i => $"district-{i}")];

    [Fact]
    public async Task They_share_the_partitions_and_one_takes_over_what_the_other_leaves()
    {
        await using var source = await StartSourceAsync();
        await using var sourceTwin = await StartSourceAsync();
        var (one, two) = (new Telling("sharedsource"), new Telling("sharedsource"));
        await using var target = await StartTargetAsync(source, one);
        var twin = await StartTargetAsync(source, two);
        await Eventually.Async(async () => (await HoldersAsync(target)) is { Count: > 0 } holders && holders.Values.All(of => of.Distinct().Count() == 2), because: "each replica holds partitions of the relay and of the consumer");
        await Eventually.Async(async () => (await HoldersAsync(source)).Values.All(of => of.Distinct().Count() == 2), because: "the source's relay is shared as well");

        // Both replicas of the source append, both relay; both replicas of the target apply
        await Task.WhenAll(Tenants.Select((tenant, t) => AppendAsync(t % 2 == 0 ? source : sourceTwin, tenant, 1, Events)));
        await AppliedAsync(target, Events);
        await ToldAsync(one, two, Tenants.Length * Events);
        one.Applied.ShouldNotBeEmpty();
        two.Applied.ShouldNotBeEmpty();
        one.Applied.Keys.Intersect(two.Applied.Keys).ShouldBeEmpty("a tenant has one place at a time");
        // One goes away in the middle
        var more = Task.WhenAll(Tenants.Select((tenant, t) => AppendAsync(t % 2 == 0 ? source : sourceTwin, tenant, Events + 1, 2 * Events)));
        await twin.DisposeAsync();
        await more;
        await AppliedAsync(target, 2 * Events);
        await ToldAsync(one, two, Tenants.Length * 2 * Events);
        one.Applied.Count.ShouldBe(Tenants.Length, "the one that is left works for all");
        await Eventually.Async(async () => (await HoldersAsync(target)).Values.All(of => of.Distinct().Count() == 1), because: "it holds every partition");
    }

    [Fact]
    public async Task A_replica_that_is_gone_without_a_word_is_replaced_when_its_leases_end()
    {
        await using var source = await StartSourceAsync();
        // A holder that never renews, as after kill -9: the leases say somebody else
        await using (var migrated = await StartTargetAsync(source, new Telling("sharedsource")))
            await Eventually.Async(async () => (await HoldersAsync(migrated)).Count > 0);
        await using (var command = postgres.Database.CreateCommand($"update {Target}.eq_partition_lease set holder = 'dead', epoch = epoch + 1, expires = now() + interval '3 seconds' where name <> 'replica'"))
            await command.ExecuteNonQueryAsync();
        var consumer = new Telling("sharedsource");
        await using var target = await StartTargetAsync(source, consumer);
        var before = await NumbersAsync(target, "late");
        await AppendAsync(source, "late", 1, 5);
        await Eventually.Holds(async () => (await NumbersAsync(target, "late")).ShouldBe([.. before, 1, 2, 3, 4, 5]));
        await ToldAsync(consumer, new Telling("nobody"), 5);
    }

    /// <summary>Each event was applied once. Consumers are told after the commit that made the rows visible.</summary>
    static async Task ToldAsync(Telling one, Telling two, int events)
    {
        await Eventually.Async(() => Task.FromResult(one.Applied.Values.Sum() + two.Applied.Values.Sum() >= events), because: "all were applied");
        (one.Applied.Values.Sum() + two.Applied.Values.Sum()).ShouldBe(events, "each event was applied once");
    }

    Task<TestService> StartSourceAsync() => TestService.StartAsync("sharedsource", postgres.ConnectionString, rabbit.Address.ToString(), Settings);

    Task<TestService> StartTargetAsync(TestService source, Telling consumer) => TestService.StartAsync(Target, postgres.ConnectionString, rabbit.Address.ToString(),
        new Dictionary<string, string?>(Settings) { ["Services:sharedsource"] = source.Address }, services => services.AddSingleton(consumer).AddBusConsumer<Telling>());

    static async Task AppendAsync(TestService service, string tenant, int from, int to)
    {
        for (var number = from; number <= to; number++)
            await service.AppendAsync(tenant, $"count-{number % 3}", new Counted(number));
    }

    static Task<List<int>> NumbersAsync(TestService target, string tenant) => EffectConsumer.NumbersAsync(target.App.Services.GetRequiredService<NpgsqlDataSource>(), Target, tenant);

    static Task AppliedAsync(TestService target, int events) => Eventually.Holds(async () =>
    {
        foreach (var tenant in Tenants)
            (await NumbersAsync(target, tenant)).ShouldBe(Enumerable.Range(1, events).ToList());
    }, TimeSpan.FromSeconds(60));

    /// <summary>Who holds the partitions of each lease name, as operators see it.</summary>
    static async Task<Dictionary<string, string[]>> HoldersAsync(TestService service)
    {
        var list = await service.Client(Roles.Operator).GetFromJsonAsync<ConsumerList>($"/api/{service.Log.Schema}/v1/operations/consumers", JsonSerializerOptions.Web);
        return list!.Leases.GroupBy(lease => lease.Name).ToDictionary(of => of.Key, of => of.Select(lease => lease.Holder).ToArray());
    }

    /// <summary>An <see cref="EffectConsumer"/> that counts what it committed itself.</summary>
    sealed class Telling(string source) : IBusConsumer
    {
        readonly EffectConsumer inner = new(source);
        readonly ConcurrentDictionary<(string Tenant, long To), int> open = new();

        public string Name => inner.Name;
        public string Source => inner.Source;
        public ConcurrentDictionary<string, int> Applied { get; } = new();

        public async Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
        {
            await inner.ApplyAsync(tenant, events, connection, cancellation);
            open[(tenant, events[^1].Seq)] = events.Count;
        }

        public void Committed(string tenant, long position)
        {
            foreach (var run in open.Keys.Where(run => run.Tenant == tenant && run.To <= position))
                if (open.TryRemove(run, out var count))
                    Applied.AddOrUpdate(tenant, count, (_, before) => before + count);
        }
    }
}
