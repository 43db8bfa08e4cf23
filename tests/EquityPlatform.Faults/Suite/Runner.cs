using System.Diagnostics;
using EquityPlatform.Faults.Running;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Suite;

/// <summary>Strikes one fault after another on a lane's rig and judges after each. After a broken one the rig is made anew.</summary>
sealed class Runner(Servers servers, int seed, string? mutation, Action<string> log) : IAsyncDisposable
{
    /// <summary>What is checked after every fault.</summary>
    const string Checked = "I1 I2 I3 I4 I5 I7 I8";

    RunningRig? shared;

    public async Task<FaultResult> RunAsync(Fault fault)
    {
        var watch = Stopwatch.StartNew();
        var own = unchecked((seed * 31) + Stable(fault.Name));
        if (fault.Apart is not { } apart)
        {
            var (struckAt, broken) = await StrikeAsync(fault, own, async () => shared ??= await RunningRig.StartAsync(servers, own, mutation));
            if (broken is not null)
                await RenewAsync(fault);
            return new(fault.Name, struckAt, Checked, broken, watch.Elapsed);
        }
        await using var place = await apart(servers);
        if (place.Impossible is { } reason)
            return new(fault.Name, "", "", null, watch.Elapsed, reason);
        RunningRig? rig = null;
        try
        {
            var (struckAt, broken) = await StrikeAsync(fault, own, async () => rig = await RunningRig.StartAsync(place.Servers, own, mutation, place.Database, place.Disk));
            if (broken is not null)
                Keep(fault, rig);
            return new(fault.Name, struckAt, Checked, broken, watch.Elapsed);
        }
        finally
        {
            if (rig is not null)
                await rig.DisposeAsync();
        }
    }

    async Task<(string StruckAt, string? Broken)> StrikeAsync(Fault fault, int own, Func<Task<RunningRig>> start)
    {
        var struckAt = "";
        try
        {
            var rig = await start();
            struckAt = await fault.Strike(rig, new Random(own));
            log($"{fault.Name}: struck at {struckAt}");
            log($"{fault.Name}: {await rig.RecoveredAsync()}");
            var violations = await rig.JudgeAsync();
            return (struckAt, violations.Count == 0 ? null : string.Join("; ", violations));
        }
        catch (Exception e) // whatever happens in a fault is that fault's result, the others go on
        {
            return (struckAt, e is MissedException or NotRecoveredException or UncleanException ? e.Message : $"{e.GetType().Name}: {e.Message}{(e.InnerException is { } inner ? $" ({inner.Message})" : "")}");
        }
    }

    async Task RenewAsync(Fault fault)
    {
        if (shared is null)
            return;
        Keep(fault, shared);
        await shared.DisposeAsync();
        shared = null;
    }

    void Keep(Fault fault, RunningRig? rig)
    {
        if (rig is null || mutation is not null)
            return;
        var kept = Path.Combine(RigProcess.Root, ".local", "faults", fault.Name);
        rig.Keep(kept);
        log($"{fault.Name}: logs and history are kept in {Path.GetRelativePath(RigProcess.Root, kept)}");
    }

    /// <summary>The same in every process, unlike string.GetHashCode.</summary>
    static int Stable(string name) => name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));

    public async ValueTask DisposeAsync()
    {
        if (shared is not null)
            await shared.DisposeAsync();
    }
}
