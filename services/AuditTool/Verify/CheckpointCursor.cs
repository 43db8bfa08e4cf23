using System.Globalization;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>
/// Goes through checkpoints as the tree reaches them. Each must have the root that the tree has there; so all of them are of one history, each the
/// beginning of every later one.
/// </summary>
internal sealed class CheckpointCursor(ILogSource source, CheckpointSigners signers, IReadOnlyList<string> keptNotes, LogSpan span, Report report, CancellationToken cancellation) : IAsyncDisposable
{
    readonly IAsyncEnumerator<SignedSize> rest = source.CheckpointsAsync(cancellation).GetAsyncEnumerator(cancellation);
    readonly List<(Checkpoint Checkpoint, bool Kept)> due = [];
    long previous = -1;
    bool ended;

    /// <summary>Size at which the next checkpoint must be compared.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public long Checked { get; private set; }

    /// <summary>Reads the last checkpoint and those kept elsewhere. Null if the last cannot be believed.</summary>
    public async ValueTask<Checkpoint?> StartAsync()
    {
        foreach (var note in keptNotes)
            Keep(note);
        await AdvanceAsync();
        try
        {
            return signers.Open((await source.LastCheckpointAsync(cancellation)).Note) is var last && last.Size == span.Size ? last : null;
        }
        catch (MalformedException)
        {
            return null; // said when its turn comes
        }
    }

    void Keep(string note)
    {
        try
        {
            var checkpoint = signers.Open(note);
            if (checkpoint.Size > span.Size)
                report.Add("truncated", string.Create(CultureInfo.InvariantCulture,
                    $"The checkpoint that you kept speaks of {checkpoint.Size} events; here are only {span.Size}. The last {checkpoint.Size - span.Size} were cut off, or this is an older copy."), span.Size);
            else if (checkpoint.Size < span.FirstLeaf)
                report.Note(string.Create(CultureInfo.InvariantCulture, $"The checkpoint that you kept ({checkpoint.Size} events) lies before this period and could not be compared."));
            else
                due.Add((checkpoint, true));
        }
        catch (MalformedException e)
        {
            report.Add("kept-checkpoint-malformed", $"The checkpoint that you kept cannot be used: {e.Message}");
        }
    }

    /// <summary>Compares every checkpoint of the tree's size.</summary>
    public async ValueTask ReachedAsync(TreeRange tree)
    {
        while (tree.Size >= Due)
        {
            Compare(tree.Size, tree.Root());
            await AdvanceAsync();
        }
    }

    void Compare(long size, byte[] root)
    {
        foreach (var (checkpoint, kept) in due.Where(one => one.Checkpoint.Size == size))
            if (checkpoint.Root.AsSpan().SequenceEqual(root))
                Checked++;
            else
                report.Add(kept ? "history-rewritten" : "checkpoint-differs", string.Create(CultureInfo.InvariantCulture,
                    $"{(kept ? "The checkpoint that you kept" : "The signed checkpoint")} of the first {size} events does not fit them: {(kept ? "history before it was rewritten." : "an event before it was changed, or the history was rewritten.")}"), size - 1);
        due.RemoveAll(one => one.Checkpoint.Size == size);
    }

    /// <summary>Takes the next checkpoint in, if none is in hand, and says when the next comparison is due.</summary>
    async ValueTask AdvanceAsync()
    {
        while (!ended && !due.Any(one => !one.Kept))
        {
            if (!await rest.MoveNextAsync())
            {
                ended = true;
                break;
            }
            var signed = rest.Current;
            if (signed.Size <= previous)
                report.Add("checkpoint-out-of-order", string.Create(CultureInfo.InvariantCulture, $"The checkpoint of {signed.Size} events stands behind that of {previous}."), signed.Size - 1);
            else if (Open(signed) is { } checkpoint && (checkpoint.Size >= span.FirstLeaf || Fails("checkpoint-outside", signed, "It lies before the period.")))
                due.Add((checkpoint, false));
            previous = Math.Max(previous, signed.Size);
        }
        Due = due.Count == 0 ? long.MaxValue : due.Min(one => one.Checkpoint.Size);
    }

    bool Fails(string code, SignedSize signed, string why)
    {
        report.Add(code, string.Create(CultureInfo.InvariantCulture, $"The checkpoint of {signed.Size} events: {why}"), signed.Size - 1);
        return false;
    }

    Checkpoint? Open(SignedSize signed)
    {
        try
        {
            var checkpoint = signers.Count(signed.Note);
            return checkpoint.Size == signed.Size || Fails("checkpoint-malformed", signed, $"It speaks of {checkpoint.Size}.") ? checkpoint : null;
        }
        catch (MalformedException e)
        {
            Fails("checkpoint-malformed", signed, e.Message);
            return null;
        }
    }

    /// <summary>Compares the last checkpoint, and reports those beyond it.</summary>
    public async ValueTask EndAsync(long reached, long size, byte[] root)
    {
        report.Root = Convert.ToBase64String(root);
        while (Due < long.MaxValue)
        {
            if (Due == size)
                Compare(size, root);
            else
            {
                foreach (var (checkpoint, kept) in due.Where(one => one.Checkpoint.Size == Due))
                    if (kept)
                        report.Note(string.Create(CultureInfo.InvariantCulture, $"The checkpoint that you kept ({checkpoint.Size} events) lies behind this period ({reached}) and could not be compared."));
                    else
                        report.Add("checkpoint-outside", string.Create(CultureInfo.InvariantCulture, $"The checkpoint of {checkpoint.Size} events lies outside of what is here."), checkpoint.Size - 1);
                due.RemoveAll(one => one.Checkpoint.Size == Due);
            }
            await AdvanceAsync();
        }
        if (previous != size)
            report.Add("checkpoint-missing", string.Create(CultureInfo.InvariantCulture, $"The checkpoint of {size} events is missing: the last is of {Math.Max(previous, 0)}."), size - 1);
    }

    public ValueTask DisposeAsync() => rest.DisposeAsync();
}
