using System.Text.Json;
using EquityPlatform.ServiceHost.Feeds;

namespace EquityPlatform.ServiceHost.Disclosing;

/// <summary>Which students an event is about: by the name of its stream, and by the members of its data that hold keys of students.</summary>
internal static class StudentsOf
{
    const string Key = "studentKey";
    const string Keys = "studentKeys";

    public static IEnumerable<string> Event(string stream, JsonElement data)
    {
        if (StreamHistory.StudentOf(stream) is { } student)
            yield return student;
        if (data.ValueKind != JsonValueKind.Object)
            yield break;
        if (data.TryGetProperty(Key, out var key) && key.GetString() is { } named)
            yield return named;
        if (data.TryGetProperty(Keys, out var keys) && keys.ValueKind == JsonValueKind.Array)
            foreach (var one in keys.EnumerateArray())
                yield return one.GetString() ?? "";
    }

    /// <param name="data">JSON as stored.</param>
    public static IReadOnlyList<string> Event(string stream, ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("studentKey"u8) < 0)
            return StreamHistory.StudentOf(stream) is { } student ? [student] : [];
        var reader = new Utf8JsonReader(data);
        using var parsed = JsonDocument.ParseValue(ref reader);
        return [.. Event(stream, parsed.RootElement)];
    }
}
