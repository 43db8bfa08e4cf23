using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Erasure;

namespace EquityPlatform.ServiceHost;

/// <summary>Events that every service's log may hold.</summary>
public static class SharedEvents
{
    static readonly Lock registering = new();

    public static EventTypes Types { get; } = new EventTypes()
        .Add<StudentDataDisclosed>(StudentDataDisclosed.Type)
        .Add<StudentDataDenied>(StudentDataDenied.Type)
        .Add<StudentCleared>(StudentCleared.Type)
        .Add<ConsumerOverridden>(ConsumerOverridden.Type)
        .Add<AuditLogFounded>(AuditLogFounded.Type);

    /// <summary>Adds them once: a definition is one object per process, hosts (in tests) may be many.</summary>
    internal static void AddTo(EventTypes types)
    {
        lock (registering)
            types.AddMissing(Types);
    }
}
