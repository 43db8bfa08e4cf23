using System.Globalization;
using System.IO.Compression;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Packages;

/// <summary>From the parts of an upload to the files of a feed. A hostile or broken container rejects the batch before any row is read.</summary>
internal static class OpenPackage
{
    /// <summary>The package, or null with a batch rejection among the issues.</summary>
    public static Package? Open(IReadOnlyList<UploadPart> parts, PackageLimits limits, IssueLog issues)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        var version = Manifest.OldVersion;
        var deltas = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var zipped = parts.FirstOrDefault(p => p.Name == UploadPart.Zip);
        if (zipped is not null)
        {
            Unpack(zipped.Content, limits, files, issues);
            if (issues.Rejection is not null || Manifest.Accepts(files, deltas, issues) is not { } stated)
                return null;
            version = stated;
        }
        foreach (var side in parts.Where(p => p.Name != UploadPart.Zip))
            if (!files.TryAdd(side.Name, side.Content))
                issues.RejectBatch(side.Name, "zip.duplicate-entry", ("file", side.Name));
        return issues.Rejection is null ? new Package(files, deltas, version) : null;
    }

    static void Unpack(byte[] content, PackageLimits limits, Dictionary<string, byte[]> files, IssueLog issues)
    {
        if (content is not [(byte)'P', (byte)'K', ..])
        {
            issues.RejectBatch(UploadPart.Zip, "zip.not-a-zip");
            return;
        }
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            Unpack(zip, limits, files, issues);
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or IOException or ArgumentException or NotSupportedException)
        {
            issues.RejectBatch(UploadPart.Zip, "zip.damaged");
        }
    }

    static void Unpack(ZipArchive zip, PackageLimits limits, Dictionary<string, byte[]> files, IssueLog issues)
    {
        if (zip.Entries.Count > limits.Entries)
        {
            issues.RejectBatch(UploadPart.Zip, "zip.too-many-entries", ("limit", Invariant(limits.Entries)));
            return;
        }
        foreach (var entry in zip.Entries)
        {
            if (PointsOutside(entry.FullName))
                issues.RejectBatch(UploadPart.Zip, "zip.path");
            else if (entry.IsEncrypted)
                issues.RejectBatch(UploadPart.Zip, "zip.encrypted");
        }
        if (issues.Rejection is not null)
            return;
        var entries = zip.Entries.Where(e => !IsJunk(e.FullName)).ToList();
        var folder = CommonFolder(entries);
        if (folder.Length > 0)
            issues.Warn(UploadPart.Zip, null, null, "zip.nested", ("folder", folder.TrimEnd('/')));
        var left = limits.UnpackedBytes;
        foreach (var entry in entries)
        {
            var name = Canonical(entry.FullName[folder.Length..], issues);
            if (name is null)
                continue;
            // Files that are not read still count as present for the manifest; they are not unpacked.
            var bytes = FileSpecs.NotUsed.Contains(name) ? [] : Read(entry, name, limits, ref left, issues);
            if (bytes is null)
                return;
            if (!files.TryAdd(name, bytes))
                issues.RejectBatch(name, "zip.duplicate-entry", ("file", name));
        }
    }

    /// <summary>Counts what really comes out; the sizes that the zip states are a claim.</summary>
    static byte[]? Read(ZipArchiveEntry entry, string name, PackageLimits limits, ref long left, IssueLog issues)
    {
        using var source = entry.Open();
        using var target = new MemoryStream();
        var buffer = new byte[128 << 10];
        int read;
        while ((read = source.Read(buffer)) > 0)
        {
            left -= read;
            if (left < 0)
            {
                issues.RejectBatch(name, "zip.too-large", ("limit", limits.UnpackedBytes.ToString(CultureInfo.InvariantCulture)));
                return null;
            }
            target.Write(buffer, 0, read);
            if (target.Length > PackageLimits.RatioAppliesAbove && target.Length > entry.CompressedLength * limits.Ratio)
            {
                issues.RejectBatch(name, "zip.ratio", ("file", name), ("limit", Invariant(limits.Ratio)));
                return null;
            }
        }
        var bytes = target.ToArray();
        if (bytes.LongLength != entry.Length || Crc32.Of(bytes) != entry.Crc32)
        {
            issues.RejectBatch(name, "zip.damaged");
            return null;
        }
        return bytes;
    }

    /// <summary>Name of the file as the standard writes it; null (with a warning) for files that are not read.</summary>
    static string? Canonical(string name, IssueLog issues)
    {
        var known = FileSpecs.Roster.Concat(FileSpecs.Side).Prepend(FileSpecs.Manifest).FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name;
        if (known is null)
        {
            var notUsed = FileSpecs.NotUsed.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
            issues.Warn(notUsed ?? "(other)", null, null, notUsed is null ? "file.unknown" : "file.not-used");
            return notUsed;
        }
        if (known != name)
            issues.Warn(known, null, null, "file.name-case", ("name", name), ("file", known));
        return known;
    }

    static bool PointsOutside(string name) =>
        name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal)
        || (name.Length > 1 && name[1] == ':') || name.Split('/').Contains("..");

    static bool IsJunk(string name)
    {
        var last = name[(name.LastIndexOf('/') + 1)..];
        return last.Length == 0 || name.StartsWith("__MACOSX/", StringComparison.Ordinal) || last.StartsWith("._", StringComparison.Ordinal)
            || last is ".DS_Store" or "Thumbs.db" or "desktop.ini";
    }

    static string CommonFolder(List<ZipArchiveEntry> entries)
    {
        if (entries.Count == 0)
            return "";
        var folder = entries[0].FullName[..(entries[0].FullName.LastIndexOf('/') + 1)];
        return entries.TrueForAll(e => e.FullName.StartsWith(folder, StringComparison.Ordinal)) ? folder : "";
    }

    static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
