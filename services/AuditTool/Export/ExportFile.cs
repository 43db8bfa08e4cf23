using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using EquityPlatform.AuditTool.Canonical;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Export;

/// <summary>A log, or a period of it, in a file that an office keeps: a zip of plain texts and tiles.</summary>
internal sealed class ExportFile : ILogSource
{
    const int MostBytes = 16 << 20;

    const int BytesAhead = 4 << 20;

    readonly string path;
    readonly FileStream file;
    readonly ZipArchive zip;
    readonly Dictionary<string, ZipArchiveEntry> entries;
    readonly Report report;
    readonly Lock reading = new();
    (long N, Task<(byte[]? Bytes, InvalidDataException? Damage)> Leaves)? ahead;

    /// <exception cref="SourceException">No such file, or not an export.</exception>
    public ExportFile(string path, Report report)
    {
        (this.path, this.report) = (path, report);
        try
        {
            file = Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"{path} cannot be read: {e.Message}", e);
        }
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read);
            entries = ByName(zip, name => report.Add("entry-twice", $"'{name}' stands twice in the file."));
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

    // Entries are read here and there: a large buffer would be filled for nothing
    static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 14);

    static Dictionary<string, ZipArchiveEntry> ByName(ZipArchive zip, Action<string> twice)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(zip.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
            if (!entries.TryAdd(entry.FullName, entry))
                twice(entry.FullName);
        return entries;
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

    /// <summary>A bundle of leaves; the next one is read meanwhile, on another core.</summary>
    public async ValueTask<byte[]?> LeavesAsync(long n, int width, CancellationToken cancellation)
    {
        var name = Manifest.LeavesName(n, width);
        var (bytes, damage) = ahead is { } asked && asked.N == n ? await asked.Leaves : Inflated(name);
        var next = (n + 1) * TileId.Width < Manifest.Span.EndOfLeaves ? Manifest.LeavesName(n + 1, new TileId(0, n + 1).WidthIn(Manifest.Span.Size)) : null;
        ahead = next is null ? null : (n + 1, Task.Run(() => Inflated(next), CancellationToken.None));
        if (damage is not null)
            Damaged(name, damage);
        return bytes;
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var entries = Channel.CreateBounded<Unpacked>(1);
        var unpacking = Task.Run(() => UnpackAsync(Manifest.Files().Select(Manifest.EventsName), entries.Writer, ended.Token), CancellationToken.None);
        try
        {
            await foreach (var entry in entries.Reader.ReadAllAsync(cancellation))
                await foreach (var line in LinesAsync(entry, cancellation))
                    yield return line;
        }
        finally
        {
            await ended.CancelAsync();
            await unpacking;
        }
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ErasuresAsync(CancellationToken cancellation) =>
        Manifest.Span.Erasures.Count > 0 ? LinesAsync(Manifest.Erasures, cancellation) : AsyncEnumerable.Empty<ReadOnlyMemory<byte>>();

    /// <summary>An entry whose text is unpacked while it is read.</summary>
    sealed class Unpacked(string name)
    {
        public string Name => name;

        public Pipe Text { get; } = new(new PipeOptions(pauseWriterThreshold: BytesAhead, resumeWriterThreshold: BytesAhead / 2, minimumSegmentSize: 1 << 16, useSynchronizationContext: false));

        /// <summary>Why the text ends where it does; set before it ends. Null if it is whole.</summary>
        public Exception? Damage { get; set; }
    }

    /// <summary>Unpacks entries ahead of those who check them, on another core, from a handle of its own.</summary>
    async Task UnpackAsync(IEnumerable<string> names, ChannelWriter<Unpacked> unpacked, CancellationToken cancellation)
    {
        Exception? fault = null;
        try
        {
            await using var own = Open(path);
            await using var archive = new ZipArchive(own, ZipArchiveMode.Read);
            var named = ByName(archive, _ => { });
            foreach (var one in names.Select(name => new Unpacked(name)))
            {
                await unpacked.WriteAsync(one, cancellation);
                try
                {
                    if (named.TryGetValue(one.Name, out var entry))
                    {
                        await using var text = await entry.OpenAsync(cancellation);
                        await text.CopyToAsync(one.Text.Writer, cancellation);
                    }
                }
                catch (Exception e)
                {
                    one.Damage = e;
                }
                await one.Text.Writer.CompleteAsync();
            }
        }
        catch (Exception e) // for whoever reads, if anybody still does
        {
            fault = e;
        }
        unpacked.Complete(fault);
    }

    async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(string name, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var entry = Channel.CreateUnbounded<Unpacked>();
        var unpacking = UnpackAsync([name], entry.Writer, cancellation);
        await foreach (var line in LinesAsync(await entry.Reader.ReadAsync(cancellation), cancellation))
            yield return line;
        await unpacking;
    }

    /// <summary>Lines of an entry. Damage ends them, and is reported.</summary>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(Unpacked entry, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!entries.ContainsKey(entry.Name))
            Missing(entry.Name);
        await using var text = entry.Text.Reader.AsStream();
        await using var lines = LineReader.ReadAsync(text, cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync(lines, entry))
            yield return lines.Current;
    }

    async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> lines, Unpacked entry)
    {
        InvalidDataException? damage = null;
        try
        {
            if (await lines.MoveNextAsync())
                return true;
        }
        catch (InvalidDataException e)
        {
            damage = e;
        }
        damage = entry.Damage switch
        {
            null => damage,
            InvalidDataException broken => broken,
            var other => throw new SourceException($"{path} cannot be read: {other.Message}", other),
        };
        if (damage is not null)
            Damaged(entry.Name, damage);
        return false;
    }

    byte[]? Read(string name)
    {
        var (bytes, damage) = Inflated(name);
        if (damage is not null)
            Damaged(name, damage);
        return bytes;
    }

    /// <summary>A whole entry; null if there is none, empty if it is damaged.</summary>
    (byte[]? Bytes, InvalidDataException? Damage) Inflated(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
            return default;
        lock (reading)
            try
            {
                using var stream = entry.Open();
                // The length is what the file says; it may be wrong
                var bytes = GC.AllocateUninitializedArray<byte>(entry.Length is >= 0 and <= MostBytes ? (int)entry.Length : throw new InvalidDataException("it is larger than it can be."));
                var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                return read == bytes.Length && stream.ReadByte() < 0 ? (bytes, null) : throw new InvalidDataException("it has not the length that the file says.");
            }
            catch (InvalidDataException e)
            {
                return ([], e);
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
        if (ahead is { } asked)
            await asked.Leaves;
        zip.Dispose();
        await file.DisposeAsync();
    }
}
