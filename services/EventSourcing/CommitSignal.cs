namespace EquityPlatform.EventSourcing;

/// <summary>Wakes readers of this process after each commit.</summary>
internal sealed class CommitSignal(TimeProvider clock)
{
    readonly Lock gate = new();
    TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long seen;

    public void Publish(long position)
    {
        TaskCompletionSource reached;
        lock (gate)
        {
            if (position <= seen)
                return;
            seen = position;
            reached = next;
            next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        reached.SetResult();
    }

    /// <summary>Returns at once if a commit beyond <paramref name="position"/> was seen.</summary>
    public async Task WaitAsync(long position, TimeSpan atMost, CancellationToken cancellation)
    {
        Task reached;
        lock (gate)
        {
            if (seen > position)
                return;
            reached = next.Task;
        }
        try
        {
            await reached.WaitAsync(atMost, clock, cancellation);
        }
        catch (TimeoutException) // polling: perhaps another replica committed
        {
        }
    }
}
