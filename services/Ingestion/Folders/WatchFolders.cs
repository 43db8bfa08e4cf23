using System.Data.Common;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.ServiceHost.Sealing;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Ingestion.Folders;

/// <summary>Looks into the configured folders, each by one replica at a time (advisory lock), and makes feeds of whole files.</summary>
internal sealed class WatchFolders(IngestionSettings settings, TakeFile take, KeyGate keys, TenantDatabase database, TimeProvider clock, ILogger<WatchFolders> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var folder in settings.Folders)
            if (folder.Tenant.Length == 0 || !Path.IsPathFullyQualified(folder.Path) || !ReceiveFeed.IsSource(folder.Source))
                throw new InvalidOperationException("Ingestion:Folders: each entry needs a Tenant, a Source (lower-case letters, digits, hyphens) and a full Path.");
        await keys.OpenedAsync(stoppingToken);
        await Task.WhenAll(settings.Folders.Select(folder => WatchAsync(folder, stoppingToken)));
    }

    async Task WatchAsync(FolderSettings folder, CancellationToken cancellation)
    {
        var files = new WholeFiles(folder, clock);
        using var timer = new PeriodicTimer(folder.Look, clock);
        do
        {
            try
            {
                await using var connection = await database.Source.OpenConnectionAsync(cancellation);
                if (!await LockAsync(connection, folder, cancellation))
                    continue;
                try
                {
                    await LookAsync(folder, files, cancellation);
                }
                finally
                {
                    await UnlockAsync(connection, folder);
                }
            }
            catch (Exception e) when (e is DbException or TimeoutException or IOException)
            {
                logger.LogWarning("The folder of {Source} of {Tenant} waits: {Reason}", folder.Source, folder.Tenant, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    async Task LookAsync(FolderSettings folder, WholeFiles files, CancellationToken cancellation)
    {
        var (waiting, problem) = (0, (string?)null);
        try
        {
            var found = files.Find();
            waiting = found.Waiting;
            foreach (var file in found.Whole)
                if (!await take.RunAsync(folder, file, cancellation))
                    waiting++;
            take.Sweep(folder);
        }
        catch (DirectoryNotFoundException)
        {
            problem = "folder.missing";
        }
        catch (UnauthorizedAccessException)
        {
            // Read or moved: without the right to move, a file would be taken again and again
            problem = "folder.no-access";
        }
        if (problem is not null)
            logger.LogWarning("The folder of {Source} of {Tenant} cannot be read: {Problem}", folder.Source, folder.Tenant, problem);
        await using var session = await database.OpenAsync(folder.Tenant, cancellation);
        await session.ExecuteAsync("""
            insert into watched_folder (tenant_id, source, looked_at, waiting, problem) values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, source) do update set looked_at = excluded.looked_at, waiting = excluded.waiting, problem = excluded.problem
            """, [folder.Tenant, folder.Source, clock.GetUtcNow(), waiting, TenantSession.Typed(problem, NpgsqlDbType.Text)], cancellation);
        await session.CommitAsync(cancellation);
    }

    static async Task<bool> LockAsync(NpgsqlConnection connection, FolderSettings folder, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('ingestion-folder:' || $1, 0))", connection) { Parameters = { new() { Value = Name(folder) } } };
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    static async Task UnlockAsync(NpgsqlConnection connection, FolderSettings folder)
    {
        if (connection.State != System.Data.ConnectionState.Open)
            return;
        await using var command = new NpgsqlCommand("select pg_advisory_unlock(hashtextextended('ingestion-folder:' || $1, 0))", connection) { Parameters = { new() { Value = Name(folder) } } };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    static string Name(FolderSettings folder) => $"{folder.Tenant}/{folder.Source}/{folder.Path}";
}
