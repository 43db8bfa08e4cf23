using System.Text;
using System.Text.Json;
using EquityPlatform.AuditTool.Log;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Writes an event for a reader: when, what, who, why, from where.</summary>
internal static class Story
{
    public static async Task WriteAsync(EventLine line, bool json, bool withRecord, TextWriter output)
    {
        if (json)
        {
            await output.WriteLineAsync(Encoding.UTF8.GetString(line.Canonical.Span));
            return;
        }
        using var meta = JsonDocument.Parse(line.Meta);
        using var data = JsonDocument.Parse(line.Public);
        await output.WriteLineAsync($"{line.Recorded}  {line.Type}/{line.Of("schema")}{(withRecord ? $"  of {line.Of("stream")}" : "")}  (event {line.Index}, {line.Id})");
        foreach (var (label, member) in Labels)
            if (meta.RootElement.ValueKind == JsonValueKind.Object && meta.RootElement.TryGetProperty(member, out var value))
                await output.WriteLineAsync($"    {label,-6}{Words(value)}");
        if (data.RootElement.ValueKind == JsonValueKind.Object)
            foreach (var member in data.RootElement.EnumerateObject())
                await output.WriteLineAsync($"    {member.Name}: {Words(member.Value)}");
        if (line.HasSealed)
            await output.WriteLineAsync(line.LacksEnvelope ? "    (personal part: erased or left out)" : "    (personal part: sealed, only the district can open it)");
    }

    /// <summary>An event as a service's own route gives it.</summary>
    public static async Task WriteAsync(JsonElement e, TextWriter output)
    {
        await output.WriteLineAsync($"{e.GetProperty("recordedAt")}  {e.GetProperty("type")}  (position {e.GetProperty("seq")}, {e.GetProperty("id")})");
        foreach (var (label, member) in new[] { ("who", "user"), ("why", "reason"), ("from", "origin") })
            if (e.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null)
                await output.WriteLineAsync($"    {label,-6}{Words(value)}");
        if (e.GetProperty("data") is { ValueKind: JsonValueKind.Object } data)
            foreach (var member in data.EnumerateObject())
                await output.WriteLineAsync(member.Name == "sealed" ? "    (personal part: sealed, only the district can open it)" : $"    {member.Name}: {Words(member.Value)}");
    }

    static readonly (string Label, string Member)[] Labels = [("who", "user"), ("why", "reason"), ("from", "source")];

    static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(member => $"{member.Name} {Words(member.Value)}")),
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Words)),
        JsonValueKind.Null => "none",
        _ => value.GetRawText(),
    };
}
