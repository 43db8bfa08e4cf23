using System.Globalization;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>
/// Checks a log from end to end in one pass: every event against its leaf, every leaf and every node above it against the tiles, every checkpoint against
/// the tree that stands when it is reached. Memory does not grow with the log. Faults are reported and passed, so that one does not hide the next.
/// </summary>
/// <param name="kept">Checkpoints that somebody kept elsewhere, which the log must go on from.</param>
internal sealed class LogVerifier(ILogSource source, IReadOnlyCollection<VerifierKey> trusted, IReadOnlyList<string> kept, Report report, IProgress<long>? progress = null)
{
    /// <summary>Keys of sealed parts that are still there, if it is known.</summary>
    public IReadOnlySet<string>? PresentKeys { get; init; }

    LogSpan span = null!;
    EventCursor events = null!;
    TileCheck tiles = null!;
    TreeRange tree = null!;
    LeafBytes leaves = null!;
    CheckpointCursor checkpoints = null!;
    Erasures erasures = null!;

    public async Task RunAsync(CancellationToken cancellation)
    {
        span = await source.OpenAsync(cancellation);
        (report.Origin, report.From, report.To, report.Size) = (span.Origin, span.From, span.To, span.Size);
        var signers = new CheckpointSigners(span.Origin, trusted, await NamedKeysAsync(cancellation));
        (leaves, erasures) = (new LeafBytes(span.Origin), new Erasures(report, PresentKeys, span.Erasures.Count > 0));
        (events, checkpoints) = (new EventCursor(source, report, cancellation), new CheckpointCursor(source, signers, kept, span, report, cancellation));
        await using (events)
        await using (checkpoints)
        {
            tiles = new TileCheck(source, span.Size, (await checkpoints.StartAsync())?.Root, report);
            tree = new TreeRange(span.FirstLeaf, await tiles.PeaksAsync(span.FirstLeaf, cancellation));
            await checkpoints.ReachedAsync(tree);
            for (var n = span.FirstLeaf / TileId.Width; n * TileId.Width < span.EndOfLeaves; n++)
            {
                await BundleAsync(n, cancellation);
                progress?.Report(tree.Size);
            }
            await events.EndAsync(span.To);
            var root = tree.Size == span.Size ? tree.Root() : TreeHash.Root(await tiles.PeaksAsync(span.Size, cancellation));
            await checkpoints.EndAsync(tree.Size, span.Size, root);
            await new LaterErasures(source, span, leaves, tiles, erasures, report).CheckAsync(cancellation);
        }
        if (span.Sealed)
            erasures.End();
        else
            report.Note("The sealed bytes were left out of this file. Their hashes were checked, but not whether what is erased was erased with authority.");
        (report.Tiles, report.Checkpoints, report.Signers) = (tiles.Checked, checkpoints.Checked, signers.Seen);
    }

    async Task<IReadOnlyCollection<VerifierKey>> NamedKeysAsync(CancellationToken cancellation)
    {
        var named = new List<VerifierKey>();
        foreach (var line in (await source.KeysAsync(cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            try
            {
                named.Add(VerifierKey.Parse(line));
            }
            catch (MalformedException e)
            {
                report.Add("key-malformed", $"A verification key that came with the log is damaged: {e.Message}");
            }
        return named;
    }

    /// <summary>256 leaves, or what there is of them.</summary>
    async Task BundleAsync(long n, CancellationToken cancellation)
    {
        var width = new TileId(0, n).WidthIn(span.Size);
        var hashes = await tiles.LoadAsync(new(0, n), cancellation);
        var bundle = new LeafBundle(await source.LeavesAsync(n, width, cancellation), width);
        if (bundle.Fault is { } fault && source.KeepsLeaves)
            report.Add("leaves-malformed", string.Create(CultureInfo.InvariantCulture, $"The leaves from event {n * TileId.Width} on cannot be read: {fault}"), n * TileId.Width);
        var own = new byte[width * TreeHash.Bytes];
        for (var i = 0; i < width; i++)
        {
            var index = n * TileId.Width + i;
            var line = index >= span.From && index < span.To ? await events.NextAsync(index) : null;
            var committed = hashes.Length >= (i + 1) * TreeHash.Bytes ? hashes.AsMemory(i * TreeHash.Bytes, TreeHash.Bytes) : default;
            Hash(index, line, bundle[i], committed, own.AsSpan(i * TreeHash.Bytes, TreeHash.Bytes));
        }
        await GrowAsync(n, own, cancellation);
    }

    /// <summary>Adds the leaves to the tree, and compares it with every checkpoint on the way. A tile that was found whole is added as one.</summary>
    async Task GrowAsync(long n, byte[] leafHashes, CancellationToken cancellation)
    {
        if (checkpoints.Due >= (n + 1) * TileId.Width && tiles.ProvenRoot(n, leafHashes) is { } root)
            tree.Append(root, TileId.Height);
        else
            for (var at = 0; at < leafHashes.Length; at += TreeHash.Bytes)
            {
                tree.Append(leafHashes.AsSpan(at, TreeHash.Bytes));
                if (tree.Size >= checkpoints.Due)
                    await checkpoints.ReachedAsync(tree);
            }
        if (tree.Size % TileId.Width == 0)
            await tiles.FinishedAsync(tree, cancellation);
        if (tree.Size >= checkpoints.Due)
            await checkpoints.ReachedAsync(tree);
    }

    /// <summary>The hash of the leaf at a place; on with what the tree holds where event and leaf are missing or wrong.</summary>
    void Hash(long index, EventLine? line, ReadOnlyMemory<byte> stored, ReadOnlyMemory<byte> committed, Span<byte> hash)
    {
        var known = stored.Length > 0 || line is not null;
        var named = false;
        if (line is not null)
            named = !CheckEvent(index, line, ref stored, hash);
        else if (known)
            TreeHash.Leaf(stored.Span, hash);
        if (!known || committed.Length > 0 && !committed.Span.SequenceEqual(hash))
        {
            // On with what the log committed to, so that one changed event is one fault; but not with a tile that was changed itself
            if (!known || named || IsToBlame(index, line))
                committed.Span.CopyTo(hash);
        }
    }

    /// <summary>Compares the event's own leaf with the stored one; true if nothing is to be said. The hash is that of the event's leaf.</summary>
    bool CheckEvent(long index, EventLine line, ref ReadOnlyMemory<byte> stored, Span<byte> hash)
    {
        try
        {
            var ours = leaves.Of(line, line.LacksEnvelope ? LeafBytes.HashOfSealed(stored) : null);
            TreeHash.Leaf(ours, hash);
            report.Events++;
            report.FirstRecorded ??= line.Recorded;
            if (index == span.To - 1)
                report.LastRecorded = line.Recorded;
            erasures.See(line);
            if (stored.Length == 0 || ours.SequenceEqual(stored.Span))
                return true;
            var difference = LeafBytes.Difference(ours.ToArray(), stored);
            if (tiles.IsCommitted(index, hash))
                report.Add("leaf-changed", $"The leaf beside the event was changed: it differs in {difference}. The event itself is as the tree has it.", index, line.Id);
            else if (tiles.IsCommitted(index, TreeHash.Leaf(stored.Span)))
                report.Add("event-changed", $"The event was changed: it differs from its leaf in {difference}.", index, line.Id);
            else
                report.Add("event-changed", $"The event and its leaf differ in {difference}, and the tree holds neither.", index, line.Id);
        }
        catch (MalformedException e)
        {
            report.Add("event-malformed", e.Message, index, line.Id);
        }
        return false;
    }

    /// <summary>Reports the event, or the tile, whichever does not fit what lies above; true if it is the event.</summary>
    bool IsToBlame(long index, EventLine? line)
    {
        var proven = tiles.IsProven(index / TileId.Width);
        if (proven)
            report.Add("event-changed", line is null ? "Its leaf was changed: the signed tree holds another." : "The event was changed, or another was put in its place: the signed tree holds another one here.", index, line?.Id);
        else
            report.Add("tile-changed", string.Create(CultureInfo.InvariantCulture, $"The hash of this event in tile 0/{index / TileId.Width} was changed: it is not that of the event."), index, line?.Id);
        return proven;
    }
}
