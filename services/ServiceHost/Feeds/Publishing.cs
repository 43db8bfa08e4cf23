using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Erasure;

namespace EquityPlatform.ServiceHost.Feeds;

/// <summary>Stored events to what leaves the service: the same bytes on the bus and in the pull feed.</summary>
internal static class Publishing
{
    /// <summary>Settings of published JSON: those of stored events.</summary>
    public static JsonSerializerOptions Json => EventTypes.Json;

    public static PublishedEvent? Map(ServiceDefinition definition, RecordedEvent recorded) =>
        Contract(definition, recorded) is { } contract
            ? new(recorded.Position, recorded.Id, contract.Type, recorded.StreamId, recorded.RecordedAt,
                JsonSerializer.SerializeToElement(contract.Data, contract.Data.GetType(), Json),
                recorded.Source is { } source ? new(source.Feed, source.File, source.Row) : null)
            : null;

    /// <summary>Acknowledgements of erasures are every service's; all else is the service's own choice.</summary>
    static PublishedContract? Contract(ServiceDefinition definition, RecordedEvent recorded) =>
        recorded.Type != StudentCleared.Type ? definition.Publish(recorded)
        : recorded.Data is StudentCleared cleared ? new(StudentErasureAcknowledged.Type, new StudentErasureAcknowledged(cleared.ErasureId, cleared.StudentKey, definition.Name, cleared.Cleared))
        : null;
}
