using System.IO.Compression;
using System.IO.Pipelines;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Packages;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>Turns a reading into an upload like any other: a zip of JSON lines with a manifest. Streams; the same pages give the same bytes.</summary>
internal sealed class PackFeed(UploadVault vault)
{
    static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task<(Guid Upload, StoredPart Part, byte[] WrappedKey)> RunAsync(string tenant, Spool spool, EdFiManifest manifest, IReadOnlyDictionary<string, IReadOnlyList<string>> files, CancellationToken cancellation)
    {
        var (upload, key) = await vault.BeginAsync(tenant, cancellation);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 2 << 20));
        var writing = ZipAsync(pipe.Writer, spool, manifest, files, cancellation);
        await using var zip = pipe.Reader.AsStream();
        var part = await vault.WriteAsync(tenant, upload, key, 0, UploadPart.Zip, zip, long.MaxValue, cancellation);
        await writing;
        return (upload, part, vault.Wrap(key, upload));
    }

    static async Task ZipAsync(PipeWriter writer, Spool spool, EdFiManifest manifest, IReadOnlyDictionary<string, IReadOnlyList<string>> files, CancellationToken cancellation)
    {
        try
        {
            await using (var target = writer.AsStream(leaveOpen: true))
            await using (var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, null, cancellation))
            {
                await EntryAsync(zip, EdFiManifest.File, async entry => await entry.WriteAsync(manifest.Write(), cancellation), cancellation);
                foreach (var (file, names) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
                    await EntryAsync(zip, EdFiFeed.FileOf(file), entry => WriteAsync(entry, spool, names, cancellation), cancellation);
            }
            await writer.CompleteAsync();
        }
        catch (Exception broken)
        {
            // The reading side ends with the same fault instead of a zip that looks whole
            await writer.CompleteAsync(broken);
            throw;
        }
    }

    static async Task EntryAsync(ZipArchive zip, string name, Func<Stream, Task> write, CancellationToken cancellation)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = NoTime;
        await using var stream = await entry.OpenAsync(cancellation);
        await write(stream);
    }

    /// <summary>An item that was read in the window and again with others is written once.</summary>
    static async Task WriteAsync(Stream entry, Spool spool, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var written = names.Count > 1 ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach (var name in names)
            await foreach (var lines in spool.ReadAsync(name, cancellation))
            {
                if (written is null)
                {
                    await entry.WriteAsync(lines, cancellation);
                    continue;
                }
                using var page = new MemoryStream(lines.ToArray(), writable: false);
                using var reader = new StreamReader(page);
                while (await reader.ReadLineAsync(cancellation) is { } line)
                {
                    using var document = System.Text.Json.JsonDocument.Parse(line);
                    if (new EdFiItem(document.RootElement)["id"] is not { } id || written.Add(id))
                        await entry.WriteAsync(System.Text.Encoding.UTF8.GetBytes(line + "\n"), cancellation);
                }
            }
    }
}
