using System.Text.Json;
using EquityPlatform.AuditTool.Log;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>
/// Keeps account of sealed parts that are gone: each must be followed by an event that says who had it erased and by what authority. Whoever destroys a
/// key or its bytes without such an event has hidden something.
/// </summary>
/// <param name="presentKeys">Keys that are still there, if it is known: a part whose key is gone is gone too.</param>
internal sealed class Erasures(Report report, IReadOnlySet<string>? presentKeys)
{
    static readonly HashSet<string> Types = new(StringComparer.Ordinal) { "student-erased", "privacy.subject_erased" };

    readonly Dictionary<string, (long Index, string EventId, int Parts)> open = new(StringComparer.Ordinal);

    public void See(EventLine line)
    {
        if (line.HasSealed && (line.LacksEnvelope || presentKeys is not null) && JsonSerializer.Deserialize<string>(line.Kid.Span)! is var kid
            && (line.LacksEnvelope || presentKeys?.Contains(kid) == false))
        {
            var (index, id, parts) = open.TryGetValue(kid, out var before) ? before : (line.Index, line.Id, 0);
            open[kid] = (index, id, parts + 1);
            report.ErasedParts++;
        }
        // Cheap look first: few events are erasures
        if (line.Event.Span.IndexOf("erased\""u8) >= 0 && Types.Contains(line.Type))
            Authorise(line);
    }

    void Authorise(EventLine line)
    {
        using var data = JsonDocument.Parse(line.Public);
        if (!data.RootElement.TryGetProperty("kids", out var kids) || kids.ValueKind != JsonValueKind.Array)
        {
            report.Add("erasure-malformed", "This erasure does not say which keys it destroyed.", line.Index, line.Id);
            return;
        }
        if (!data.RootElement.TryGetProperty("authority", out var authority) || authority.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(authority.GetString()))
            report.Add("erasure-without-authority", "This erasure does not say by what authority it was made.", line.Index, line.Id);
        foreach (var kid in kids.EnumerateArray())
            if (kid.ValueKind == JsonValueKind.String)
                open.Remove(kid.GetString()!);
    }

    public void End()
    {
        foreach (var (kid, (index, id, parts)) in open.OrderBy(one => one.Value.Index))
            report.Add("key-missing-without-authority", string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"The sealed part is gone ({parts} with key {kid}), and no later event here says who had it erased."), index, id);
    }
}
