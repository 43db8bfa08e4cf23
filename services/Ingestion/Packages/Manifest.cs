using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Packages;

/// <summary>Rules of <c>manifest.csv</c>: it names every file of the package and its mode.</summary>
internal static class Manifest
{
    public const string OldVersion = "1.1";
    public const string NewVersion = "1.2";

    /// <summary>Modes of a file: all records of its kind, or changes only.</summary>
    public const string Bulk = "bulk", Delta = "delta";

    static readonly string[] Versions = ["1.1", "1.1.0", "1.2", "1.2.0", "1.2.1"];

    /// <summary>The version of the standard if the package may be read; else a batch rejection is among the issues.</summary>
    /// <param name="without">Mode of all files where there is no manifest; null if the source has to send one.</param>
    public static string? Accepts(Dictionary<string, PackageFile> files, string? without, HashSet<string> deltas, IssueLog issues)
    {
        const string name = "manifest.csv";
        if (!files.Remove(name, out var content))
        {
            // A zip of nothing but side files and exports of other systems is no OneRoster package and needs none
            if (files.Count > 0 && !files.Keys.Any(IsOneRoster))
                return OldVersion;
            if (without is not null && files.Keys.Any(IsOneRoster))
                return Assumed(files, without, deltas, issues);
            issues.RejectBatch(name, "manifest.missing");
            return null;
        }
        var table = CsvTable.Read(FileSpecs.Manifest, content, issues);
        if (table is null)
        {
            issues.RejectBatch(name, "manifest.unreadable");
            return null;
        }
        var version = OldVersion;
        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in table.Rows)
        {
            if (row[0] is not { } property)
                continue;
            if (row[1] is not { } value)
            {
                issues.Warn(name, row.Line, "value", "manifest.blank", ("property", property));
                continue;
            }
            if (property.Equals("oneroster.version", StringComparison.OrdinalIgnoreCase))
                version = value;
            else if (property.StartsWith("file.", StringComparison.OrdinalIgnoreCase))
                Mode(property[5..] + ".csv", value, row, files, listed, deltas, issues);
        }
        if (!Versions.Contains(version))
            issues.RejectBatch(name, "manifest.version", ("version", version));
        foreach (var file in files.Keys.Where(f => FileSpecs.Roster.Any(s => s.Name == f) && !listed.Contains(f)))
            issues.RejectBatch(name, "manifest.file-unlisted", ("file", file));
        return issues.Rejection is null ? version : null;
    }

    /// <summary>Nothing tells complete files from changes but the word of the source. roles.csv came with version 1.2.</summary>
    static string Assumed(Dictionary<string, PackageFile> files, string mode, HashSet<string> deltas, IssueLog issues)
    {
        issues.Warn("manifest.csv", null, null, "manifest.assumed", ("mode", mode));
        if (mode == Delta)
            deltas.UnionWith(files.Keys.Where(IsOneRoster));
        return files.ContainsKey(FileSpecs.Roles.Name) ? NewVersion : OldVersion;
    }

    static bool IsOneRoster(string file) => FileSpecs.Roster.Any(s => s.Name == file) || FileSpecs.NotUsed.Contains(file);

    static void Mode(string file, string mode, Row row, Dictionary<string, PackageFile> files, HashSet<string> listed, HashSet<string> deltas, IssueLog issues)
    {
        switch (mode.ToLowerInvariant())
        {
            case "absent":
                break;
            case Bulk or Delta:
                listed.Add(file);
                if (mode.Equals(Delta, StringComparison.OrdinalIgnoreCase))
                    deltas.Add(file);
                if (!files.ContainsKey(file))
                    issues.RejectBatch("manifest.csv", "manifest.file-missing", ("file", file));
                break;
            default:
                issues.RejectBatch("manifest.csv", "manifest.mode", ("file", file));
                break;
        }
    }
}
