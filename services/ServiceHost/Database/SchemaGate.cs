using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>
/// Opens once the schema is of the version that this build knows. Waits while the database is down; stops the service on
/// any other version. Whatever works on the database waits for it.
/// </summary>
internal sealed class SchemaGate(ServiceDefinition definition, NpgsqlDataSource database, IHostApplicationLifetime lifetime, ILogger<SchemaGate> logger) : BackgroundService
{
    const int RefusedExitCode = 3;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => opened.Task.IsCompletedSuccessfully;

    /// <summary>Completes when the schema may be worked on.</summary>
    public Task OpenedAsync(CancellationToken cancellation) => opened.Task.WaitAsync(cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                if (await Migrations.ObjectionAsync(definition, database, stoppingToken) is { } objection)
                {
                    logger.LogCritical("{Service} does not start: {Objection}", definition.Name, objection);
                    Environment.ExitCode = RefusedExitCode;
                    lifetime.StopApplication();
                    return;
                }
                opened.SetResult();
                return;
            }
            catch (Exception e) when (e is DbException or TimeoutException or IOException)
            {
                logger.LogWarning("{Service} waits for its database: {Reason}", definition.Name, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
