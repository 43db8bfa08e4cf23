using System.Globalization;
using System.Text.Json;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>An item of the Ed-Fi API, or a part of one. What is not there reads as null; unknown properties are never looked at.</summary>
internal readonly struct EdFiItem(JsonElement json)
{
    /// <summary>A property as text: text cleaned, numbers and booleans as they are written; null for anything else.</summary>
    public string? this[string name] => Property(name) is var value ? value.ValueKind switch
    {
        JsonValueKind.String => Field.Clean(value.GetString() ?? ""),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    } : null;

    /// <summary>The first of several properties that has a value (names differ between data standards).</summary>
    public string? Any(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (this[name] is { } value)
                return value;
        return null;
    }

    /// <summary>A reference or an inner object.</summary>
    public EdFiItem Part(string name) => new(Property(name));

    /// <summary>All references to other items.</summary>
    public IEnumerable<EdFiItem> References()
    {
        if (json.ValueKind == JsonValueKind.Object)
            foreach (var property in json.EnumerateObject())
                if (property.Value.ValueKind == JsonValueKind.Object && property.Name.EndsWith("Reference", StringComparison.Ordinal))
                    yield return new(property.Value);
    }

    public bool Has(string name) => Property(name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public IEnumerable<EdFiItem> List(string name)
    {
        var list = Property(name);
        if (list.ValueKind == JsonValueKind.Array)
            foreach (var one in list.EnumerateArray())
                yield return new(one);
    }

    /// <summary>The first ten characters, where they are a date (the API also sends instants).</summary>
    public DateOnly? Date(string name) =>
        this[name] is { Length: >= 10 } text && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>The day after a last day: ends are exclusive here, while Ed-Fi names the last day. Text that is no date is left for the reader to refuse.</summary>
    public string? DayAfter(string name) => Date(name) is { } date ? Text(date.AddDays(1)) : this[name];

    public static string Text(DateOnly date) => date.ToString("O", CultureInfo.InvariantCulture);

    JsonElement Property(string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;
}
