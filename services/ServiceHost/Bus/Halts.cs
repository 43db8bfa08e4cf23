using System.Collections.Concurrent;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Where consumers stand still: in the log, in <c>eq_halt</c>, in a metric and in the readiness report, so that nobody can miss it.</summary>
internal sealed class Halts(NpgsqlDataSource database, ServiceDefinition definition, BusMetrics metrics, TimeProvider clock, ILogger<Halts> logger)
{
    readonly HaltTable halts = new(database, definition.Name);
    readonly ConcurrentDictionary<(string Consumer, string Tenant), (long Seq, DateTimeOffset? Asked)> standing = new();
    readonly ConcurrentDictionary<(string Consumer, string Tenant), bool> seenGoing = new();

    public async Task HaltAsync(IBusConsumer consumer, string tenant, PublishedEvent at, Exception error, TimeSpan pause, CancellationToken cancellation)
    {
        logger.LogError(error, "{Consumer} is halted for {Tenant}: it cannot apply event {Seq} ({Type}) of {Source}; next try in {Pause}",
            consumer.Name, tenant, at.Seq, at.Type, consumer.Source, pause);
        metrics.Halted(consumer.Name);
        standing[(consumer.Name, tenant)] = (at.Seq, null);
        try
        {
            await halts.WriteAsync(new(consumer.Name, consumer.Source, tenant, at.Seq, at.Id, at.Type, error.GetType().Name, clock.GetUtcNow()), cancellation);
            standing[(consumer.Name, tenant)] = (at.Seq, (await halts.FindAsync(consumer.Name, tenant, cancellation))?.Asked);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            logger.LogWarning("The halt of a consumer could not be written down: {Reason}", e.Message);
        }
    }

    public async Task ResumedAsync(IBusConsumer consumer, string tenant, CancellationToken cancellation)
    {
        var stood = standing.ContainsKey((consumer.Name, tenant));
        // The first time, a halt of an earlier process may be written down
        if (!seenGoing.TryAdd((consumer.Name, tenant), true) && !stood)
            return;
        await DeleteAsync(consumer.Name, tenant, cancellation);
        if (stood && standing.TryRemove((consumer.Name, tenant), out _))
            logger.LogWarning("{Consumer} goes on for {Tenant}", consumer.Name, tenant);
    }

    /// <summary>Where this replica's consumers stand still.</summary>
    public IEnumerable<(string Consumer, string Tenant, long Position)> Standing => standing.Select(halt => (halt.Key.Consumer, halt.Key.Tenant, halt.Value.Seq));

    /// <summary>An operator wants another try of what this replica halted.</summary>
    public async Task<bool> IsRetryAskedAsync(IBusConsumer consumer, string tenant, CancellationToken cancellation) =>
        standing.TryGetValue((consumer.Name, tenant), out var halt) && await halts.IsAskedAsync(consumer.Name, tenant, halt.Asked, cancellation);

    /// <summary>The consumer is at a position: a halt before it is over, whichever replica got through.</summary>
    public void Passed(string consumer, string tenant, long position)
    {
        if (standing.TryGetValue((consumer, tenant), out var halt) && halt.Seq <= position)
            standing.TryRemove(new((consumer, tenant), halt));
    }

    async Task DeleteAsync(string consumer, string tenant, CancellationToken cancellation)
    {
        try
        {
            await TenantTransaction.ExecuteAsync(database, tenant, halts.Clear(consumer, tenant, long.MaxValue), cancellation);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            logger.LogWarning("The end of a halt could not be written down: {Reason}", e.Message);
        }
    }
}
