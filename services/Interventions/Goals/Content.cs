using System.Text.Json;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Interventions;

/// <summary>Whether a repeated command has the same content: the event it would make equals the stored one as JSON.</summary>
internal static class Content
{
    public static bool Same<T>(T one, T other) => JsonSerializer.Serialize(one, EventTypes.Json) == JsonSerializer.Serialize(other, EventTypes.Json);
}
