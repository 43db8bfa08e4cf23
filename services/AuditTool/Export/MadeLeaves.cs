using System.Buffers.Binary;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Export;

/// <summary>
/// Leaves of the events that were just read, made here, so that the source is not asked for them again. A bundle is used only if every leaf in it has the
/// hash that the source's tile names; then the source's leaves could be no others. For all other bundles the source is asked. The tiles are kept too.
/// </summary>
/// <param name="output">The export; made leaves and tiles wait in a file beside it, so that memory does not grow with the log.</param>
internal sealed class MadeLeaves(ILogSource source, LogSpan span, Stream output) : IAsyncDisposable
{
    readonly FileStream waiting = new(output is FileStream file ? file.Name + ".leaves" : Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    readonly Dictionary<long, (long At, int Length)> made = [];
    readonly Dictionary<long, (long At, int Length)> tiles = [];
    readonly LeafBytes leaves = new(span.Origin);
    byte[] bundle = new byte[1 << 18];
    byte[] hashes = [];
    int length;
    bool fits;

    /// <summary>Takes the next event in.</summary>
    public async ValueTask AddAsync(EventLine line, CancellationToken cancellation)
    {
        var tile = new TileId(0, line.Index / TileId.Width);
        var (at, width) = ((int)(line.Index % TileId.Width), tile.WidthIn(span.Size));
        if (at == 0)
        {
            (hashes, length, fits) = (await source.TileAsync(tile, width, cancellation) ?? [], 0, true);
            await KeepAsync(tiles, tile.N, hashes, cancellation);
        }
        fits = fits && Fits(line, at);
        if (!fits || at != width - 1)
            return;
        await KeepAsync(made, tile.N, bundle.AsMemory(0, length), cancellation);
    }

    async ValueTask KeepAsync(Dictionary<long, (long At, int Length)> places, long n, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (bytes.Length == 0)
            return;
        places[n] = (waiting.Position, bytes.Length);
        await waiting.WriteAsync(bytes, cancellation);
    }

    bool Fits(EventLine line, int at)
    {
        if (line.LacksEnvelope || hashes.Length < (at + 1) * TreeHash.Bytes)
            return false;
        try
        {
            var leaf = leaves.Of(line);
            Span<byte> hash = stackalloc byte[TreeHash.Bytes];
            TreeHash.Leaf(leaf, hash);
            if (!hash.SequenceEqual(hashes.AsSpan(at * TreeHash.Bytes, TreeHash.Bytes)))
                return false;
            if (bundle.Length < length + 2 + leaf.Length)
                Array.Resize(ref bundle, bundle.Length * 2);
            BinaryPrimitives.WriteUInt16BigEndian(bundle.AsSpan(length), (ushort)leaf.Length);
            leaf.CopyTo(bundle.AsSpan(length + 2));
            length += 2 + leaf.Length;
            return true;
        }
        catch (MalformedException)
        {
            return false;
        }
    }

    /// <summary>Leaves of a bundle; null if the source has to be asked and has none.</summary>
    public async ValueTask<byte[]?> BundleAsync(long n, CancellationToken cancellation) =>
        await KeptAsync(made, n, cancellation) ?? await source.LeavesAsync(n, new TileId(0, n).WidthIn(span.Size), cancellation);

    /// <summary>Hashes of a tile; null if the source has to be asked and has none.</summary>
    public async ValueTask<byte[]?> TileAsync(TileId id, CancellationToken cancellation) =>
        (id.Level == 0 ? await KeptAsync(tiles, id.N, cancellation) : null) ?? await source.TileAsync(id, id.WidthIn(span.Size), cancellation);

    async ValueTask<byte[]?> KeptAsync(Dictionary<long, (long At, int Length)> places, long n, CancellationToken cancellation)
    {
        if (!places.TryGetValue(n, out var place))
            return null;
        var bytes = new byte[place.Length];
        waiting.Position = place.At;
        await waiting.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    public ValueTask DisposeAsync() => waiting.DisposeAsync();
}
