using System.Text.Json;
using System.Text.Json.Serialization;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>
/// manifest.json of a package of Ed-Fi items. <paramref name="Resources"/> says how each resource was read; one that is not named is complete, and without a manifest
/// everything is only a part (nothing is removed).
/// </summary>
/// <param name="Kind">Always <see cref="EdFi"/>.</param>
/// <param name="Descriptors">Meanings of the source's own descriptor values, by the whole value (case does not matter).</param>
/// <param name="From">First change version of the window, where the source tracks changes.</param>
/// <param name="To">Last change version.</param>
internal sealed record EdFiManifest(string Kind, IReadOnlyDictionary<string, string>? Resources = null, IReadOnlyDictionary<string, string>? Descriptors = null, long? From = null, long? To = null)
{
    public const string File = "manifest.json";
    public const string EdFi = "ed-fi";

    /// <summary>All items of the resource: what is not there is gone.</summary>
    public const string Complete = "complete";

    /// <summary>Items that changed, with all items that say something about the same students, days or incidents.</summary>
    public const string Changes = "changes";

    /// <summary>All items, sent only so that others can be understood.</summary>
    public const string Reference = "reference";

    /// <summary>The source has no such resource. One that may not be read, or could not be, is not named.</summary>
    public const string Absent = "absent";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 8, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The manifest, or null if the text is not that of an Ed-Fi package.</summary>
    public static EdFiManifest? Read(Stream text)
    {
        try
        {
            return JsonSerializer.Deserialize<EdFiManifest>(text, Json) is { Kind: EdFi } manifest ? manifest : null;
        }
        catch (JsonException)
        {
            // Not ours: the caller names the file
            return null;
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
