using System.Collections.Concurrent;
using EquityPlatform.Testing;
using Npgsql;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>One tenant's long backlog on a real server; the others' progress is counted in turns, never in time.</summary>
public sealed class FairnessTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    const int Backlog = 50_000;
    const int Others = 12;

    [Fact]
    public async Task Tenants_progress_beside_a_long_backlog()
    {
        await using var log = await CreateAsync(server);
        await AppendBacklogAsync(log);
        for (var i = 0; i < Others; i++)
            await log.AppendedAsync(Note("s", "x", tenant: $"small-{i}"));
        var turns = new Turns();
        await using var running = Running.Start(log, turns);
        await running.CaughtUpAsync([.. Enumerable.Range(0, Others).Select(i => $"small-{i}")]);
        await running.CaughtUpAsync(["big"]);

        var order = turns.Order.ToArray();
        var last = Array.FindLastIndex(order, t => t.Tenant != "big");
        order.Count(t => t.Tenant != "big").ShouldBe(Others, "each needed one turn");
        order.Take(last).Count(t => t.Tenant == "big").ShouldBeLessThanOrEqualTo(2 + Others / TurnQueue.NearInARow, "turns of the backlog before the last of the others was served");
        order.Where(t => t.Tenant == "big").Sum(t => t.Events).ShouldBe(Backlog);
        order.Max(t => t.Events).ShouldBeLessThanOrEqualTo(500, "a turn is short");
    }

    [Fact]
    public async Task A_tenant_is_served_while_a_turn_of_the_backlog_is_under_way()
    {
        await using var log = await CreateAsync(server);
        await AppendBacklogAsync(log);
        var (turns, seen) = (new Turns(), 0);
        // Every few turns the backlog's own turn waits for another tenant's new event: one lane for all would stand still for ever
        turns.During = async tenant =>
        {
            if (tenant != "big" || seen >= Others || turns.Order.Count < seen * 3)
                return;
            var other = $"small-{seen++}";
            await log.AppendedAsync(Note("s", "x", tenant: other));
            await Eventually.Async(() => turns.Order.Any(t => t.Tenant == other), because: $"{other} is served meanwhile");
        };
        await using var running = Running.Start(log, turns);
        await running.CaughtUpAsync(["big"]);
        seen.ShouldBe(Others);
    }

    [Fact]
    public async Task Two_replicas_share_the_tenants()
    {
        await using var log = await CreateAsync(server);
        string[] tenants = [.. Enumerable.Range(0, 8).Select(i => $"t{i}")];
        foreach (var tenant in tenants)
            await log.Log.AppendBulkAsync(Enumerable.Range(0, 1500).Select(i => Note($"s{i % 40}", "x", tenant: tenant)).ToAsyncEnumerable(), default).ToListAsync();
        var (one, two) = (new Turns(), new Turns());
        await using (Running.Start(log, one))
        await using (var running = Running.Start(log, two))
            await running.CaughtUpAsync(tenants);
        one.Order.ShouldNotBeEmpty();
        two.Order.ShouldNotBeEmpty();
        (one.Order.Sum(t => t.Events) + two.Order.Sum(t => t.Events)).ShouldBe(8 * 1500, "each event was applied by one of them, once");
    }

    static async Task AppendBacklogAsync(TestLog log)
    {
        await foreach (var answer in log.Log.AppendBulkAsync(Enumerable.Range(0, Backlog / 10).Select(i => Notes($"s{i}", 10, "big")).ToAsyncEnumerable(), default))
            answer.ShouldBeOfType<AppendResult.Appended>();
    }

    /// <summary>Writes down every turn; its effect is the turn itself, committed with the checkpoint.</summary>
    sealed class Turns : ISubscription
    {
        public string Name => "turns/1";
        public IReadOnlyCollection<string>? Types => null;
        public ConcurrentQueue<(string Tenant, int Events)> Order { get; } = [];
        public Func<string, Task>? During { get; set; }

        public async Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
        {
            if (During is not null)
                await During(tenant);
            Order.Enqueue((tenant, events.Count));
        }
    }

    sealed class Running : IAsyncDisposable
    {
        readonly CancellationTokenSource stop = new();
        readonly SubscriptionRunner runner;
        readonly TestLog log;
        readonly Task running;

        Running(TestLog log, Turns turns)
        {
            (this.log, runner) = (log, new(log.Log, turns));
            running = Task.Run(() => runner.RunAsync(stop.Token));
        }

        public static Running Start(TestLog log, Turns turns) => new(log, turns);

        public async Task CaughtUpAsync(string[] tenants)
        {
            var head = await log.Log.HeadAsync(default);
            foreach (var tenant in tenants)
                await runner.WaitForAsync(tenant, head, default).WaitAsync(TimeSpan.FromSeconds(120));
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
        }
    }
}
