using System.Globalization;
using System.IO.Compression;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Packages;

/// <summary>From the parts of an upload to the files of a feed. A hostile or broken container rejects the batch before any row is read.</summary>
internal static class OpenPackage
{
    /// <summary>The package, or null with a batch rejection among the issues.</summary>
    /// <param name="isMapped">Whether a mapping of the source reads a file of this name.</param>
    /// <param name="withoutManifest">How files are read if the zip has no manifest; null if it has to have one.</param>
    public static Package? Open(IReadOnlyList<UploadPart> parts, Func<string, bool> isMapped, string? withoutManifest, PackageLimits limits, IssueLog issues)
    {
        var files = new Dictionary<string, PackageFile>(StringComparer.OrdinalIgnoreCase);
        var version = Manifest.OldVersion;
        var deltas = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        EdFi.EdFiFeed? items = null;
        var zipped = parts.FirstOrDefault(p => p.Name == UploadPart.Zip);
        if (zipped is not null)
        {
            Unpack(zipped, isMapped, limits, files, issues);
            if (issues.Rejection is not null)
                return null;
            items = EdFiPackage.Take(files, issues);
            if (items is null)
            {
                if (issues.Rejection is not null || Manifest.Accepts(files, withoutManifest, deltas, issues) is not { } stated)
                    return null;
                version = stated;
            }
        }
        foreach (var side in parts.Where(p => p.Name != UploadPart.Zip))
            if (!files.TryAdd(side.Name, Loose(side)))
                issues.RejectBatch(side.Name, "zip.duplicate-entry", ("file", side.Name));
        return issues.Rejection is null ? new Package(files, deltas, version) { EdFi = items } : null;
    }

    /// <summary>Files of up to so many bytes, all together, are unpacked once and kept in memory; larger ones are unpacked anew when they are read.</summary>
    const long KeptBytes = 192L << 20;

    static void Unpack(UploadPart part, Func<string, bool> isMapped, PackageLimits limits, Dictionary<string, PackageFile> files, IssueLog issues)
    {
        using (var content = part.Open())
        {
            Span<byte> mark = stackalloc byte[2];
            if (content.ReadAtLeast(mark, 2, throwOnEndOfStream: false) < 2 || mark[0] != 'P' || mark[1] != 'K')
            {
                issues.RejectBatch(UploadPart.Zip, "zip.not-a-zip");
                return;
            }
        }
        try
        {
            using var zip = new ZipArchive(part.Open(), ZipArchiveMode.Read);
            Unpack(zip, part, isMapped, limits, files, issues);
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or IOException or ArgumentException or NotSupportedException)
        {
            issues.RejectBatch(UploadPart.Zip, "zip.damaged");
        }
    }

    static PackageFile Loose(UploadPart part)
    {
        using var source = part.Open();
        var (check, buffer, length) = (new Utf8Check(), new byte[128 << 10], 0L);
        for (int read; (read = source.Read(buffer)) > 0; length += read)
            check.Add(buffer.AsSpan(0, read));
        return new(length, check.Finish(), part.Open);
    }

    static OwningStream Entry(UploadPart part, string entry)
    {
        var zip = new ZipArchive(part.Open(), ZipArchiveMode.Read);
        return new OwningStream(zip.GetEntry(entry)!.Open(), zip);
    }

    static void Unpack(ZipArchive zip, UploadPart part, Func<string, bool> isMapped, PackageLimits limits, Dictionary<string, PackageFile> files, IssueLog issues)
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
        var (left, kept) = (limits.UnpackedBytes, KeptBytes);
        var holdsItems = entries.Exists(e => e.FullName[folder.Length..] == EdFi.EdFiManifest.File);
        foreach (var entry in entries)
        {
            var name = holdsItems ? EdFiPackage.NameOf(entry.FullName[folder.Length..], issues) : Canonical(entry.FullName[folder.Length..], isMapped, issues);
            if (name is null)
                continue;
            // Files that are not read still count as present for the manifest; they are not unpacked.
            var file = FileSpecs.NotUsed.Contains(name) ? PackageFile.Of([]) : Read(entry, name, part, limits, ref left, ref kept, issues);
            if (file is null)
                return;
            if (!files.TryAdd(name, file))
                issues.RejectBatch(name, "zip.duplicate-entry", ("file", name));
        }
    }

    /// <summary>Counts what really comes out; the sizes that the zip states are a claim.</summary>
    static PackageFile? Read(ZipArchiveEntry entry, string name, UploadPart part, PackageLimits limits, ref long left, ref long kept, IssueLog issues)
    {
        using var source = entry.Open();
        using var target = entry.Length <= kept ? new MemoryStream() : null;
        var (buffer, length, crc, utf8) = (new byte[128 << 10], 0L, new Crc32(), new Utf8Check());
        int read;
        while ((read = source.Read(buffer)) > 0)
        {
            left -= read;
            length += read;
            if (left < 0)
            {
                issues.RejectBatch(name, "zip.too-large", ("limit", limits.UnpackedBytes.ToString(CultureInfo.InvariantCulture)));
                return null;
            }
            crc.Add(buffer.AsSpan(0, read));
            utf8.Add(buffer.AsSpan(0, read));
            if (length <= entry.Length)
                target?.Write(buffer, 0, read);
            if (length > PackageLimits.RatioAppliesAbove && length > entry.CompressedLength * limits.Ratio)
            {
                issues.RejectBatch(name, "zip.ratio", ("file", name), ("limit", Invariant(limits.Ratio)));
                return null;
            }
        }
        if (length != entry.Length || crc.Value != entry.Crc32)
        {
            issues.RejectBatch(name, "zip.damaged");
            return null;
        }
        if (target is null)
        {
            var path = entry.FullName;
            return new(length, utf8.Finish(), () => Entry(part, path));
        }
        kept -= length;
        var bytes = target.ToArray();
        return new(length, utf8.Finish(), () => new MemoryStream(bytes, writable: false));
    }

    /// <summary>Name of the file as the standard writes it, or its own if a mapping reads it; null (with a warning) for files that are not read.</summary>
    static string? Canonical(string name, Func<string, bool> isMapped, IssueLog issues)
    {
        var known = FileSpecs.Roster.Concat(FileSpecs.Side).Prepend(FileSpecs.Manifest).FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name;
        if (known is null)
        {
            var notUsed = FileSpecs.NotUsed.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (notUsed is null && name[(name.LastIndexOf('/') + 1)..] is var own && isMapped(own))
                return own;
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
