using System.Text.Json;
using EquityPlatform.AuditTool.Log;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>
/// Keeps account of sealed parts that are gone: each must be followed by an event that says who had it erased and by what authority. Whoever destroys a
/// key or its bytes without such an event has hidden something.
/// </summary>
/// <param name="presentKeys">Keys that are still there, if it is known: a part whose key is gone is gone too.</param>
/// <param name="moreToCome">Erasures follow that were recorded behind what is checked: then it is counted what they closed.</param>
internal sealed class Erasures(Report report, IReadOnlySet<string>? presentKeys, bool moreToCome)
{
    static readonly HashSet<string> Types = new(StringComparer.Ordinal) { "student-erased", "privacy.subject_erased" };

    readonly Dictionary<string, (long Index, string EventId, int Parts)> open = new(StringComparer.Ordinal);

    readonly Dictionary<string, int> parts = new(StringComparer.Ordinal);

    /// <summary>An erasure from behind what was checked.</summary>
    public void SeeLater(EventLine line)
    {
        if (!Types.Contains(line.Type))
            report.Add("erasure-malformed", "This event came along as an erasure and is none.", line.Index, line.Id);
        else
            foreach (var kid in Authorise(line))
                report.ErasedLater += parts.GetValueOrDefault(kid);
    }

    public void See(EventLine line)
    {
        if (moreToCome && line.HasSealed && JsonSerializer.Deserialize<string>(line.Kid.Span)! is var key)
            parts[key] = parts.GetValueOrDefault(key) + 1;
        if (line.HasSealed && (line.LacksEnvelope || presentKeys is not null) && JsonSerializer.Deserialize<string>(line.Kid.Span)! is var kid
            && (line.LacksEnvelope || presentKeys?.Contains(kid) == false))
        {
            var (index, id, gone) = open.TryGetValue(kid, out var before) ? before : (line.Index, line.Id, 0);
            open[kid] = (index, id, gone + 1);
            report.ErasedParts++;
        }
        // Cheap look first: few events are erasures
        if (line.Event.Span.IndexOf("erased\""u8) >= 0 && Types.Contains(line.Type))
            Authorise(line);
    }

    /// <summary>The keys that an erasure says it destroyed.</summary>
    string[] Authorise(EventLine line)
    {
        using var data = JsonDocument.Parse(line.Public);
        if (!data.RootElement.TryGetProperty("kids", out var kids) || kids.ValueKind != JsonValueKind.Array)
        {
            report.Add("erasure-malformed", "This erasure does not say which keys it destroyed.", line.Index, line.Id);
            return [];
        }
        if (!data.RootElement.TryGetProperty("authority", out var authority) || authority.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(authority.GetString()))
            report.Add("erasure-without-authority", "This erasure does not say by what authority it was made.", line.Index, line.Id);
        string[] destroyed = [.. kids.EnumerateArray().Where(kid => kid.ValueKind == JsonValueKind.String).Select(kid => kid.GetString()!)];
        foreach (var kid in destroyed)
            open.Remove(kid);
        return destroyed;
    }

    public void End()
    {
        foreach (var (kid, (index, id, gone)) in open.OrderBy(one => one.Value.Index))
            report.Add("key-missing-without-authority", string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"The sealed part is gone ({gone} with key {kid}), and no later event here says who had it erased."), index, id);
    }
}
