using System.Collections.Concurrent;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class BusTests(PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<PostgresServer>, IClassFixture<RabbitMqServer>
{
    [Fact]
    public async Task An_event_takes_effect_in_another_service_once_and_in_order()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "plain");
        for (var i = 1; i <= 20; i++)
            await pair.Source.AppendAsync(TestService.Tenant, "count-a", new Counted(i), new KeptInside(i));
        await pair.AppliedAsync(TestService.Tenant, Enumerable.Range(1, 20));
    }

    [Fact]
    public async Task The_bus_alone_is_enough()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "alone", new() { ["Bus:IdlePull"] = "01:00:00" });
        var before = await pair.OnlyTheBusAsync();
        for (var i = 1; i <= 50; i++)
            await pair.Source.AppendAsync(TestService.Tenant, $"count-{i % 3}", new Counted(before + i));
        await pair.AppliedAsync(TestService.Tenant, Enumerable.Range(1, before + 50));
    }

    [Fact]
    public async Task Many_events_of_many_tenants_arrive_in_each_tenants_order()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "many");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async t =>
        {
            for (var i = 0; i < 10; i++)
                await pair.Source.AppendAsync($"district-{t}", $"count-{i}", [.. Enumerable.Range((i * 100) + 1, 100).Select(n => new Counted(n, new string('x', 400)))]);
        }));
        for (var t = 0; t < 12; t++)
            await pair.AppliedAsync($"district-{t}", Enumerable.Range(1, 1000));
    }

    [Fact]
    public async Task Events_from_before_the_consumer_existed_are_pulled()
    {
        await using (var source = await TestService.StartAsync("earlysource", postgres.ConnectionString, rabbit.Address.ToString()))
        {
            for (var i = 1; i <= 7; i++)
                await source.AppendAsync(TestService.Tenant, "count-a", new Counted(i));
            await source.RelayedAsync(TestService.Tenant, 7);
        }
        await using var pair = await Pair.StartAsync(postgres, rabbit, "early");
        await pair.AppliedAsync(TestService.Tenant, Enumerable.Range(1, 7));
    }

    [Fact]
    public async Task Without_a_broker_consumers_pull_and_the_service_is_degraded_not_unready()
    {
        await using var pair = await Pair.StartAsync(postgres, null, "brokerless");
        await pair.Source.AppendAsync(TestService.Tenant, "count-a", new Counted(1), new Counted(2));
        await pair.AppliedAsync(TestService.Tenant, [1, 2]);
        var ready = await pair.Target.Client().GetAsync("/health/ready");
        ready.IsSuccessStatusCode.ShouldBeTrue();
        (await ready.Content.ReadAsStringAsync()).ShouldContain("Degraded");
    }

    [Fact]
    public async Task A_poison_event_halts_its_tenant_only_and_is_taken_up_again()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "poison", new() { ["Bus:RetryPause"] = "00:00:00.010", ["Bus:HaltPause"] = "00:00:00.500" });
        pair.Consumer.Failures[("sick", 3)] = 8;
        await pair.Source.AppendAsync("sick", "count-a", [.. Enumerable.Range(1, 6).Select(n => new Counted(n))]);
        await pair.Source.AppendAsync("well", "count-a", [.. Enumerable.Range(1, 6).Select(n => new Counted(n))]);
        await pair.AppliedAsync("well", Enumerable.Range(1, 6));
        await Eventually.Async(async () => (await (await pair.Target.Client().GetAsync("/health/ready")).Content.ReadAsStringAsync()).Contains("for sick at 3", StringComparison.Ordinal));
        await pair.AppliedAsync("sick", Enumerable.Range(1, 6));
        await Eventually.Async(async () => (long)(await ScalarAsync("select count(*) from poisontarget.eq_halt"))! == 0);
        pair.Consumer.Failures[("sick", 3)].ShouldBe(0);
    }

    [Fact]
    public async Task Who_needs_notices_only_is_told_nothing_else_and_keeps_up()
    {
        var (consumer, broker) = (new NoticeConsumer("tellingsource"), rabbit.Address.ToString());
        await using var source = await TestService.StartAsync("tellingsource", postgres.ConnectionString, broker);
        await using var target = await TestService.StartAsync("listener", postgres.ConnectionString, broker,
            new Dictionary<string, string?> { ["Services:tellingsource"] = source.Address, ["Bus:IdlePull"] = "01:00:00" }, services => services.AddSingleton(consumer).AddBusConsumer<NoticeConsumer>());
        // Until the queue is bound events go by: the next batch finds the gap, which is pulled with all that was in it
        var head = 0L;
        for (var inARow = 0; inARow < 3;)
        {
            head = await source.AppendAsync(TestService.Tenant, "count-first", new Counted(1));
            inARow = await Eventually.HoldsWithinAsync(() => Task.FromResult(consumer.Reached == head), TimeSpan.FromSeconds(1)) ? inARow + 1 : 0;
            head.ShouldBeLessThan(60, "the bus carries nothing");
        }
        target.App.Configuration["Services:tellingsource"] = "http://127.0.0.1:1";
        consumer.Received.Clear();

        await source.AppendAsync(TestService.Tenant, "count-a", [.. Enumerable.Range(1, 1_200).Select(n => new Counted(n))]);
        var told = await source.AppendAsync(TestService.Tenant, "count-b", new Forgotten(Guid.NewGuid(), "0123"));
        head = await source.AppendAsync(TestService.Tenant, "count-a", new Counted(7));

        await Eventually.Async(() => consumer.Reached == head);
        consumer.Received.ShouldHaveSingleItem().Seq.ShouldBe(told);
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using var command = postgres.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}

/// <summary>Remembers what it was told.</summary>
internal sealed class NoticeConsumer(string source) : IBusConsumer
{
    long reached;

    public string Name => "notices/1";
    public string Source => source;
    public bool NoticesOnly => true;
    public ConcurrentQueue<PublishedEvent> Received { get; } = new();
    public long Reached => Interlocked.Read(ref reached);

    public Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var e in events)
            Received.Enqueue(e);
        return Task.CompletedTask;
    }

    public void Committed(string tenant, long position) => Interlocked.Exchange(ref reached, position);
}

/// <summary>Two services: events of one take effect in the other.</summary>
internal sealed class Pair : IAsyncDisposable
{
    public required TestService Source { get; init; }
    public required TestService Target { get; init; }
    public required EffectConsumer Consumer { get; init; }

    public static async Task<Pair> StartAsync(PostgresServer postgres, RabbitMqServer? rabbit, string name, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? source = null)
    {
        var broker = rabbit?.Address.ToString();
        var publishing = await TestService.StartAsync($"{name}source", postgres.ConnectionString, broker, settings, source);
        var consumer = new EffectConsumer($"{name}source");
        var consuming = await TestService.StartAsync($"{name}target", postgres.ConnectionString, broker,
            new Dictionary<string, string?>(settings ?? []) { [$"Services:{name}source"] = publishing.Address, ["Bus:IdlePull"] = settings?.GetValueOrDefault("Bus:IdlePull") ?? "00:00:01" },
            services => services.AddSingleton(consumer).AddBusConsumer<EffectConsumer>());
        return new() { Source = publishing, Target = consuming, Consumer = consumer };
    }

    /// <summary>
    /// Appends one event after another until three in a row took effect, then takes the source's address away: from here on nothing can be
    /// pulled. (The first batches may go by before the target's queues are bound; then the next one finds the gap, and it is pulled.)
    /// </summary>
    /// <returns>How many events were appended.</returns>
    public async Task<int> OnlyTheBusAsync()
    {
        var appended = 0;
        for (var inARow = 0; inARow < 3;)
        {
            await Source.AppendAsync(TestService.Tenant, "count-first", new Counted(++appended));
            var applied = await Eventually.HoldsWithinAsync(async () => (await NumbersAsync(TestService.Tenant)).Count == appended, TimeSpan.FromSeconds(1));
            inARow = applied ? inARow + 1 : 0;
            appended.ShouldBeLessThan(60, "the bus carries nothing");
        }
        Target.App.Configuration[$"Services:{Consumer.Source}"] = "http://127.0.0.1:1";
        return appended;
    }

    public Task<List<int>> NumbersAsync(string tenant) => EffectConsumer.NumbersAsync(Target.App.Services.GetRequiredService<NpgsqlDataSource>(), Target.Log.Schema, tenant);

    public Task AppliedAsync(string tenant, IEnumerable<int> numbers, TimeSpan? within = null) => Eventually.Holds(async () =>
        (await NumbersAsync(tenant)).ShouldBe(numbers.ToList()), within);

    public async ValueTask DisposeAsync()
    {
        await Target.DisposeAsync();
        await Source.DisposeAsync();
    }
}
