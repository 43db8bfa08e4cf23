using EquityPlatform.Ingestion.EdFi;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Packages;

/// <summary>A zip of Ed-Fi items: <c>manifest.json</c> and JSON lines by resource, from the connector or uploaded by hand.</summary>
internal static class EdFiPackage
{
    /// <summary>Name of a file that is read; null (with a warning) for others.</summary>
    public static string? NameOf(string name, IssueLog issues) => name == EdFiManifest.File || EdFiResources.IsRead(name, issues) ? name : null;

    /// <summary>Takes the items out of the unpacked files; null if the package is none of these (or, with a rejection among the issues, says so wrongly).</summary>
    public static EdFiFeed? Take(Dictionary<string, PackageFile> files, IssueLog issues)
    {
        if (!files.Remove(EdFiManifest.File, out var text))
            return null;
        using var stream = text.Open();
        if (EdFiManifest.Read(stream) is not { } manifest)
        {
            issues.RejectBatch(EdFiManifest.File, "edfi.manifest");
            return null;
        }
        var items = new Dictionary<string, Func<Stream>>(StringComparer.Ordinal);
        foreach (var name in files.Keys.ToList())
            if (files.Remove(name, out var content))
                items.Add(name, content.Open);
        return new(items, manifest);
    }
}
