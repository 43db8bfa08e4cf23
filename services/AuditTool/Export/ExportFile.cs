using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using EquityPlatform.AuditTool.Canonical;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Export;

/// <summary>A log, or a period of it, in a file that an office keeps: a zip of plain texts and tiles.</summary>
internal sealed class ExportFile : ILogSource
{
    const int MostBytes = 16 << 20;

    readonly FileStream file;
    readonly ZipArchive zip;
    readonly Dictionary<string, ZipArchiveEntry> entries;
    readonly Report report;

    /// <exception cref="SourceException">No such file, or not an export.</exception>
    public ExportFile(string path, Report report)
    {
        this.report = report;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"{path} cannot be read: {e.Message}", e);
        }
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read);
            entries = new(zip.Entries.Count, StringComparer.Ordinal);
            foreach (var entry in zip.Entries)
                if (!entries.TryAdd(entry.FullName, entry))
                    report.Add("entry-twice", $"'{entry.FullName}' stands twice in the file.");
            Manifest = Manifest.Parse(Read(Manifest.Name) ?? throw new SourceException($"{path} is no export: it has no manifest."));
        }
        catch (SourceException)
        {
            file.Dispose();
            throw;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            file.Dispose();
            throw new SourceException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public Manifest Manifest { get; }
    public bool IsCanonical => true;

    public ValueTask<LogSpan> OpenAsync(CancellationToken cancellation)
    {
        var expected = Manifest.Entries().ToList();
        foreach (var stranger in entries.Keys.Except(expected))
            report.Add("entry-added", $"'{stranger}' does not belong in an export.");
        if (!zip.Entries.Select(entry => entry.FullName).Where(expected.Contains).SequenceEqual(expected.Where(entries.ContainsKey)))
            report.Add("entries-reordered", "The entries of the file do not stand in their order.");
        return ValueTask.FromResult(Manifest.Span);
    }

    public ValueTask<string> KeysAsync(CancellationToken cancellation) => ValueTask.FromResult(Encoding.UTF8.GetString(Read(Manifest.Keys) ?? Missing(Manifest.Keys)));

    public async ValueTask<SignedSize> LastCheckpointAsync(CancellationToken cancellation)
    {
        SignedSize last = new(-1, "");
        await foreach (var signed in CheckpointsAsync(quiet: true, cancellation))
            last = signed;
        return last;
    }

    public IAsyncEnumerable<SignedSize> CheckpointsAsync(CancellationToken cancellation) => CheckpointsAsync(quiet: false, cancellation);

    async IAsyncEnumerable<SignedSize> CheckpointsAsync(bool quiet, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = 0;
        await foreach (var line in LinesAsync(Manifest.Checkpoints, cancellation))
        {
            number++;
            if (SignedLine(line) is { } signed)
                yield return signed;
            else if (!quiet)
                report.Add("checkpoint-malformed", $"Line {number} of {Manifest.Checkpoints} was changed: it is not in the form of a checkpoint.");
        }
    }

    /// <summary>A line in its one form; null if it is in another.</summary>
    static SignedSize? SignedLine(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var signed = new SignedSize(document.RootElement.GetProperty("size").GetInt64(), document.RootElement.GetProperty("note").GetString() ?? "");
            return LineOf(signed).AsSpan().SequenceEqual(line.Span) ? signed : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>A checkpoint as a line of an export. When it was signed is not in it: nobody signed that.</summary>
    public static byte[] LineOf(SignedSize signed) => CanonicalJson.Of(JsonSerializer.SerializeToUtf8Bytes(new { note = signed.Note, size = signed.Size }));

    public ValueTask<byte[]?> TileAsync(TileId id, int width, CancellationToken cancellation) => ValueTask.FromResult(Read(Manifest.TileName(id, width)));

    public ValueTask<byte[]?> LeavesAsync(long n, int width, CancellationToken cancellation) => ValueTask.FromResult(Read(Manifest.LeavesName(n, width)));

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var n in Manifest.Files())
            await foreach (var line in LinesAsync(Manifest.EventsName(n), cancellation))
                yield return line;
    }

    /// <summary>Lines of an entry. Damage ends them, and is reported.</summary>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(string name, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            Missing(name);
            yield break;
        }
        await using var stream = await OpenAsync(entry, cancellation);
        await using var lines = LineReader.ReadAsync(stream, cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync(lines, name))
            yield return lines.Current;
    }

    async ValueTask<Stream> OpenAsync(ZipArchiveEntry entry, CancellationToken cancellation)
    {
        try
        {
            return await entry.OpenAsync(cancellation);
        }
        catch (InvalidDataException e)
        {
            Damaged(entry.FullName, e);
            return Stream.Null;
        }
    }

    async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> lines, string name)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            Damaged(name, e);
            return false;
        }
    }

    byte[]? Read(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
            return null;
        try
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            var block = new byte[16 * 1024];
            for (int read; (read = stream.Read(block)) > 0;)
            {
                bytes.Write(block, 0, read);
                if (bytes.Length > MostBytes)
                    throw new InvalidDataException("it is larger than it can be.");
            }
            return bytes.ToArray();
        }
        catch (InvalidDataException e)
        {
            Damaged(name, e);
            return [];
        }
    }

    byte[] Missing(string name)
    {
        report.Add("entry-missing", $"'{name}' is missing in the file.");
        return [];
    }

    void Damaged(string name, InvalidDataException e) => report.Add("entry-damaged", $"'{name}' is damaged: {e.Message}");

    public async ValueTask DisposeAsync()
    {
        zip.Dispose();
        await file.DisposeAsync();
    }
}
