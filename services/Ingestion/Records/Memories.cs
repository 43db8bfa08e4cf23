using System.Text.Json;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Ingestion.Records;

/// <summary>JSON of what later feeds need to know of a record. Never personal data.</summary>
internal static class Memories
{
    public static string Write<T>(T memory) => JsonSerializer.Serialize(memory, EventTypes.Json);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, EventTypes.Json) ?? throw new JsonException("A remembered record is null.");
}
