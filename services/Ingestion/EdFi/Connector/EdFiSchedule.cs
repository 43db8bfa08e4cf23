using System.Data.Common;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.ServiceHost.Sealing;
using Npgsql;

namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>Wakes the schedule of this process.</summary>
internal sealed class EdFiSignal
{
    public FeedSignal Signal { get; } = new();
}

/// <summary>Reads sources when they are due, each by one replica at a time (advisory lock).</summary>
internal sealed class EdFiSchedule(EdFiSources sources, ReadSource read, EdFiSignal wake, KeyGate keys, TenantDatabase database, EdFiSettings settings, TimeProvider clock, ILogger<EdFiSchedule> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await keys.OpenedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // A slow API holds up no other
                await Task.WhenAll((await sources.DueNowAsync(stoppingToken)).Select(due => OneAsync(due.Tenant, due.Source, due.Complete, due.AskedBy, stoppingToken)));
            }
            catch (Exception e) when (e is DbException or TimeoutException or IOException)
            {
                logger.LogWarning("Sources wait for the database: {Reason}", e.Message);
            }
            await wake.Signal.WaitAsync(settings.Look, clock, stoppingToken);
        }
    }

    async Task OneAsync(string tenant, string source, bool complete, string? askedBy, CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        if (!await LockAsync(connection, $"{tenant}/{source}", cancellation))
            return;
        try
        {
            await read.RunAsync(tenant, source, complete, askedBy, cancellation);
        }
        catch (Exception e) when (e is not (OperationCanceledException or DbException or TimeoutException or IOException))
        {
            // A fault of ours with one source: the others go on, and this one is tried again at its next time
            logger.LogError(e, "Source {Source} of {Tenant} failed", source, tenant);
            await sources.NoteAsync(tenant, source, new(clock.GetUtcNow(), clock.GetUtcNow(), "edfi.internal-error", complete, null, null, 0), clock.GetUtcNow().AddHours(1), cancellation);
        }
        finally
        {
            await UnlockAsync(connection, $"{tenant}/{source}");
        }
    }

    static async Task<bool> LockAsync(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('ingestion-ed-fi:' || $1, 0))", connection);
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    static async Task UnlockAsync(NpgsqlConnection connection, string name)
    {
        if (connection.State != System.Data.ConnectionState.Open)
            return;
        await using var command = new NpgsqlCommand("select pg_advisory_unlock(hashtextextended('ingestion-ed-fi:' || $1, 0))", connection);
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
