namespace EquityPlatform.Ingestion.Folders;

/// <summary>A file as it was seen.</summary>
internal readonly record struct Seen(long Size, DateTime Written);

/// <summary>
/// Which files of a folder are whole: those with a done-marker, or (unless markers are asked for) those that have not changed for a while. A zip without an end is not whole,
/// however long its writer pauses. What is remembered is only since when a file looks the same; a process that starts anew waits anew.
/// </summary>
internal sealed class WholeFiles(FolderSettings folder, TimeProvider clock)
{
    public const string Marker = ".done";

    /// <summary>A zip whose writer has given up is taken all the same, so that somebody is told that it is damaged.</summary>
    static readonly TimeSpan GivenUp = TimeSpan.FromHours(1);

    /// <summary>Names under which programs write what they rename when it is whole.</summary>
    static readonly string[] Unfinished = [Marker, ".part", ".partial", ".filepart", ".tmp", ".crdownload", ".swp"];

    readonly Dictionary<string, (Seen Seen, long Since)> watched = new(StringComparer.Ordinal);

    /// <summary>Whole files, oldest first, and how many others there are.</summary>
    public (IReadOnlyList<FileInfo> Whole, int Waiting) Find()
    {
        var files = new DirectoryInfo(folder.Path).EnumerateFiles().Where(f => f.Name[0] is not ('.' or '~') && !Unfinished.Any(u => f.Name.EndsWith(u, StringComparison.OrdinalIgnoreCase))).ToList();
        foreach (var gone in watched.Keys.Except(files.Select(f => f.Name)).ToList())
            watched.Remove(gone);
        var whole = files.Where(IsWhole).OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal).ToList();
        return (whole, files.Count - whole.Count);
    }

    public static Seen Look(FileInfo file) => new(file.Length, file.LastWriteTimeUtc);

    bool IsWhole(FileInfo file)
    {
        if (File.Exists(file.FullName + Marker))
            return true;
        var now = Look(file);
        if (!watched.TryGetValue(file.Name, out var before) || before.Seen != now)
            watched[file.Name] = before = (now, clock.GetTimestamp());
        var same = clock.GetElapsedTime(before.Since);
        return !folder.DoneMarker && same >= folder.StableFor && (same >= GivenUp || !file.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || HasEnd(file));
    }

    /// <summary>The record that ends a zip stands in its last 64 KiB.</summary>
    static bool HasEnd(FileInfo file)
    {
        using var stream = new FileStream(file.FullName, System.IO.FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, (1 << 16) + 22), SeekOrigin.End);
        var tail = new byte[(1 << 16) + 22];
        return tail.AsSpan(0, stream.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false)).LastIndexOf("PK\x05\x06"u8) >= 0;
    }
}
