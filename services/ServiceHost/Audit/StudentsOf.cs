using System.Text.Json;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Feeds;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>Which students an event is about, by the name of its stream and the members of its data that hold a student's key.</summary>
internal static class StudentsOf
{
    const string Key = "studentKey";

    public static IEnumerable<string> Event(AuditedEvent e)
    {
        if (StreamHistory.StudentOf(e.Stream) is { } student)
            yield return student;
        else if (e.Data.Contains(Key, StringComparison.Ordinal))
        {
            using var data = JsonDocument.Parse(e.Data);
            if (data.RootElement.TryGetProperty(Key, out var key) && key.GetString() is { } named)
                yield return named;
        }
    }
}
