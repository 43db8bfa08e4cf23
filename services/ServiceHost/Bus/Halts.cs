using System.Collections.Concurrent;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Where consumers stand still: in the log, in <c>eq_halt</c>, in a metric and in the readiness report, so that nobody can miss it.</summary>
internal sealed class Halts(NpgsqlDataSource database, ServiceDefinition definition, BusMetrics metrics, TimeProvider clock, ILogger<Halts> logger) : IHealthCheck
{
    readonly string table = $"{EventLogSchema.Quoted(definition.Name)}.eq_halt";
    readonly ConcurrentDictionary<(string Consumer, string Tenant), long> standing = new();
    readonly ConcurrentDictionary<(string Consumer, string Tenant), bool> seenGoing = new();

    public async Task HaltAsync(IBusConsumer consumer, string tenant, PublishedEvent at, Exception error, TimeSpan pause, CancellationToken cancellation)
    {
        logger.LogError(error, "{Consumer} is halted for {Tenant}: it cannot apply event {Seq} ({Type}) of {Source}; next try in {Pause}",
            consumer.Name, tenant, at.Seq, at.Type, consumer.Source, pause);
        metrics.Halted(consumer.Name);
        standing[(consumer.Name, tenant)] = at.Seq;
        // The type of the error only: its message may quote data
        await WriteAsync($"""
            insert into {table} (consumer, tenant_id, seq, error, since) values ($1, $2, $3, $4, $5)
            on conflict (consumer, tenant_id) do update set seq = excluded.seq, error = excluded.error
            """, [consumer.Name, tenant, at.Seq, $"{error.GetType().Name} at {consumer.Source} {at.Seq} ({at.Type})", clock.GetUtcNow()], cancellation);
    }

    public async Task ResumedAsync(IBusConsumer consumer, string tenant, CancellationToken cancellation)
    {
        var stood = standing.ContainsKey((consumer.Name, tenant));
        // The first time, a halt of an earlier process may be written down
        if (!seenGoing.TryAdd((consumer.Name, tenant), true) && !stood)
            return;
        await WriteAsync($"delete from {table} where consumer = $1 and tenant_id = $2", [consumer.Name, tenant], cancellation);
        if (stood && standing.TryRemove((consumer.Name, tenant), out _))
            logger.LogWarning("{Consumer} goes on for {Tenant}", consumer.Name, tenant);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(standing.IsEmpty
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"Halted: {string.Join("; ", standing.Select(halt => $"{halt.Key.Consumer} for {halt.Key.Tenant} at {halt.Value}"))}"));

    async Task WriteAsync(string sql, object[] values, CancellationToken cancellation)
    {
        try
        {
            await using var command = database.CreateCommand(sql);
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            logger.LogWarning("The halt of a consumer could not be written down: {Reason}", e.Message);
        }
    }
}
