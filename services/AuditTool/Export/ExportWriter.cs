using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Export;

/// <summary>Writes a log, or a period of it, into one file. The same log gives the same bytes, whoever exports it and when.</summary>
internal static class ExportWriter
{
    // Texts shrink to a third; hashes do not shrink
    const CompressionLevel Texts = CompressionLevel.Fastest;

    const int BytesAhead = 4 << 20;
    const int EventsAtOnce = 64;

    static readonly DateTimeOffset Stamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="witnesses">Keys of witnesses, kept in the file beside those of the log.</param>
    /// <exception cref="SourceException">The source did not give what it said it had.</exception>
    public static async Task WriteAsync(ILogSource source, LogSpan span, IReadOnlyList<VerifierKey> witnesses, Stream output, IProgress<long>? progress, CancellationToken cancellation)
    {
        var manifest = new Manifest(span);
        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellation);
        await PutAsync(zip, Manifest.Name, Texts, manifest.ToUtf8(), cancellation);
        await PutAsync(zip, Manifest.Keys, Texts, Encoding.UTF8.GetBytes(await source.KeysAsync(cancellation) + string.Concat(witnesses.Select(key => key.Text + "\n"))), cancellation);
        await using (var checkpoints = await Entry(zip, Manifest.Checkpoints, Texts).OpenAsync(cancellation))
            await foreach (var signed in source.CheckpointsAsync(cancellation))
                await LineAsync(checkpoints, ExportFile.LineOf(signed), cancellation);
        await using var leaves = new MadeLeaves(source, span, output);
        await EventsAsync(source, manifest, zip, leaves, progress, cancellation);
        if (span.Erasures.Count > 0)
        {
            await using var erasures = await Entry(zip, Manifest.Erasures, Texts).OpenAsync(cancellation);
            var line = new EventLine();
            await foreach (var one in source.ErasuresAsync(cancellation))
            {
                line.Read(one);
                await LineAsync(erasures, span.Sealed ? line.Canonical : line.WithoutEnvelope(), cancellation);
            }
        }
        foreach (var n in manifest.Bundles())
            await PutAsync(zip, Manifest.LeavesName(n, new TileId(0, n).WidthIn(span.Size)), Texts,
                await leaves.BundleAsync(n, cancellation) ?? throw new SourceException($"Bundle {n} of leaves is missing at the source."), cancellation);
        foreach (var id in manifest.Tiles())
        {
            var width = id.WidthIn(span.Size);
            await PutAsync(zip, Manifest.TileName(id, width), CompressionLevel.NoCompression, await leaves.TileAsync(id, cancellation) ?? throw new SourceException($"Tile {id} is missing at the source."), cancellation);
        }
    }

    static async Task EventsAsync(ILogSource source, Manifest manifest, ZipArchive zip, MadeLeaves leaves, IProgress<long>? progress, CancellationToken cancellation)
    {
        var span = manifest.Span;
        await using var lines = source.EventsAsync(cancellation).GetAsyncEnumerator(cancellation);
        var line = new EventLine();
        var index = span.From;
        foreach (var n in manifest.Files())
        {
            await using var file = await Entry(zip, Manifest.EventsName(n), Texts).OpenAsync(cancellation);
            // Packed on another core, while the next events are read
            var text = new Pipe(new PipeOptions(pauseWriterThreshold: BytesAhead, resumeWriterThreshold: BytesAhead / 2, minimumSegmentSize: 1 << 16, useSynchronizationContext: false));
            var packing = Task.Run(() => PackAsync(text.Reader, file, cancellation), CancellationToken.None);
            try
            {
                for (var end = Math.Min(span.To, (n + 1) * Manifest.EventsInFile); index < end; index++)
                {
                    if (!await lines.MoveNextAsync())
                        throw new SourceException($"The source ended before event {index}.");
                    line.Read(lines.Current);
                    if (line.Index != index)
                        throw new SourceException($"The source gave event {line.Index} in place of {index}.");
                    await leaves.AddAsync(line, cancellation);
                    text.Writer.Write((span.Sealed ? line.Canonical : line.WithoutEnvelope()).Span);
                    text.Writer.Write("\n"u8);
                    if (index % EventsAtOnce == 0)
                        await text.Writer.FlushAsync(cancellation);
                }
            }
            finally
            {
                await text.Writer.CompleteAsync();
                await packing;
            }
            progress?.Report(index);
        }
    }

    static async Task PackAsync(PipeReader text, Stream file, CancellationToken cancellation)
    {
        try
        {
            await text.CopyToAsync(file, cancellation);
        }
        finally
        {
            await text.CompleteAsync(); // whoever writes does not wait for a full disk
        }
    }

    static async Task LineAsync(Stream stream, ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        await stream.WriteAsync(line, cancellation);
        stream.WriteByte((byte)'\n');
    }

    static async Task PutAsync(ZipArchive zip, string name, CompressionLevel level, byte[] bytes, CancellationToken cancellation)
    {
        await using var stream = await Entry(zip, name, level).OpenAsync(cancellation);
        await stream.WriteAsync(bytes, cancellation);
    }

    static ZipArchiveEntry Entry(ZipArchive zip, string name, CompressionLevel level)
    {
        var entry = zip.CreateEntry(name, level);
        entry.LastWriteTime = Stamp;
        return entry;
    }
}
