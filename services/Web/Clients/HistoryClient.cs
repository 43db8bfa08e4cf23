using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>Histories as the services keep them: every stored event with who, when, why and source.</summary>
internal sealed class HistoryClient(ServiceDoor door)
{
    public Task<Answer<EventHistory>> Stream(string service, string stream, CancellationToken ct) =>
        door.Get<EventHistory>(service, $"streams/{Uri.EscapeDataString(stream)}/events", ct);

    /// <summary>All streams of a student. A disclosure: ingestion records who looked and why before it answers.</summary>
    public Task<Answer<StudentHistory>> Student(string key, string purpose, CancellationToken ct) =>
        door.Get<StudentHistory>("ingestion", $"students/{Uri.EscapeDataString(key)}/events?purpose={Uri.EscapeDataString(purpose)}", ct);

    public Task<Answer<StudentFound>> Lookup(string sourcedId, string source, string purpose, CancellationToken ct) =>
        door.Post<StudentFound>("ingestion", "students/lookup", new LookupStudent(sourcedId, source, purpose), ct);
}

internal sealed record EventHistory(string Stream, IReadOnlyList<StoredEvent> Events);

internal sealed record StudentHistory(string StudentKey, IReadOnlyList<StoredEvent> Events);

public sealed record StoredEvent(long Seq, long Version, Guid Id, string Type, DateTimeOffset RecordedAt, string? User, string? Reason, string? Correlation, RowOrigin? Origin, JsonElement Data);
