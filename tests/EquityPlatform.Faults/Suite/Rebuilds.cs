using EquityPlatform.Faults.Running;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Suite;

/// <summary>A read model is rebuilt while writes go on; the rebuild is killed and run again until it is done.</summary>
static class Rebuilds
{
    const string Name = "ledger/1";

    public static IEnumerable<Fault> All =>
    [
        Of("rebuild-killed-during-a-page", "source", "rebuild.page"),
        Of("rebuild-killed-between-pages", "source", "rebuild.committed"),
        Of("rebuild-killed-before-switch", "source", "rebuild.switching"),
        Of("rebuild-killed-after-switch", "source", "rebuild.switched"),
        Of("sink-rebuild-killed-during-a-page", "sink", "rebuild.page"),
        Of("sink-rebuild-killed-before-switch", "sink", "rebuild.switching"),
    ];

    static Fault Of(string name, string role, string point) => new(name, 17, async (rig, random) =>
    {
        await rig.AcknowledgesAsync(10);
        // What an earlier rebuild replaced must be dropped before the next
        await RigProcess.VerbAsync(rig.VerbSettings[role], "rebuild", Name, "--drop-old");
        var pages = point is "rebuild.page" or "rebuild.committed";
        var id = rig.Switch.Arm(point, "kill", pages ? random.Next(1, 4) : 1);
        var runs = 0;
        await Eventually.Async(async () =>
        {
            // One that died after the switch has done its work
            if (runs > 0 && await rig.RebuiltAsync(role) is not null)
                return true;
            runs++;
            await RigProcess.VerbAsync(rig.VerbSettings[role], "rebuild", Name); // throws where it is killed
            return true;
        }, RunningRig.RecoveryLimit, "the rebuild is done");
        var struck = await rig.Switch.StruckAsync(id, TimeSpan.FromSeconds(1));
        if (runs < (point == "rebuild.switched" ? 1 : 2))
            throw new MissedException($"the rebuild was not killed at {point}");
        if (await rig.RebuiltAsync(role) is not { } state)
            throw new MissedException("no rebuild has switched");
        return $"{struck.Point} of the {role} (pid {struck.Pid}), run {runs} times, {state}";
    });
}
