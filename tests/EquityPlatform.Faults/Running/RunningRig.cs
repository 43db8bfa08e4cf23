using System.Diagnostics;
using System.Globalization;
using EquityPlatform.Faults.Checking;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;
using Npgsql;

namespace EquityPlatform.Faults.Running;

/// <summary>
/// The rig at work: two replicas of the source, one sink, a database and a virtual host of their own, every connection through a proxy,
/// clients that append all the time, and a checker's listener on the broker.
/// </summary>
sealed class RunningRig : IAsyncDisposable
{
    /// <summary>I8: without hands, within this.</summary>
    public static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(60);

    /// <summary>For the first start, on a machine that does much else; no promise is judged by it.</summary>
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    readonly string folder;
    readonly WorldReader reader;
    readonly AuditReader auditor;
    readonly Uri broker;

    RunningRig(Servers servers, string folder, string database, Uri broker, int seed, string? mutation)
    {
        (Servers, this.folder, Database, this.broker) = (servers, folder, database, broker);
        Switch = new(Directory.CreateDirectory(Path.Combine(folder, "control")).FullName);
        var databasePort = new NpgsqlConnectionStringBuilder(database).Port;
        (SourceDatabase, SinkDatabase, SourceBroker, SinkBroker) = (new(databasePort), new(databasePort), new(broker.Port), new(broker.Port));
        ClockFile = Path.Combine(folder, "clock");
        History = new(Path.Combine(folder, "history.jsonl"));
        Tap = new(broker);
        Sources = [.. Enumerable.Range(0, 2).Select(n => new RigProcess(folder, $"source-{n}", Settings("source", SourceDatabase.Port, SourceBroker.Port, mutation)))];
        SourceDoor = new(Sources[0].Port);
        VerbSettings = new() { ["source"] = Settings("source", databasePort, broker.Port, mutation), ["sink"] = Settings("sink", databasePort, broker.Port, mutation) };
        Sink = new(folder, "sink-0", Settings("sink", SinkDatabase.Port, SinkBroker.Port, mutation));
        Load = new([.. Sources.Select(source => source.Port)], History, seed);
        auditor = new([.. Sources.Select(one => new Func<Uri>(() => new($"http://127.0.0.1:{one.Port}")))], Load.Tenants);
        reader = new(database, Tap, auditor, () => new($"http://127.0.0.1:{Sources[0].Port}"));
    }

    public Servers Servers { get; }
    public string Database { get; }
    public Uri Broker => broker;
    public FaultSwitch Switch { get; }
    public TcpProxy SourceDatabase { get; }
    public TcpProxy SinkDatabase { get; }
    public TcpProxy SourceBroker { get; }
    public TcpProxy SinkBroker { get; }

    /// <summary>What the sink knows as the address of the source: the load balancer in front of its replicas.</summary>
    public TcpProxy SourceDoor { get; }
    public RigProcess[] Sources { get; }
    public RigProcess Sink { get; }
    public Load Load { get; }
    public History History { get; }
    public Tap Tap { get; }
    public string ClockFile { get; }
    public WorldReader Reader => reader;

    /// <summary>Settings of one-shot verbs, by role.</summary>
    public Dictionary<string, Dictionary<string, string>> VerbSettings { get; }
    public IEnumerable<RigProcess> Processes => [.. Sources, Sink];
    public string Folder => folder;

    /// <summary>The small disk under its database, where a fault asked for one.</summary>
    public SmallDisk? Disk { get; init; }

    /// <param name="database">A superuser's connection string to an empty database; a new one on the lane's server if null.</param>
    public static async Task<RunningRig> StartAsync(Servers servers, int seed, string? mutation = null, string? database = null, SmallDisk? disk = null)
    {
        var rig = new RunningRig(servers, Directory.CreateTempSubdirectory("equity-rig-").FullName, database ?? await servers.Postgres.CreateDatabaseAsync(), await servers.Rabbit.CreateVirtualHostAsync(), seed, mutation) { Disk = disk };
        try
        {
            await Task.WhenAll(
                rig.Tap.OpenAsync(),
                RigProcess.VerbAsync(rig.VerbSettings["source"], "migrate"),
                RigProcess.VerbAsync(rig.VerbSettings["sink"], "migrate"));
            await rig.reader.WatchCursorAsync();
            foreach (var process in rig.Processes)
                process.Start();
            await rig.ReadyAsync(StartLimit);
            rig.Load.Start();
            rig.auditor.Start();
            await rig.AcknowledgesAsync(2, StartLimit);
            return rig;
        }
        catch (TimeoutException)
        {
            rig.Keep(Path.Combine(RigProcess.Root, ".local", "faults", "start"));
            await rig.DisposeAsync();
            throw;
        }
    }

    TestRoles Logins => TestRoles.Of(Database);

    Dictionary<string, string> Settings(string role, int databasePort, int brokerPort, string? mutation) => new()
    {
        ["Rig__Role"] = role,
        ["Rig__ClockFile"] = ClockFile,
        ["ConnectionStrings__Database"] = new NpgsqlConnectionStringBuilder(Logins.Service) { Port = databasePort }.ConnectionString,
        ["ConnectionStrings__Writer"] = new NpgsqlConnectionStringBuilder(Logins.Writer) { Port = databasePort }.ConnectionString,
        ["ConnectionStrings__Owner"] = Logins.Owner,
        ["ConnectionStrings__RabbitMq"] = new UriBuilder(broker) { Port = brokerPort }.Uri.AbsoluteUri,
        ["Identity__Mode"] = "Demo",
        ["Identity__KeyFile"] = DemoTokens.KeyFile,
        ["Services__source"] = SourceDoor is null ? "http://127.0.0.1:1" : $"http://127.0.0.1:{SourceDoor.Port}",
        ["Audit__KeyFile"] = Path.Combine(folder, "audit", $"{role}.key"),
        ["Bus__Lease"] = "00:00:02",
        ["Bus__IdlePull"] = "00:00:01",
        ["EQUITY_FAULT_CONTROL"] = Switch.Folder,
        ["EQUITY_MUTATION"] = mutation ?? "",
    };

    Task ReadyAsync(TimeSpan? within = null) => Eventually.Async(async () =>
    {
        foreach (var process in Processes)
            if (!await process.IsReadyAsync())
                return false;
        return true;
    }, within ?? RecoveryLimit, $"every replica is ready (see {folder})");

    /// <summary>Clients of every tenant get so many more answers.</summary>
    public async Task AcknowledgesAsync(int more, TimeSpan? within = null)
    {
        var before = Load.Tenants.ToDictionary(tenant => tenant, History.Acknowledged);
        await Eventually.Async(() => Load.Tenants.All(tenant => History.Acknowledged(tenant) >= before[tenant] + more), within ?? RecoveryLimit, "appends of every tenant are acknowledged");
    }

    /// <summary>Everything appended up to now has taken effect in the sink, in the source's read model and behind the relay's cursor.</summary>
    /// <returns>Who came last, null if nobody was behind.</returns>
    public async Task<string?> CaughtUpAsync(TimeSpan? within = null)
    {
        string? last = null;
        var heads = (await reader.RowsAsync("select tenant_id, max(seq_id) from source.mt_events group by 1", r => (Tenant: r.GetString(0), Head: r.GetInt64(1)))).ToArray();
        await Eventually.Async(async () =>
        {
            foreach (var (schema, consumer) in ((string, string)[])[("source", "relay"), ("source", "ledger/1"), ("sink", "ledger/1")])
            {
                var positions = (await reader.RowsAsync($"select tenant_id, seq from {schema}.eq_progress where consumer = '{consumer}'", r => (Tenant: r.GetString(0), Seq: r.GetInt64(1)))).ToDictionary(p => p.Tenant, p => p.Seq);
                if (heads.FirstOrDefault(head => positions.GetValueOrDefault(head.Tenant) < head.Head) is { Tenant: { } behind })
                {
                    last = string.Create(CultureInfo.InvariantCulture, $"{schema} {consumer} of {behind}");
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{last} is at {positions.GetValueOrDefault(behind)}"));
                }
            }
            var signed = (await reader.RowsAsync("""
                select tenant_id, (select e.seq_id from source.mt_events e where e.tenant_id = s.tenant_id order by e.seq_id offset s.signed_size - 1 limit 1)
                from source.eq_log_state s where signed_size > 0
                """, r => (Tenant: r.GetString(0), Seq: r.GetInt64(1)))).ToDictionary(p => p.Tenant, p => p.Seq);
            if (heads.FirstOrDefault(head => signed.GetValueOrDefault(head.Tenant) < head.Head) is { Tenant: { } unsigned })
            {
                last = $"the audit log of {unsigned}";
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{last} is at {signed.GetValueOrDefault(unsigned)}"));
            }
            return true;
        }, within ?? RecoveryLimit, "every consumer and the audit log have caught up");
        return last;
    }

    /// <summary>I8: whatever was broken, within a minute and without hands all replicas are ready, clients get answers, and consumers follow.</summary>
    /// <returns>What took how long.</returns>
    public async Task<string> RecoveredAsync()
    {
        var watch = Stopwatch.StartNew();
        double Lap()
        {
            var seconds = watch.Elapsed.TotalSeconds;
            watch.Restart();
            return seconds;
        }
        try
        {
            await ReadyAsync();
            var ready = Lap();
            await AcknowledgesAsync(3);
            var answers = Lap();
            var last = await CaughtUpAsync();
            return string.Create(CultureInfo.InvariantCulture, $"ready after {ready:0.0} s, answers {answers:0.0} s, caught up {Lap():0.0} s{(last is null ? "" : $", last {last}")}");
        }
        catch (TimeoutException e)
        {
            throw new NotRecoveredException($"{e.Message}{(e.InnerException is null ? "" : $" ({e.InnerException.Message})")}");
        }
    }

    /// <summary>A load balancer sees that a replica does not answer, and sends everybody to the other one.</summary>
    public void Divert(RigProcess silent)
    {
        lock (Load.Avoid)
            Load.Avoid.Add(silent.Port);
        SourceDoor.Target = Sources.First(source => source != silent).Port;
        SourceDoor.CloseAll();
    }

    public void Restore()
    {
        lock (Load.Avoid)
            Load.Avoid.Clear();
        SourceDoor.Target = Sources[0].Port;
    }

    /// <summary>Another relay has claimed the tenant.</summary>
    public async Task TakenOverAsync(string tenant)
    {
        async Task<long> EpochAsync() => (await reader.RowsAsync($"select epoch from source.eq_progress where consumer = 'relay' and tenant_id = '{tenant}'", r => r.GetInt64(0))).Max();
        var before = await EpochAsync();
        await Eventually.Async(async () => await EpochAsync() > before, because: "another relay takes over");
    }

    /// <summary>What the status of the last rebuild says, null if it has not switched.</summary>
    public async Task<string?> RebuiltAsync(string schema) =>
        (await reader.RowsAsync($"select format('%s events', events) from {schema}.eq_rebuild where state = 'switched'", r => r.GetString(0))).FirstOrDefault();

    /// <summary>Positions that are in the log and not behind the relay's cursor.</summary>
    public async Task<long> RelayLagAsync() => (await reader.RowsAsync("""
        select coalesce(sum(head - coalesce(p.seq, 0)), 0)::bigint from (select tenant_id, max(seq_id) as head from source.mt_events group by 1) t
        left join source.eq_progress p on p.tenant_id = t.tenant_id and p.consumer = 'relay'
        """, r => r.GetInt64(0)))[0];

    /// <summary>Sets the services' clocks off by so many seconds.</summary>
    public async Task StepClockAsync(int seconds)
    {
        await File.WriteAllTextAsync($"{ClockFile}.new", seconds.ToString(CultureInfo.InvariantCulture));
        File.Move($"{ClockFile}.new", ClockFile, overwrite: true);
    }

    /// <summary>Stops the clients, lets everything arrive, judges; then settles what was left open and judges again.</summary>
    public async Task<IReadOnlyList<Violation>> JudgeAsync()
    {
        await Load.StopAsync();
        try
        {
            var violations = Invariants.Check(History.All, await QuietAsync(), settled: true);
            if (violations.Count > 0)
                return violations;
            await Load.ResolveAsync();
            violations = Invariants.Check(History.All, await QuietAsync(), settled: true);
            Load.Start();
            return violations;
        }
        catch (TimeoutException e)
        {
            return [new("I8", $"{e.Message} ({e.InnerException?.Message})"), .. Invariants.Check(History.All, await reader.ReadAsync(Load.Tenants), settled: false)];
        }
    }

    /// <summary>The world after everything has arrived. A command whose client has gone may still land in between: then it is looked at again.</summary>
    async Task<World> QuietAsync()
    {
        while (true)
        {
            var head = await reader.HeadAsync();
            await CaughtUpAsync();
            var world = await reader.ReadAsync(Load.Tenants);
            if (head == await reader.HeadAsync())
                return world;
        }
    }

    /// <summary>Copies logs, history and strikes to a folder that stays, for whoever looks for the cause.</summary>
    public void Keep(string kept)
    {
        Directory.CreateDirectory(kept);
        foreach (var file in Directory.EnumerateFiles(folder, "*.*").Concat(Directory.EnumerateFiles(Switch.Folder, "history.jsonl")))
            File.Copy(file, Path.Combine(kept, file.StartsWith(Switch.Folder, StringComparison.Ordinal) ? "struck.jsonl" : Path.GetFileName(file)), overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Load.StopAsync();
        await auditor.DisposeAsync();
        foreach (var process in Processes)
            await process.DisposeAsync();
        foreach (var proxy in (TcpProxy[])[SourceDatabase, SinkDatabase, SourceBroker, SinkBroker, SourceDoor])
            await proxy.DisposeAsync();
        await Servers.Rabbit.DeleteVirtualHostAsync(broker);
        Load.Dispose();
        History.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>I8 does not hold.</summary>
sealed class NotRecoveredException(string what) : Exception($"I8: {what}");
