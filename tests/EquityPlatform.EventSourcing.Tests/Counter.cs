using Npgsql;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>
/// A read model that would show every event lost, counted twice or applied out of order: per stream the number of events, the
/// sum of their positions and the last version, raised only from the version before.
/// </summary>
internal sealed class Counter : ISubscription, IAsyncDisposable
{
    readonly TestLog log;
    readonly string table;
    readonly Func<RecordedEvent, NpgsqlConnection, Task>? before;
    readonly SubscriptionRunner runner;
    readonly CancellationTokenSource stop = new();
    Task running = Task.CompletedTask;

    Counter(TestLog log, string name, IReadOnlyCollection<string>? types, Func<RecordedEvent, NpgsqlConnection, Task>? before, EventLog? on)
    {
        (this.log, Name, Types, this.before) = (log, name, types, before);
        table = $"{log.Schema}.\"{name}\"";
        runner = new(on ?? log.Log, this);
    }

    public string Name { get; }
    public IReadOnlyCollection<string>? Types { get; }

    public static async Task<Counter> StartAsync(TestLog log, string name, IReadOnlyCollection<string>? types = null, Func<RecordedEvent, NpgsqlConnection, Task>? before = null, EventLog? on = null)
    {
        var counter = new Counter(log, name, types, before, on);
        await using (var command = log.Database.CreateCommand($"create table if not exists {counter.table} (tenant text, stream text, events bigint, positions numeric, version bigint, primary key (tenant, stream)); grant select, insert, update on {counter.table} to {log.Roles.Names.Service}"))
            await command.ExecuteNonQueryAsync();
        counter.running = Task.Run(() => counter.runner.RunAsync(counter.stop.Token));
        return counter;
    }

    public async Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var e in events)
        {
            if (before is not null)
                await before(e, connection);
            await using var command = new NpgsqlCommand($"""
                insert into {table} as t values ($1, $2, 1, $3, $4)
                on conflict (tenant, stream) do update set events = t.events + 1, positions = t.positions + excluded.positions, version = excluded.version
                where t.version = excluded.version - 1
                """, connection) { Parameters = { new() { Value = tenant }, new() { Value = e.StreamId }, new() { Value = (decimal)e.Position }, new() { Value = e.Version } } };
            if (await command.ExecuteNonQueryAsync(cancellation) != 1)
                throw new InvalidOperationException($"Out of order: {e.StreamId} {e.Version}");
        }
    }

    public Task WaitForAsync(string tenant, long position) => runner.WaitForAsync(tenant, position, new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);

    public Task<decimal> TotalAsync(string tenant) => log.ScalarAsync<decimal>($"select coalesce(sum(events), 0) from {table} where tenant = '{tenant}'");

    public async Task ShouldHaveCountedOnceAsync(string tenant, long events)
    {
        (await TotalAsync(tenant)).ShouldBe(events);
        (await log.ScalarAsync<bool>($"""
            select not exists (
              select from {table} t full join (select stream_id, count(*) as n, sum(seq_id) as positions from {log.Schema}.mt_events
                where tenant_id = '{tenant}' and seq_id <= (select max(seq) from {log.Schema}.eq_progress where consumer = '{Name}' and tenant_id = '{tenant}') group by 1) e on e.stream_id = t.stream
              where t.tenant = '{tenant}' and (t.events is distinct from e.n or t.positions is distinct from e.positions))
            """)).ShouldBeTrue("the rows are the fold of the log up to the checkpoint");
    }

    public async Task<List<(string, string, long, decimal, long)>> RowsAsync()
    {
        await using var command = log.Database.CreateCommand($"select * from {table} order by 1, 2");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string, long, decimal, long)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetDecimal(3), reader.GetInt64(4)));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }
}
