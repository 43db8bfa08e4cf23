using System.Data.Common;
using EquityPlatform.Ingestion.Feeds;
using Npgsql;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>Counts in the background what came of each source, once no feed of its district waits: the feeds come first.</summary>
internal sealed class CountReceived(TenantDatabase database, TimeProvider clock, ILogger<CountReceived> logger) : BackgroundService
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>In a district whose feeds never stop coming it is done all the same.</summary>
    static readonly TimeSpan AtMost = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        do
        {
            try
            {
                foreach (var (tenant, source, since) in await DueAsync(stoppingToken))
                    await ReceivedDays.CountAsync(database, tenant, source, since, clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception e) when (e is DbException or TimeoutException or IOException)
            {
                logger.LogWarning("Counting what came waits for the database: {Reason}", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task<IReadOnlyList<(string Tenant, string Source, DateTimeOffset Since)>> DueAsync(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select tenant_id, source, since from received_due d where since < $1 or not exists (select from feed_queue q where q.tenant_id = d.tenant_id) order by since limit 20");
        command.Parameters.Add(new NpgsqlParameter { Value = clock.GetUtcNow() - AtMost });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<(string, string, DateTimeOffset)>();
        while (await reader.ReadAsync(cancellation))
            due.Add((reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        return due;
    }
}
