using EquityPlatform.Faults.Running;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Suite;

/// <summary>kill -9 of each process at each phase.</summary>
static class Kills
{
    const int PowerCuts = 3;

    public static IEnumerable<Fault> All =>
    [
        Process("writer-killed-before-open", 2, "writer.opening"),
        Process("writer-killed-after-facts", 2, "writer.facts"),
        Process("writer-killed-during-copy", 2, "writer.copied", arrivals: 2),
        Process("writer-killed-while-committing", 2, "writer.sent"),
        Process("writer-killed-after-commit", 1, "writer.committed"),
        Process("relay-killed-before-publish", 3, "relay.read"),
        Process("relay-killed-while-publishing", 3, "relay.publishing"),
        Process("relay-killed-after-confirm", 3, "relay.confirmed"),
        Process("relay-killed-after-cursor", 3, "relay.moved"),
        Process("consumer-killed-before-effect", 5, "consumer.locked"),
        Process("consumer-killed-after-effect", 5, "consumer.applied"),
        Process("consumer-killed-after-commit", 5, "consumer.committed"),
        Process("projection-killed-after-effect", 5, "subscription.applied"),
        Process("projection-killed-after-commit", 5, "subscription.committed"),
        Process("audit-killed-before-leaves", 7, "audit.leaves"),
        Process("audit-killed-between-leaves-and-checkpoint", 7, "audit.followed"),
        Process("audit-killed-before-checkpoint", 7, "audit.signed"),
        Database("database-killed-before-leaves", "audit.leaves"),
        Database("database-killed-before-checkpoint", "audit.signed"),
        new("database-power-cut-after-commit", 7, PowerCutAsync),
        Database("database-killed-before-write", "writer.planned"),
        Database("database-killed-after-facts", "writer.facts"),
        Database("database-killed-while-committing", "writer.sent"),
        Database("database-killed-after-commit", "writer.committed"),
        Database("database-killed-during-effect", "consumer.applied"),
        Broker("broker-killed-before-publish", "relay.read"),
        Broker("broker-killed-while-publishing", "relay.publishing"),
        Broker("broker-killed-after-confirm", "relay.confirmed"),
        Broker("broker-killed-before-ack", "consumer.committed"),
    ];

    static Fault Database(string name, string point) => At(name, 7, point, rig => rig.Servers.Postgres.KillAsync(), rig => rig.Servers.Postgres.StartAsync());

    /// <param name="arrivals">At one of so many arrivals at the point it strikes.</param>
    static Fault Process(string name, int row, string point, int arrivals = 5) => new(name, row, async (rig, random) =>
    {
        var before = rig.Processes.Sum(process => process.Restarts);
        var struck = await rig.Switch.StruckAsync(rig.Switch.Arm(point, "kill", random.Next(1, arrivals + 1)));
        await Eventually.Async(() => rig.Processes.Sum(process => process.Restarts) > before, because: "the supervisor has seen the process die");
        return $"{struck.Point} (pid {struck.Pid})";
    });

    /// <summary>
    /// The server and all its processes die in the moment in which a writer has heard of its commit and told nobody yet. Consumers stand still meanwhile: each of
    /// their own commits would take the writer's to the disk as well, and with it the difference between a commit that is durable and one that only says so.
    /// </summary>
    static async Task<string> PowerCutAsync(RunningRig rig, Random random)
    {
        var server = rig.Servers.Postgres.ProcessId ?? throw new InvalidOperationException("Only a private server can lose its power.");
        var at = new List<int>();
        for (var round = 0; round < PowerCuts; round++)
        {
            var standing = Load.Tenants.Select(tenant => rig.Switch.Arm("subscription.applied", "wait", about: tenant)).ToArray();
            foreach (var id in standing)
                await rig.Switch.StruckAsync(id);
            rig.Sink.Suspend();
            var struck = await rig.Switch.StruckAsync(rig.Switch.Arm("writer.committed", "powercut", random.Next(1, 6), server));
            at.Add(struck.Pid);
            foreach (var id in standing)
                rig.Switch.Release(id);
            rig.Sink.Resume();
            await rig.Servers.Postgres.KillAsync();
            await rig.Servers.Postgres.StartAsync();
            server = rig.Servers.Postgres.ProcessId!.Value;
            await rig.AcknowledgesAsync(3);
        }
        return $"writer.committed, {PowerCuts} times (pids {string.Join(", ", at)})";
    }

    static Fault Broker(string name, string point) => At(name, 6, point, rig => rig.Servers.Rabbit.KillAsync(), rig => rig.Servers.Rabbit.StartAsync());

    /// <summary>A process waits at the point while the server is killed; it goes on before the server is back.</summary>
    static Fault At(string name, int row, string point, Func<RunningRig, Task> kill, Func<RunningRig, Task> start) => new(name, row, async (rig, random) =>
    {
        var id = rig.Switch.Arm(point, "wait", random.Next(1, 6));
        var struck = await rig.Switch.StruckAsync(id);
        await kill(rig);
        rig.Switch.Release(id);
        await start(rig);
        return $"{struck.Point} (pid {struck.Pid})";
    });
}
