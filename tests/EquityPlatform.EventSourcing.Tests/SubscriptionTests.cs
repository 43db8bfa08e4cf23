using EquityPlatform.Testing;
using Npgsql;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

public sealed class SubscriptionTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Effects_are_there_when_waiting_for_a_position_ends()
    {
        await using var log = await CreateAsync(server);
        await using var counter = await Counter.StartAsync(log, "counter/1");
        for (var i = 0; i < 20; i++)
        {
            var position = (await log.AppendedAsync(Note($"s{i % 3}", "x"))).LastPosition;
            await counter.WaitForAsync("a", position);
            (await counter.TotalAsync("a")).ShouldBe(i + 1);
        }
        // A position that belongs to another tenant is no reason to wait
        await log.AppendedAsync(Note("s", "x", tenant: "b"));
        await counter.WaitForAsync("a", await log.Log.HeadAsync(default));
    }

    [Fact]
    public async Task An_effect_that_fails_halfway_is_undone_with_its_checkpoint()
    {
        await using var log = await CreateAsync(server);
        var failures = 0;
        await using var counter = await Counter.StartAsync(log, "counter/1", before: async (e, connection) =>
        {
            if (e.Position % 7 != 0 || failures++ >= 6)
                return;
            if (failures % 2 == 0)
                throw new InvalidOperationException("fails after earlier effects of the same batch");
            // The server cuts the connection while the effects are not yet committed
            await using var other = await log.Database.OpenConnectionAsync();
            await using var cut = new NpgsqlCommand($"select pg_terminate_backend({connection.ProcessID})", other);
            await cut.ExecuteScalarAsync();
        });
        await log.Log.AppendBulkAsync(Enumerable.Range(0, 700).Select(i => Note($"s{i % 50}", "x")).ToAsyncEnumerable(), default).ToListAsync();
        await counter.WaitForAsync("a", 700);
        failures.ShouldBeGreaterThan(6);
        await counter.ShouldHaveCountedOnceAsync("a", 700);
    }

    [Fact]
    public async Task A_poison_event_halts_its_tenant_only_until_it_can_be_applied()
    {
        await using var log = await CreateAsync(server);
        await log.Log.AppendBulkAsync(Enumerable.Range(0, 40).Select(i => Note($"s{i}", i == 17 ? "poison" : "x", tenant: i % 2 == 1 ? "bad" : "good")).ToAsyncEnumerable(), default).ToListAsync();
        await using (var counter = await Counter.StartAsync(log, "counter/1", before: (e, _) => e.Data is Noted { Text: "poison" } ? throw new FormatException("cannot be applied") : Task.CompletedTask))
        {
            await counter.WaitForAsync("good", 40);
            await counter.ShouldHaveCountedOnceAsync("good", 20);
            await Eventually.Async(async () => await log.ScalarAsync<long>("select count(*) from {s}.eq_halt") == 1, because: "the halt is on record");
            (await log.ScalarAsync<string>("select consumer || tenant_id || seq || error from {s}.eq_halt")).ShouldBe("counter/1bad18FormatException");
            await counter.ShouldHaveCountedOnceAsync("bad", 8); // positions 2, 4, ... 16, none skipped

            var later = await log.AppendedAsync(Note("s", "x", tenant: "good"));
            await counter.WaitForAsync("good", later.LastPosition);
            await counter.ShouldHaveCountedOnceAsync("bad", 8);
        }
        await using var mended = await Counter.StartAsync(log, "counter/1");
        await mended.WaitForAsync("bad", 40);
        await mended.ShouldHaveCountedOnceAsync("bad", 20);
        (await log.ScalarAsync<long>("select count(*) from {s}.eq_halt")).ShouldBe(0);
    }

    [Fact]
    public async Task Unwanted_types_move_the_checkpoint_without_an_effect()
    {
        await using var log = await CreateAsync(server);
        await using var counter = await Counter.StartAsync(log, "weights/1", types: ["weighed/1"]);
        await log.Log.AppendBulkAsync(Enumerable.Range(0, 1200).Select(i => Note($"s{i}", "x")).ToAsyncEnumerable(), default).ToListAsync();
        var weighed = await log.AppendedAsync(new("a", "w", "weight", ExpectedVersion.Any, [new(Guid.NewGuid(), new Weighed(1.5))], new("u")));
        await log.AppendedAsync(Note("s", "after"));
        await counter.WaitForAsync("a", weighed.LastPosition + 1);
        (await counter.TotalAsync("a")).ShouldBe(1);
        await Eventually.Async(async () => await log.ScalarAsync<long>("select seq from {s}.eq_progress where consumer = 'weights/1'") == weighed.LastPosition + 1);
    }

    [Fact]
    public async Task Two_replicas_of_a_subscription_count_once()
    {
        await using var log = await CreateAsync(server);
        await using var one = await Counter.StartAsync(log, "counter/1");
        await using var two = await Counter.StartAsync(log, "counter/1");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => log.Log.AppendAsync(Note($"s{i % 9}", "x", tenant: $"t{i % 3}"), default)));
        var head = await log.Log.HeadAsync(default);
        foreach (var tenant in (string[])["t0", "t1", "t2"])
        {
            await one.WaitForAsync(tenant, head);
            await two.WaitForAsync(tenant, head);
            await one.ShouldHaveCountedOnceAsync(tenant, 100);
        }
    }

    [Fact]
    public async Task A_rebuild_beside_the_running_one_gives_equal_rows()
    {
        await using var log = await CreateAsync(server);
        await using var running = await Counter.StartAsync(log, "counter/1");
        var bulk = log.Log.AppendBulkAsync(Enumerable.Range(0, 2000).Select(i => Notes($"s{i % 100}", 1 + i % 3, i % 2 == 0 ? "a" : "b")).ToAsyncEnumerable(), default).ToListAsync();
        await using var rebuilt = await Counter.StartAsync(log, "counter/2"); // while events are still coming
        await bulk;
        var head = await log.Log.HeadAsync(default);
        foreach (var counter in (Counter[])[running, rebuilt])
            foreach (var tenant in (string[])["a", "b"])
                await counter.WaitForAsync(tenant, head);
        (await rebuilt.RowsAsync()).ShouldBe(await running.RowsAsync());
        (await rebuilt.RowsAsync()).Count.ShouldBe(100);
    }
}
