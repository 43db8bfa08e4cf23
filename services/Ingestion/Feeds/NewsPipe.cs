using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>News that are recorded together.</summary>
/// <param name="Lost">Students who lost a section enrolment to somebody else.</param>
internal sealed record NewsBatch(List<News> News, Guid[] Lost);

/// <summary>
/// From news to the log and from there to the state of their records, as one flow: while a batch is made, earlier ones are appended without a pause between them, and the
/// state of those before is written. State is written batch by batch, and only of a batch whose events are all in the log.
/// </summary>
/// <param name="keep">Writes the state of a batch.</param>
internal sealed class NewsPipe(EventLog log, Recording recording, Func<NewsBatch, Task> keep)
{
    const int BatchesWaiting = 1;

    readonly Channel<NewsBatch> made = Channel.CreateBounded<NewsBatch>(BatchesWaiting);
    readonly Channel<NewsBatch> appended = Channel.CreateBounded<NewsBatch>(BatchesWaiting);
    readonly Queue<(NewsBatch Batch, int Streams)> underWay = new();
    Task running = Task.CompletedTask;

    public void Start(CancellationToken cancellation) => running = Task.WhenAll(
        Task.Run(() => UntilAsync(AppendAsync, made, appended, cancellation), CancellationToken.None),
        Task.Run(() => UntilAsync(KeepAsync, appended, null, cancellation), CancellationToken.None));

    /// <summary>Hands a batch over; waits while enough are under way. Throws what a step before threw.</summary>
    public async Task AddAsync(NewsBatch batch, CancellationToken cancellation)
    {
        try
        {
            await made.Writer.WriteAsync(batch, cancellation);
        }
        catch (ChannelClosedException)
        {
            await running;
            throw;
        }
    }

    /// <summary>Everything that was handed over is in the log, and its state is written.</summary>
    public Task CompleteAsync()
    {
        made.Writer.TryComplete();
        return running;
    }

    /// <summary>A step that fails closes the channels on both sides, so that nobody waits for it.</summary>
    static async Task UntilAsync(Func<CancellationToken, Task> step, Channel<NewsBatch> from, Channel<NewsBatch>? to, CancellationToken cancellation)
    {
        try
        {
            await step(cancellation);
        }
        catch (ChannelClosedException)
        {
            // The step after this one failed, and says why
        }
        finally
        {
            from.Writer.TryComplete();
            to?.Writer.TryComplete();
        }
    }

    async Task AppendAsync(CancellationToken cancellation)
    {
        var left = 0;
        await foreach (var result in log.AppendBulkAsync(AppendsAsync(cancellation), cancellation))
        {
            if (result is not (AppendResult.Appended or AppendResult.Repeated))
                throw new FeedFaultException(result is AppendResult.AppendRefused refused ? refused.Code : "append.version-conflict");
            // Answers come in the order of the appends
            left = left == 0 ? underWay.Peek().Streams - 1 : left - 1;
            if (left == 0)
                await appended.Writer.WriteAsync(underWay.Dequeue().Batch, cancellation);
        }
    }

    async IAsyncEnumerable<Append> AppendsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in made.Reader.ReadAllAsync(cancellation))
        {
            var streams = batch.News.GroupBy(n => n.Stream).ToList();
            underWay.Enqueue((batch, streams.Count));
            foreach (var stream in streams)
                yield return new(recording.Tenant, stream.Key, stream.First().StreamType, ExpectedVersion.Any, [.. stream.Select(n => n.Event)], recording.Context);
        }
    }

    async Task KeepAsync(CancellationToken cancellation)
    {
        await foreach (var batch in appended.Reader.ReadAllAsync(cancellation))
            await keep(batch);
    }
}
