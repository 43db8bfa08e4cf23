using System.Threading.Channels;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>Enumerates on a thread of its own, a few batches ahead of whoever takes: a large file is split into fields while its rows are checked.</summary>
internal static class Ahead
{
    const int Batch = 512;
    const int BatchesAhead = 4;

    public static IEnumerable<T> Of<T>(IEnumerable<T> source)
    {
        using var stop = new CancellationTokenSource();
        var batches = Channel.CreateBounded<List<T>>(new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            while (Next() is { } batch)
                foreach (var one in batch)
                    yield return one;
        }
        finally
        {
            stop.Cancel();
            reading.GetAwaiter().GetResult();
        }

        // Both sides are threads that may wait: one reads rows for a feed, the other is its own
        List<T>? Next() => batches.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() && batches.Reader.TryRead(out var batch) ? batch : null;

        void Read()
        {
            Exception? fault = null;
            try
            {
                var batch = new List<T>(Batch);
                foreach (var one in source)
                {
                    batch.Add(one);
                    if (batch.Count < Batch)
                        continue;
                    batches.Writer.WriteAsync(batch, stop.Token).AsTask().GetAwaiter().GetResult();
                    batch = new(Batch);
                }
                batches.Writer.WriteAsync(batch, stop.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Nobody takes any more
            }
            catch (Exception e) // thrown where the rows are taken
            {
                fault = e;
            }
            batches.Writer.Complete(fault);
        }
    }
}
