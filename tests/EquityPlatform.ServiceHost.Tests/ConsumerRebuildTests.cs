using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>The verb rebuilds a read model of another service's events by pulling them again, while new ones come.</summary>
public sealed class ConsumerRebuildTests(PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<PostgresServer>, IClassFixture<RabbitMqServer>
{
    static readonly string[] Tenants = ["north", "east", "south"];

    [Fact]
    public async Task A_consumers_tables_are_built_from_the_feed_and_take_over()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "anew");
        foreach (var tenant in Tenants)
            for (var i = 0; i < 30; i++)
                await pair.Source.AppendAsync(tenant, $"count-{i % 4}", [.. Enumerable.Range((i * 50) + 1, 50).Select(n => new Counted(n))]);
        foreach (var tenant in Tenants)
            await pair.AppliedAsync(tenant, Enumerable.Range(1, 1500));
        await RunAsync("update anewtarget.effect set number = 0 where number = 700");

        using var stop = new CancellationTokenSource();
        var last = 1500;
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                last++;
                foreach (var tenant in Tenants)
                    await pair.Source.AppendAsync(tenant, "count-live", new Counted(last));
            }
        });
        (await RebuildAsync(pair, 400)).ShouldBe(0);
        var atSwitch = last;
        await Eventually.Async(() => last > atSwitch + 20, because: "writes go on after the switch");
        await stop.CancelAsync();
        await writing;
        foreach (var tenant in Tenants)
            await pair.AppliedAsync(tenant, Enumerable.Range(1, last));
        (await ScalarAsync("select count(*) from anewtarget_old.effect where number = 0")).ShouldBe(3L, "the old version is kept");
        (await ScalarAsync("select count(*) from anewtarget.eq_progress where consumer like 'rebuild %'")).ShouldBe(0L);
    }

    [Fact]
    public async Task Killed_halfway_it_goes_on_where_it_was()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "cut");
        for (var i = 0; i < 20; i++)
            await pair.Source.AppendAsync("north", "count-a", [.. Enumerable.Range((i * 50) + 1, 50).Select(n => new Counted(n))]);
        await pair.AppliedAsync("north", Enumerable.Range(1, 1000));
        // The third page of 200 is cut off from the server
        (await RebuildAsync(pair, 200, async (events, connection) =>
        {
            if (events[0].Seq <= 400)
                return;
            await using var kill = new NpgsqlCommand("select pg_terminate_backend(pg_backend_pid())", connection);
            await kill.ExecuteScalarAsync();
        })).ShouldBe(1);
        (await ScalarAsync("select state || ' ' || percent from cuttarget.eq_rebuild")).ShouldBe("building 40");
        await pair.AppliedAsync("north", Enumerable.Range(1, 1000));
        var first = 0L;
        (await RebuildAsync(pair, 200, (events, _) =>
        {
            first = first == 0 ? events[0].Seq : first;
            return Task.CompletedTask;
        })).ShouldBe(0);
        first.ShouldBe(401);
        await pair.Source.AppendAsync("north", "count-a", new Counted(1001));
        await pair.AppliedAsync("north", Enumerable.Range(1, 1001));
    }

    async Task<int> RebuildAsync(Pair pair, int batch, Func<IReadOnlyList<Contracts.Bus.PublishedEvent>, NpgsqlConnection, Task>? before = null)
    {
        var consumer = new EffectConsumer(pair.Consumer.Source) { RebuildBatch = batch, Before = before };
        var app = TestService.Build(TestService.Define(pair.Target.Log.Schema), postgres.ConnectionString, settings: new Dictionary<string, string?> { [$"Services:{pair.Consumer.Source}"] = pair.Source.Address },
            services: services => services.AddSingleton(consumer).AddBusConsumer<EffectConsumer>());
        return await app.RunPlatformServiceAsync(["rebuild", consumer.Name]);
    }

    async Task RunAsync(string sql)
    {
        await using var command = postgres.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using var command = postgres.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
