using System.Buffers.Binary;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Export;

/// <summary>
/// Leaves of the events that were just read, made here, so that the source is not asked for them again. A bundle is used only if every leaf in it has the
/// hash that the source's tile names; then the source's leaves could be no others. For all other bundles the source is asked.
/// </summary>
/// <param name="output">The export; made leaves wait in a file beside it, so that memory does not grow with the log.</param>
internal sealed class MadeLeaves(ILogSource source, LogSpan span, Stream output) : IAsyncDisposable
{
    readonly FileStream waiting = new(output is FileStream file ? file.Name + ".leaves" : Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    readonly Dictionary<long, (long At, int Length)> made = [];
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
            (hashes, length, fits) = (await source.TileAsync(tile, width, cancellation) ?? [], 0, true);
        fits = fits && Fits(line, at);
        if (!fits || at != width - 1)
            return;
        made[tile.N] = (waiting.Position, length);
        await waiting.WriteAsync(bundle.AsMemory(0, length), cancellation);
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
    public async ValueTask<byte[]?> BundleAsync(long n, CancellationToken cancellation)
    {
        if (!made.TryGetValue(n, out var place))
            return await source.LeavesAsync(n, new TileId(0, n).WidthIn(span.Size), cancellation);
        var bytes = new byte[place.Length];
        waiting.Position = place.At;
        await waiting.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    public ValueTask DisposeAsync() => waiting.DisposeAsync();
}
