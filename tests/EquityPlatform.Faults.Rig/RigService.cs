using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Faults.Rig;

/// <summary>One event of a command. <paramref name="Text"/> names the tenant, so that a row in the wrong hands is seen.</summary>
sealed record EntryAdded(Guid Command, int Index, int Number, string Text);

/// <summary>Stays inside the source: positions on the bus must chain over it.</summary>
sealed record EntryNoted(Guid Command, int Index, int Number, string Text);

static class RigService
{
    public static readonly ServiceDefinition Source = new("source", typeof(RigService).Assembly,
        new EventTypes().Add<EntryAdded>("entry-added/1").Add<EntryNoted>("entry-noted/1"),
        recorded => recorded.Data is EntryAdded added ? new("entry-added/1", added) : null);

    public static readonly ServiceDefinition Sink = new("sink", typeof(RigService).Assembly, new EventTypes().Add<EntryNoted>("entry-noted/1"), _ => null);
}
