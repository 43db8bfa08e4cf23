using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Live;

/// <summary>A service's log over HTTP, as it stood when it was opened: what is added meanwhile is left for the next time.</summary>
/// <param name="period">Which events: indexes, or times at which they were recorded.</param>
/// <param name="purpose">Why events are read; the service keeps it with the record of who looked.</param>
internal sealed class LiveLog(AuditAddress address, Period period, string purpose) : ILogSource
{
    const int Checkpoints = 10_000;
    const int Events = 10_000;
    const int Ahead = 4;

    readonly Dictionary<string, Task<byte[]?>> asked = new(StringComparer.Ordinal);
    readonly List<(long Index, byte[] Line)> erasures = [];
    SignedSize last = new(0, "");
    LogSpan span = null!;

    public async ValueTask<LogSpan> OpenAsync(CancellationToken cancellation)
    {
        var note = await address.TextAsync("checkpoint", cancellation);
        // Whether it is signed is checked by those who have the keys
        var checkpoint = Checkpoint.Parse(note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)]);
        last = new(checkpoint.Size, note);
        var (from, to) = await period.ResolveAsync(checkpoint.Size, RecordedAsync, cancellation);
        if (from < to && to < checkpoint.Size)
            await ReadErasuresAsync(to, checkpoint.Size, cancellation);
        return span = new(checkpoint.Origin, from, to, checkpoint.Size, Sealed: true) { Erasures = [.. erasures.Select(one => one.Index)] };
    }

    /// <summary>What was erased since the period, as far as it is signed.</summary>
    async Task ReadErasuresAsync(long from, long size, CancellationToken cancellation)
    {
        var line = new EventLine();
        await using var stream = await address.StreamAsync(string.Create(CultureInfo.InvariantCulture, $"erasures?from={from}&purpose={Uri.EscapeDataString(purpose)}"), cancellation);
        await foreach (var one in LineReader.ReadAsync(stream, cancellation))
        {
            line.Read(one);
            if (line.Index < size)
                erasures.Add((line.Index, one.ToArray()));
        }
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ErasuresAsync(CancellationToken cancellation) => erasures.Select(one => (ReadOnlyMemory<byte>)one.Line).ToAsyncEnumerable();

    async Task<string> RecordedAsync(long index, CancellationToken cancellation)
    {
        using var leaf = JsonDocument.Parse(await address.BytesAsync(string.Create(CultureInfo.InvariantCulture, $"leaf/{index}"), cancellation));
        return leaf.RootElement.GetProperty("event").GetProperty("recorded").GetString() ?? "";
    }

    public async ValueTask<string> KeysAsync(CancellationToken cancellation) => await address.TextAsync("vkey", cancellation);

    public ValueTask<SignedSize> LastCheckpointAsync(CancellationToken cancellation) => ValueTask.FromResult(last);

    public async IAsyncEnumerable<SignedSize> CheckpointsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var (after, more) = (span.From, true); more;)
        {
            more = false;
            await using var stream = await address.StreamAsync(string.Create(CultureInfo.InvariantCulture, $"checkpoints?after={after}&limit={Checkpoints}"), cancellation);
            await foreach (var line in LineReader.ReadAsync(stream, cancellation))
            {
                var signed = JsonSerializer.Deserialize<SignedSize>(line.Span, JsonSerializerOptions.Web) ?? new(0, "");
                if (signed.Size > span.To || signed.Size >= span.Size)
                {
                    more = false;
                    break;
                }
                yield return signed;
                (after, more) = (signed.Size, true);
            }
        }
        yield return last;
    }

    public ValueTask<byte[]?> TileAsync(TileId id, int width, CancellationToken cancellation) => AheadAsync(id.N, n =>
        new TileId(id.Level, n).WidthIn(span.Size) is > 0 and var w ? $"tile/{new TileId(id.Level, n).Path(w)}" : null, cancellation);

    public ValueTask<byte[]?> LeavesAsync(long n, int width, CancellationToken cancellation) => AheadAsync(n, next =>
        next * TileId.Width < span.EndOfLeaves ? $"tile/entries/{TileId.NumberPath(next, new TileId(0, next).WidthIn(span.Size))}" : null, cancellation);

    /// <summary>Asks for the next ones too, which are sure to be wanted.</summary>
    async ValueTask<byte[]?> AheadAsync(long n, Func<long, string?> path, CancellationToken cancellation)
    {
        for (var next = n; next < n + Ahead && path(next) is { } ahead; next++)
            if (!asked.ContainsKey(ahead))
                asked.Add(ahead, address.BytesOrNullAsync(ahead, cancellation));
        var wanted = path(n) ?? throw new SourceException($"Tile {n} lies beyond the log.");
        var answer = asked[wanted];
        asked.Remove(wanted);
        return await answer;
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var (ahead, begin) = (AskAsync(span.From), span.From);
        try
        {
            while (begin < span.To)
            {
                var count = 0;
                await using var stream = await ahead;
                // Asked for ahead, so that the service reads them while these are taken in
                ahead = AskAsync(begin + Events);
                await using var lines = LineReader.ReadAsync(stream, cancellation).GetAsyncEnumerator(cancellation);
                while (await NextAsync(lines))
                {
                    yield return lines.Current;
                    count++;
                }
                if (count == 0)
                    break;
                begin += count;
                if (count < Events && begin < span.To) // the service gave fewer than it was asked for: on from there
                {
                    await DropAsync(ahead);
                    ahead = AskAsync(begin);
                }
            }
        }
        finally
        {
            await DropAsync(ahead);
        }

        static async Task DropAsync(Task<Stream> asked)
        {
            await Task.WhenAny(asked);
            if (asked.IsCompletedSuccessfully)
                await (await asked).DisposeAsync();
        }

        Task<Stream> AskAsync(long from) => from >= span.To ? Task.FromResult(Stream.Null)
            : address.StreamAsync(string.Create(CultureInfo.InvariantCulture, $"events?from={from}&to={Math.Min(span.To, from + Events)}&purpose={Uri.EscapeDataString(purpose)}"), cancellation);
    }

    static async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> lines)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (Exception e) when (e is InvalidDataException or HttpRequestException)
        {
            throw new SourceException($"The answer broke off: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Asked for ahead and not wanted any more
        await Task.WhenAll(asked.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        address.Dispose();
    }

    /// <summary>The proof of one event, as the service gives it, and its leaf.</summary>
    public async Task<(TlogProof Proof, byte[] Leaf)> ProofAsync(string eventId, CancellationToken cancellation)
    {
        var proof = TlogProof.Parse(await address.TextAsync($"proof/inclusion?event={Uri.EscapeDataString(eventId)}", cancellation));
        return (proof, await address.BytesAsync(string.Create(CultureInfo.InvariantCulture, $"leaf/{proof.Index}"), cancellation));
    }

    /// <summary>One event, in its canonical form.</summary>
    /// <exception cref="MalformedException">The service gave something else.</exception>
    public async Task<byte[]> EventAsync(long index, CancellationToken cancellation)
    {
        var line = new EventLine();
        line.Read((await address.BytesAsync(string.Create(CultureInfo.InvariantCulture, $"events?from={index}&to={index + 1}&purpose={Uri.EscapeDataString(purpose)}"), cancellation)).AsMemory().TrimEnd((byte)'\n'));
        return [.. line.Canonical.Span, (byte)'\n'];
    }
}
