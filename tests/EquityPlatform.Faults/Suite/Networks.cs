using System.Globalization;
using EquityPlatform.Faults.Checking;
using EquityPlatform.Faults.Running;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Suite;

/// <summary>Lines that are cut, half-open, deaf or slow; and what a broker does to its clients.</summary>
static class Networks
{
    static readonly TimeSpan Partition = TimeSpan.FromSeconds(12);

    public static IEnumerable<Fault> All =>
    [
        new("database-half-open", 9, (rig, random) => DatabaseAsync(rig, "writer.sent", random, proxy => proxy.HalfOpen())),
        new("database-half-open-head-held", 9, (rig, random) => DatabaseAsync(rig, "writer.facts", random, proxy => proxy.HalfOpen())),
        new("database-cut", 9, (rig, random) => DatabaseAsync(rig, "writer.facts", random, proxy => proxy.Cut())),
        new("sink-database-half-open", 9, SinkDatabaseAsync),
        new("broker-half-open", 10, (rig, random) => BrokerAsync(rig, "relay.publishing", random, rig.SourceBroker, proxy => proxy.HalfOpen())),
        new("broker-cut-from-sink", 10, (rig, random) => BrokerAsync(rig, "consumer.locked", random, rig.SinkBroker, proxy => proxy.Cut())),
        new("confirms-lost", 10, ConfirmsLostAsync),
        new("broker-slow", 10, SlowAsync),
        new("connections-closed", 6, ConnectionsClosedAsync),
        new("broker-memory-alarm", 11, (rig, random) => AlarmAsync(rig, ["set_vm_memory_high_watermark", "absolute", "1MB"], ["set_vm_memory_high_watermark", "0.4"])),
        new("broker-disk-alarm", 11, (rig, random) => AlarmAsync(rig, ["set_disk_free_limit", "100000GB"], ["set_disk_free_limit", "50MB"])),
    ];

    /// <summary>The line to the database breaks while a writer is between two steps; it stays broken for a while.</summary>
    static async Task<string> DatabaseAsync(RunningRig rig, string point, Random random, Action<TcpProxy> breakIt)
    {
        var id = rig.Switch.Arm(point, "wait", random.Next(1, 6));
        var struck = await rig.Switch.StruckAsync(id);
        breakIt(rig.SourceDatabase);
        rig.Switch.Release(id);
        var unknown = rig.History.Count(Fate.Unknown);
        await Eventually.Async(() => rig.History.Count(Fate.Unknown) > unknown, Partition * 2, "clients get no answers");
        await Passed(Partition);
        rig.SourceDatabase.Heal();
        return $"{struck.Point} (pid {struck.Pid}), {rig.SourceDatabase.Swallowed} bytes gone";
    }

    static async Task<string> SinkDatabaseAsync(RunningRig rig, Random random)
    {
        var id = rig.Switch.Arm("consumer.applied", "wait", random.Next(1, 6));
        var struck = await rig.Switch.StruckAsync(id);
        rig.SinkDatabase.HalfOpen();
        rig.Switch.Release(id);
        await rig.AcknowledgesAsync(10); // appends go on
        await Passed(Partition);
        rig.SinkDatabase.Heal();
        return $"{struck.Point} (pid {struck.Pid})";
    }

    static async Task<string> BrokerAsync(RunningRig rig, string point, Random random, TcpProxy line, Action<TcpProxy> breakIt)
    {
        var id = rig.Switch.Arm(point, "wait", random.Next(1, 6));
        var struck = await rig.Switch.StruckAsync(id);
        breakIt(line);
        rig.Switch.Release(id);
        await rig.AcknowledgesAsync(10);
        await Passed(Partition);
        line.Heal();
        return $"{struck.Point} (pid {struck.Pid})";
    }

    /// <summary>The broker gets a batch and confirms it, and nobody hears.</summary>
    static async Task<string> ConfirmsLostAsync(RunningRig rig, Random random)
    {
        var id = rig.Switch.Arm("relay.read", "wait", random.Next(1, 6));
        var struck = await rig.Switch.StruckAsync(id);
        rig.SourceBroker.Deafen();
        var before = rig.SourceBroker.Swallowed;
        rig.Switch.Release(id);
        await Eventually.Async(() => rig.SourceBroker.Swallowed > before, because: "the broker confirms into the void");
        await rig.AcknowledgesAsync(10);
        return string.Create(CultureInfo.InvariantCulture, $"{struck.Point} (pid {struck.Pid}), {rig.SourceBroker.Swallowed - before} bytes of confirms gone");
    }

    static async Task<string> SlowAsync(RunningRig rig, Random random)
    {
        rig.SourceBroker.Slow(TimeSpan.FromMilliseconds(random.Next(40, 120)), 200_000);
        rig.SinkBroker.Slow(TimeSpan.FromMilliseconds(random.Next(40, 120)), 200_000);
        await rig.AcknowledgesAsync(15);
        rig.SourceBroker.Heal();
        rig.SinkBroker.Heal();
        return "both lines to the broker, 15 appends per tenant";
    }

    static async Task<string> ConnectionsClosedAsync(RunningRig rig, Random random)
    {
        var id = rig.Switch.Arm("relay.publishing", "wait", random.Next(1, 6));
        var struck = await rig.Switch.StruckAsync(id);
        await rig.Servers.Rabbit.ControlAsync("close_all_connections", "test");
        rig.Switch.Release(id);
        return $"{struck.Point} (pid {struck.Pid})";
    }

    /// <summary>The broker blocks its publishers; appends go on all the same, and nothing is lost.</summary>
    static async Task<string> AlarmAsync(RunningRig rig, string[] raise, string[] settle)
    {
        await rig.Servers.Rabbit.ControlAsync(raise);
        try
        {
            await Eventually.Async(rig.Servers.Rabbit.IsAlarmedAsync, TimeSpan.FromSeconds(40), "the broker is alarmed");
            var blocked = await rig.RelayLagAsync();
            await rig.AcknowledgesAsync(10);
            await Eventually.Async(async () => await rig.RelayLagAsync() > blocked, because: "the relay is held up");
        }
        finally
        {
            await rig.Servers.Rabbit.ControlAsync(settle);
        }
        return $"alarm on while 10 appends per tenant were acknowledged, lag {await rig.RelayLagAsync()}";
    }

    /// <summary>The length of a fault itself, not a wait for anything.</summary>
    internal static Task Passed(TimeSpan time) => Task.Delay(time);
}
