using EquityPlatform.Testing;
using Npgsql;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>Blue/green on a real server, under its three roles.</summary>
public sealed class RebuildTests(PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    static readonly string[] Tenants = ["a", "b", "c"];
    NpgsqlDataSource owner = null!;
    NpgsqlDataSource writer = null!;

    [Fact]
    public async Task Rebuilt_while_writes_go_on_the_rows_are_equal_and_no_reader_sees_an_error()
    {
        await using var log = await FilledAsync(3_000);
        await using var live = await Live.StartAsync(log);
        await live.CaughtUpAsync();
        // What the rebuild is for: rows that are wrong
        await PlantAsync(log, "update {s}.tally set events = events + 1 where stream = 's1'; delete from {s}.tally_text where position < 50");

        using var stop = new CancellationTokenSource();
        var writing = live.WriteUntilAsync(stop.Token);
        var reading = live.ReadUntilAsync(stop.Token);
        await live.Tally.Rebuild(log, owner, writer).RunAsync(default);
        var after = live.Written;
        await Eventually.Async(() => live.Written > after + 20, because: "writes go on after the switch");
        await stop.CancelAsync();
        await writing;
        (await reading).ShouldBeGreaterThan(20, "readers went on all the time");
        await live.CaughtUpAsync();
        await live.Tally.ShouldBeTheFoldAsync(log);

        var blue = await live.Tally.HashAsync(log);
        await live.Tally.Rebuild(log, owner, writer).DropOldAsync(default);
        await live.Tally.Rebuild(log, owner, writer).RunAsync(default);
        (await live.Tally.HashAsync(log)).ShouldBe(blue);
        (await log.ScalarAsync<long>("select count(*) from {s}.eq_progress where consumer like 'rebuild %'")).ShouldBe(0);
        (await RebuildStatus.ListAsync(log.Database, log.Schema, default)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.State.ShouldBe("switched"), r => r.Percent.ShouldBe(100));
    }

    [Fact]
    public async Task Killed_halfway_it_goes_on_where_it_was()
    {
        await using var log = await FilledAsync(6_000);
        await using var live = await Live.StartAsync(log);
        await live.CaughtUpAsync();
        var blue = await live.Tally.HashAsync(log);

        var dying = new Tally { Before = async (events, connection) => { if (events[^1].Position > 3_500) await KillAsync(connection); } };
        await Should.ThrowAsync<NpgsqlException>(dying.Rebuild(log, owner, writer).RunAsync(default));
        var halfway = (await RebuildStatus.ListAsync(log.Database, log.Schema, default)).ShouldHaveSingleItem();
        halfway.State.ShouldBe("building");
        halfway.Percent.ShouldBeInRange(30, 60);
        (await live.Tally.HashAsync(log)).ShouldBe(blue, "the tables in use are as they were");

        var first = long.MaxValue;
        var resumed = new Tally { Before = (events, _) => { first = Math.Min(first, events[0].Position); return Task.CompletedTask; } };
        await resumed.Rebuild(log, owner, writer).RunAsync(default);
        first.ShouldBeGreaterThan(2_000, "what was built is not built again");
        (await live.Tally.HashAsync(log)).ShouldBe(blue);
        await log.AppendedAsync(Note("s1", "after"));
        await live.CaughtUpAsync();
        await live.Tally.ShouldBeTheFoldAsync(log);
    }

    [Fact]
    public async Task A_rebuild_is_handed_the_same_events_as_a_running_subscription()
    {
        await using var log = await CreateAsync(server);
        var source = new EventSource(Guid.NewGuid(), "attendance.csv", 7);
        await log.AppendedAsync(new("a", "s1", "note", ExpectedVersion.Any, [new(Guid.NewGuid(), new Noted("one"), source, "because \"so\""), new(Guid.NewGuid(), new Noted("two"))], new("demo:tester", "trace", "cause"), Guid.NewGuid()));
        await log.AppendedAsync(new("b", "s1", "note", ExpectedVersion.Any, [new(Guid.NewGuid(), new Noted("three"), Reason: "why")], new("u")));
        var pages = new List<RecordedEvent>();
        await foreach (var page in new EventPages(writer, log.Schema, Types, ["noted/1"], 2).ReadAsync(0, 3, default))
            pages.AddRange(page.Events);
        pages.ShouldBe(await log.AllAsync());
        pages[0].Source.ShouldBe(source);
    }

    [Fact]
    public async Task The_new_tables_have_the_keys_rights_and_fences_of_the_old()
    {
        await using var log = await FilledAsync(100);
        await using var live = await Live.StartAsync(log);
        await live.CaughtUpAsync();
        var before = await StructureAsync(log, log.Schema);
        before.ShouldContain("own_tenant");
        before.ShouldContain("tally_key");
        await live.Tally.Rebuild(log, owner, writer).RunAsync(default);
        (await StructureAsync(log, log.Schema)).ShouldBe(before);
        (await StructureAsync(log, $"{log.Schema}_old")).ShouldBe(before);

        (await TenantTransaction.ScalarAsync(log.Log.Database, "a", new($"select count(*) from {log.Schema}.tally where tenant_id <> 'a'"), default)).ShouldBe(0L);
        await using var nobody = log.Log.Database.CreateCommand($"select count(*) from {log.Schema}.tally");
        (await nobody.ExecuteScalarAsync()).ShouldBe(0L, "no tenant named, no rows");
        await using var replaced = log.Log.Database.CreateCommand($"select count(*) from {log.Schema}_old.tally");
        (await Should.ThrowAsync<PostgresException>(replaced.ExecuteScalarAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task The_old_version_is_kept_until_it_is_dropped()
    {
        await using var log = await FilledAsync(100);
        await using var live = await Live.StartAsync(log);
        await live.CaughtUpAsync();
        var rebuild = live.Tally.Rebuild(log, owner, writer);
        (await rebuild.DropOldAsync(default)).ShouldBeFalse();
        await rebuild.RunAsync(default);
        (await log.ScalarAsync<long>("select sum(events)::bigint from {s}_old.tally")).ShouldBe(100);
        (await Should.ThrowAsync<RebuildRefusedException>(rebuild.RunAsync(default))).Message.ShouldContain("--drop-old");
        (await rebuild.DropOldAsync(default)).ShouldBeTrue();
        (await log.ScalarAsync<bool>("select to_regnamespace('{s}_old') is null")).ShouldBeTrue();
        await rebuild.RunAsync(default);
    }

    [Fact]
    public async Task A_second_rebuild_of_the_same_projection_is_told_so_and_an_aborted_one_leaves_nothing()
    {
        await using var log = await FilledAsync(2_000);
        await using var live = await Live.StartAsync(log);
        await live.CaughtUpAsync();
        var (started, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = new Tally { Before = async (_, _) => { started.TrySetResult(); await goOn.Task; throw new OperationCanceledException(); } };
        var first = slow.Rebuild(log, owner, writer).RunAsync(default);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await Should.ThrowAsync<RebuildRefusedException>(new Tally().Rebuild(log, owner, writer).RunAsync(default))).Message.ShouldContain("Another process");
        goOn.SetResult();
        await Should.ThrowAsync<OperationCanceledException>(first);

        await live.Tally.Rebuild(log, owner, writer).AbortAsync(default);
        (await log.ScalarAsync<bool>("select to_regnamespace('{s}_build') is null")).ShouldBeTrue();
        (await log.ScalarAsync<long>("select count(*) from {s}.eq_progress where consumer like 'rebuild %'")).ShouldBe(0);
        (await RebuildStatus.ListAsync(log.Database, log.Schema, default)).ShouldHaveSingleItem().State.ShouldBe("aborted");
        await live.Tally.ShouldBeTheFoldAsync(log);
    }

    [Fact]
    public async Task A_new_version_with_tables_of_its_own_is_built_beside_the_old()
    {
        await using var log = await FilledAsync(2_500);
        await using var live = await Live.StartAsync(log);
        await live.CaughtUpAsync();
        var next = new Tally("tally_two", 2);
        await next.CreateAsync(log);
        await next.Rebuild(log, owner, writer).RunAsync(default);
        await next.ShouldBeTheFoldAsync(log);
        await live.Tally.ShouldBeTheFoldAsync(log);
        (await log.ScalarAsync<long>("select sum(events)::bigint from {s}.tally_two")).ShouldBe(2_500);
        await using var running = await Live.StartAsync(log, next, create: false); // goes on where the rebuild ended
        await log.AppendedAsync(Note("s1", "after"));
        await running.CaughtUpAsync();
        (await log.ScalarAsync<long>("select sum(events)::bigint from {s}.tally_two")).ShouldBe(2_501);
    }

    [Fact]
    public async Task An_event_that_cannot_be_applied_ends_the_rebuild_by_name_unless_an_operator_passed_it()
    {
        await using var log = await FilledAsync(1_500);
        var poison = await log.AppendedAsync(Note("p", "poison", tenant: "b"));
        await log.AppendedAsync(Note("s1", "after"));
        var at = (await log.AllAsync("b")).Single(e => e.Position == poison.LastPosition);
        var tally = new Tally { Before = (events, _) => events.Any(e => e.Id == at.Id) ? throw new FormatException("cannot be applied") : Task.CompletedTask };
        await tally.CreateAsync(log);
        (await Should.ThrowAsync<RebuildRefusedException>(tally.Rebuild(log, owner, writer).RunAsync(default))).Message.ShouldStartWith("tally/1 cannot apply event 1501 (noted/1) of tenant b: FormatException");
        (await log.ScalarAsync<long>("select count(*) from {s}.tally")).ShouldBe(0, "nothing was switched");

        await log.AppendedAsync(new("b", "operation", "operation", ExpectedVersion.Any,
            [new(ConsumerOverridden.IdOf(tally.Name, log.Schema, at.Position, at.Id), new ConsumerOverridden(tally.Name, log.Schema, at.Position, at.Id, at.Type, "FormatException"), Reason: "wrong from the start")], new("demo:operator")));
        await tally.Rebuild(log, owner, writer).RunAsync(default);
        (await log.ScalarAsync<long>("select sum(events)::bigint from {s}.tally")).ShouldBe(1_501, "all but the one");
    }

    [Fact]
    public async Task A_table_that_something_hangs_on_is_refused()
    {
        await using var log = await FilledAsync(10);
        var tally = new Tally();
        await tally.CreateAsync(log);
        await PlantAsync(log, "create view {s}.seen as select * from {s}.tally");
        (await Should.ThrowAsync<RebuildRefusedException>(tally.Rebuild(log, owner, writer).RunAsync(default))).Message.ShouldContain("a view reads it");
    }

    async Task<TestLog> FilledAsync(int events)
    {
        var log = await CreateAsync(server);
        await log.Log.AppendBulkAsync(Enumerable.Range(0, events).Select(i => Note($"s{i % 97}", $"n{i}", tenant: Tenants[i % 3])).ToAsyncEnumerable(), default).ToListAsync();
        return log;
    }

    static async Task PlantAsync(TestLog log, string sql)
    {
        await using var command = log.Database.CreateCommand(sql.Replace("{s}", log.Schema, StringComparison.Ordinal));
        await command.ExecuteNonQueryAsync();
    }

    static async Task KillAsync(NpgsqlConnection connection)
    {
        await using var kill = new NpgsqlCommand("select pg_terminate_backend(pg_backend_pid())", connection);
        await kill.ExecuteScalarAsync();
    }

    /// <summary>Everything about the tables but the schema they are in.</summary>
    static Task<string> StructureAsync(TestLog log, string schema) => log.ScalarAsync<string>($$"""
        select replace(string_agg(line, E'\n' order by line), '{{schema}}.', '') from (
          select format('%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity) as line from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = to_regnamespace('{{schema}}') and c.relname like 'tally%' and c.relkind = 'r' and a.attnum > 0
          union all select format('%s %s %s %s %s', relname, relrowsecurity, relforcerowsecurity, reloptions,
            (select string_agg(a.grantee::regrole || ':' || a.privilege_type, ',' order by a.grantee::regrole::text, a.privilege_type) from aclexplode(relacl) a)) from pg_class
            where relnamespace = to_regnamespace('{{schema}}') and relname like 'tally%' and relkind = 'r'
          union all select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = to_regnamespace('{{schema}}') and c.relname like 'tally%'
          union all select conname || pg_get_constraintdef(oid) from pg_constraint where connamespace = to_regnamespace('{{schema}}') and conrelid::regclass::text like '%tally%'
          union all select format('%s %s %s %s %s %s', tablename, policyname, permissive, cmd, qual, with_check) from pg_policies where schemaname = '{{schema}}' and tablename like 'tally%') lines
        """);

    public Task InitializeAsync()
    {
        (owner, writer) = (NpgsqlDataSource.Create(server.Logins.Owner), NpgsqlDataSource.Create(server.Logins.Writer));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await owner.DisposeAsync();
        await writer.DisposeAsync();
    }

    /// <summary>The projection as a service runs it, with people who write and read.</summary>
    sealed class Live : IAsyncDisposable
    {
        readonly CancellationTokenSource stop = new();
        readonly TestLog log;
        readonly SubscriptionRunner runner;
        readonly Task running;

        Live(TestLog log, Tally tally)
        {
            (this.log, Tally) = (log, tally);
            runner = new(log.Log, tally);
            running = Task.Run(() => runner.RunAsync(stop.Token));
        }

        public Tally Tally { get; }
        public int Written { get; private set; }

        public static async Task<Live> StartAsync(TestLog log, Tally? tally = null, bool create = true)
        {
            tally ??= new();
            if (create)
                await tally.CreateAsync(log);
            // As a service connects: names without a schema lead to its own
            return new(log, tally);
        }

        public async Task CaughtUpAsync()
        {
            var head = await log.Log.HeadAsync(default);
            foreach (var tenant in Tenants)
                await runner.WaitForAsync(tenant, head, default).WaitAsync(TimeSpan.FromSeconds(60));
        }

        public async Task WriteUntilAsync(CancellationToken stopped)
        {
            while (!stopped.IsCancellationRequested)
            {
                await log.AppendedAsync(Note($"s{Written % 97}", "live", tenant: Tenants[Written % 3]));
                Written++;
            }
        }

        /// <summary>Reads by one prepared statement, whatever table stands behind the name. Returns how often.</summary>
        public async Task<int> ReadUntilAsync(CancellationToken stopped)
        {
            await using var connection = await log.Log.Database.OpenConnectionAsync(default);
            await using var count = new NpgsqlCommand("select sum(events)::bigint from tally join tally_text using (tenant_id) where tenant_id = 'a' and position = 1", connection);
            await count.PrepareAsync(default);
            for (var reads = 0; ; reads++)
            {
                if (stopped.IsCancellationRequested)
                    return reads;
                await using var transaction = await connection.BeginTransactionAsync(default);
                await TenantTransaction.SetAsync(connection, "a", default);
                await count.ExecuteScalarAsync(default);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
        }
    }
}
