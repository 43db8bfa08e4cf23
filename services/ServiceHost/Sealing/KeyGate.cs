using System.Data.Common;
using EquityPlatform.EventSourcing.Sealed;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Sealing;

/// <summary>Opens once the key database fits the configured master keys. Waits while it is down; on a wrong one the service stays unready and says why.</summary>
public sealed class KeyGate : BackgroundService, IHealthCheck
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly KeyRoom room;
    readonly ILogger<KeyGate> logger;
    readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile string standing = "The key database has not been asked yet.";

    /// <summary>Made by the host.</summary>
    public KeyGate(KeyRoom room, ILogger<KeyGate> logger)
    {
        this.room = room;
        this.logger = logger;
    }

    /// <summary>Completes when sealed data may be worked on.</summary>
    public Task OpenedAsync(CancellationToken cancellation) => opened.Task.WaitAsync(cancellation);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!opened.Task.IsCompletedSuccessfully)
            return HealthCheckResult.Unhealthy(standing);
        try
        {
            return await room.ObjectionAsync(cancellationToken) is { } objection ? HealthCheckResult.Unhealthy(objection) : HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException)
        {
            return HealthCheckResult.Unhealthy("The key database does not answer.");
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        var said = "";
        do
        {
            try
            {
                if (await room.ObjectionAsync(stoppingToken) is not { } objection)
                {
                    opened.SetResult();
                    return;
                }
                standing = objection;
            }
            catch (Exception e) when (e is DbException or TimeoutException or IOException)
            {
                standing = $"The key database does not answer: {e.Message}";
            }
            if (said != standing)
                logger.LogError("Sealed data cannot be worked on: {Objection}", standing);
            said = standing;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
