using System.Diagnostics;
using EquityPlatform.Faults.Checking;
using EquityPlatform.Faults.Running;

namespace EquityPlatform.Faults.Suite;

/// <summary>Strikes one fault after another on a lane's rig and judges after each. After a broken one the rig is made anew.</summary>
sealed class Runner(Servers servers, int seed, string? mutation, Action<string> log) : IAsyncDisposable
{
    /// <summary>What is checked after every fault.</summary>
    const string Checked = "I1 I2 I3 I4 I5 I7 I8";

    RunningRig? rig;

    public async Task<FaultResult> RunAsync(Fault fault)
    {
        var watch = Stopwatch.StartNew();
        var own = HashCode.Combine(seed, Stable(fault.Name));
        if (fault.Alone is { } alone)
            return await alone(own, mutation) with { Took = watch.Elapsed };
        var struckAt = "";
        string? broken;
        try
        {
            rig ??= await RunningRig.StartAsync(servers, own, mutation);
            struckAt = await fault.Strike(rig, new Random(own));
            log($"{fault.Name}: struck at {struckAt} after {watch.Elapsed.TotalSeconds:0.0} s");
            await rig.RecoveredAsync();
            var violations = await rig.JudgeAsync();
            broken = violations.Count == 0 ? null : string.Join("; ", violations);
        }
        catch (Exception e) // whatever happens in a fault is that fault's result, the others go on
        {
            broken = e is MissedException or NotRecoveredException ? e.Message : $"{e.GetType().Name}: {e.Message}{(e.InnerException is { } inner ? $" ({inner.Message})" : "")}";
        }
        if (broken is not null)
            await RenewAsync();
        return new(fault.Name, struckAt, Checked, broken, watch.Elapsed);
    }

    async Task RenewAsync()
    {
        if (rig is null)
            return;
        log($"what is left of the rig: {rig.Folder} (kept with EQUITY_KEEP=1)");
        await rig.DisposeAsync();
        rig = null;
    }

    /// <summary>The same in every process, unlike string.GetHashCode.</summary>
    static int Stable(string name) => name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));

    public async ValueTask DisposeAsync()
    {
        if (rig is not null)
            await rig.DisposeAsync();
    }
}
