using EquityPlatform.Reporting.Releases;

namespace EquityPlatform.Reporting.Jobs;

/// <summary>Wakes the worker when a release was asked for.</summary>
internal sealed class ReleaseSignal : IDisposable
{
    readonly SemaphoreSlim asked = new(0, 1);

    public void Wake()
    {
        try
        {
            asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) => asked.WaitAsync(atMost, cancellation);

    public void Dispose() => asked.Dispose();
}

/// <summary>Runs due releases one after the other, for as long as the host lives; what was left undone is found in the table.</summary>
internal sealed class ReleaseWorker(ReleaseTable table, ReleaseRun run, ReleaseSignal signal, TimeProvider clock, ILogger<ReleaseWorker> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await WorkAsync(stoppingToken);
            await signal.WaitAsync(Pause, stoppingToken);
        }
    }

    async Task WorkAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var job in await table.DueAsync(clock.GetUtcNow(), cancellation))
                if (await run.RunAsync(job, cancellation))
                    logger.LogInformation("Ran release {ReleaseId} of {Tenant} for school year {SchoolYear}", job.ReleaseId, job.Tenant, job.SchoolYear);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException or IOException)
        {
            logger.LogWarning("Releases wait for the database: {Reason}", e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug must not end the worker; the job stays due. No message here ever holds a value
            logger.LogError(e, "A release could not be worked on; it is tried again");
        }
    }
}
