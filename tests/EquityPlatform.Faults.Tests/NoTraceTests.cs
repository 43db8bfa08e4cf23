using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Faults.Running;

namespace EquityPlatform.Faults.Tests;

/// <summary>A normal build has no fault points: neither their names nor what would act at them are in it, and no mistake can be switched on.</summary>
public sealed class NoTraceTests
{
    static readonly string[] Libraries = ["EquityPlatform.EventSourcing.dll", "EquityPlatform.ServiceHost.dll"];

    static readonly string[] Known =
    [
        "writer.opening", "writer.facts", "writer.planned", "writer.copied", "writer.sent", "writer.committed", "relay.read", "relay.publishing", "relay.confirmed", "relay.moved",
        "consumer.locked", "consumer.applied", "consumer.committed", "subscription.applied", "subscription.committed", "rebuild.page", "rebuild.committed", "rebuild.switching", "rebuild.switched",
    ];

    [Fact]
    public void A_normal_build_names_no_point_and_has_nobody_who_would_act()
    {
        Libraries.SelectMany(library => Points(Path.Combine(AppContext.BaseDirectory, library))).ShouldBeEmpty();
        HasControl(Path.Combine(AppContext.BaseDirectory, Libraries[0])).ShouldBeFalse();
    }

    [Fact]
    public void No_mistake_can_be_switched_on_in_a_normal_build()
    {
        var asked = typeof(Mutation).GetMethod(nameof(Mutation.Is)).ShouldNotBeNull().GetMethodBody().ShouldNotBeNull().GetILAsByteArray().ShouldNotBeNull();
        asked.Where(operation => operation != 0).ShouldBe([(byte)0x16, (byte)0x2A]); // ldc.i4.0, ret (a debug build may add nop)
    }

    // Proof that the guard bites: in the rig's own build it finds both

    [Fact]
    public void The_build_of_the_rig_has_them()
    {
        var folder = Path.GetDirectoryName(RigProcess.Program)!;
        Libraries.SelectMany(library => Points(Path.Combine(folder, library))).Distinct().ShouldBe(Known, ignoreOrder: true);
        HasControl(Path.Combine(folder, Libraries[0])).ShouldBeTrue();
    }

    static List<string> Points(string library)
    {
        using var file = new PEReader(File.OpenRead(library));
        var metadata = file.GetMetadataReader();
        var points = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
            if (metadata.GetUserString(handle) is var text && Known.Contains(text))
                points.Add(text);
        return points;
    }

    static bool HasControl(string library)
    {
        using var file = new PEReader(File.OpenRead(library));
        var metadata = file.GetMetadataReader();
        return metadata.TypeDefinitions.Any(handle => metadata.GetString(metadata.GetTypeDefinition(handle).Name) == "FaultControl");
    }
}
