using System.Collections.Concurrent;
using EquityPlatform.Testing;
using Npgsql;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>The server is killed under load, as by a power cut.</summary>
public sealed class FaultTests(OwnPostgresServer server) : IClassFixture<OwnPostgresServer>
{
    [Fact]
    public async Task A_killed_server_loses_nothing_acknowledged_and_nothing_counts_twice()
    {
        await using var log = await CreateAsync(server);
        await using var counter = await Counter.StartAsync(log, "counter/1");
        var acknowledged = new ConcurrentDictionary<Guid, long>();
        var unknown = 0;
        var repeated = 0;
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var id = Guid.NewGuid();
                await Eventually.Async(async () => // a caller repeats by id until it has an answer
                {
                    try
                    {
                        var answer = await log.Log.AppendAsync(Note($"s{caller}", $"{i}", id: id, tenant: $"t{caller % 3}", command: caller % 2 == 0 ? id : null), default);
                        if (answer is AppendResult.Repeated)
                            Interlocked.Increment(ref repeated);
                        acknowledged[id] = answer switch
                        {
                            AppendResult.Appended a => a.LastPosition,
                            AppendResult.Repeated a => a.LastPosition,
                            _ => throw new InvalidOperationException($"{answer}"),
                        };
                        return true;
                    }
                    catch (NpgsqlException)
                    {
                        Interlocked.Increment(ref unknown);
                        throw;
                    }
                }, TimeSpan.FromSeconds(60));
            }
        })).ToArray();
        var bulk = Task.Run(async () =>
        {
            var appends = Enumerable.Range(0, 10_000).Select(i => Note($"bulk{i}", "x")).ToArray();
            await Eventually.Async(async () => // the whole again, ids settle what was there
            {
                var answers = await log.Log.AppendBulkAsync(appends.ToAsyncEnumerable(), default).ToListAsync();
                answers.ShouldAllBe(a => a is AppendResult.Appended || a is AppendResult.Repeated);
                return true;
            }, TimeSpan.FromSeconds(60));
        });

        for (var kill = 0; kill < 3; kill++)
        {
            var before = acknowledged.Count;
            await Eventually.Async(() => acknowledged.Count > before + 200, TimeSpan.FromSeconds(60), "appends go on");
            await server.Node.KillAsync();
            await server.Node.StartAsync();
        }
        var last = acknowledged.Count;
        await Eventually.Async(() => acknowledged.Count > last + 200, TimeSpan.FromSeconds(60), "appends go on without hands");
        await bulk;
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        server.Database.Clear(); // the looker's idle connections died with the server

        unknown.ShouldBeGreaterThan(0, "the kills met appends under way");
        var stored = (await log.AllAsync()).ToDictionary(e => e.Id, e => e.Position);
        foreach (var (id, position) in acknowledged)
            stored.ShouldContainKeyAndValue(id, position);
        stored.Count.ShouldBe(acknowledged.Count + 10_000);
        await MartenFormatTests.RulesAsync(log, stored.Count);

        var head = await log.Log.HeadAsync(default);
        foreach (var tenant in (string[])["a", "t0", "t1", "t2"])
        {
            await counter.WaitForAsync(tenant, head);
            await counter.ShouldHaveCountedOnceAsync(tenant, await log.ScalarAsync<long>($"select count(*) from {{s}}.mt_events where tenant_id = '{tenant}'"));
        }
    }

    [Fact]
    public async Task A_connection_that_died_while_idle_is_replaced_without_the_caller_noticing()
    {
        await using var log = await CreateAsync(server);
        await log.AppendedAsync(Note("s", "1"));
        await server.Node.StopAsync();
        await server.Node.StartAsync();
        await log.AppendedAsync(Note("s", "2"));
    }

    [Fact]
    public async Task While_the_server_is_away_callers_get_an_exception_and_later_an_answer()
    {
        await using var log = await CreateAsync(server);
        await server.Node.StopAsync();
        var id = Guid.NewGuid();
        await Should.ThrowAsync<NpgsqlException>(() => log.Log.AppendAsync(Note("s", "1", id: id), default));
        await server.Node.StartAsync();
        await log.AppendedAsync(Note("s", "1", id: id));
    }
}
