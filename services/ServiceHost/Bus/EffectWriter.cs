using System.Diagnostics;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Commits a consumer's effect together with its position, once, whoever else tries.</summary>
internal sealed class EffectWriter(NpgsqlDataSource database, ServiceDefinition definition, BusMetrics metrics, TimeProvider clock)
{
    readonly HaltTable halts = new(database, definition.Name);
    static readonly ActivitySource Tracing = new("EquityPlatform.Bus");

    /// <summary>Applies what of the run lies beyond the position reached. Returns the position after it; one below <see cref="Run.After"/> is a gap, and nothing was done.</summary>
    /// <param name="mayPass">A single event that an operator decided to pass is passed.</param>
    public async Task<long> CommitAsync(IBusConsumer consumer, string tenant, Run run, CancellationToken cancellation, bool mayPass = false)
    {
        using var activity = Tracing.StartActivity($"{consumer.Name} apply", ActivityKind.Consumer);
        activity?.SetTag("equity.tenant", tenant).SetTag("equity.to", run.To);
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var connection = transaction.Connection;
        var position = await Progress.ReadAsync(connection, definition.Name, consumer.Name, consumer.Source, tenant, forUpdate: true, cancellation);
        var careless = Mutation.Is("duplicate-not-dropped");
        if (!careless && (position < run.After || position >= run.To))
        {
            if (position >= run.To)
                metrics.Duplicates(consumer.Name, run.Events.Count);
            return position;
        }
        var events = run.Events.Where(e => careless || e.Seq > position).ToArray();
        if (events.Length < run.Events.Count)
            metrics.Duplicates(consumer.Name, run.Events.Count - events.Length);
        FaultPoint.Reached("consumer.locked", tenant);
        await using var apart = Mutation.Is("effect-apart-from-position") ? await TenantTransaction.BeginAsync(database, tenant, cancellation) : null;
        var pass = mayPass && events is [var one] && await halts.IsOverriddenAsync(connection, consumer.Name, consumer.Source, tenant, one.Seq, one.Id, cancellation);
        if (events.Length > 0 && !pass)
            await consumer.ApplyAsync(tenant, events, apart?.Connection ?? connection, cancellation);
        if (apart is not null)
            await apart.CommitAsync(cancellation);
        FaultPoint.Reached("consumer.applied", tenant);
        await Progress.WriteAsync(connection, definition.Name, consumer.Name, consumer.Source, tenant, run.To, cancellation);
        await transaction.CommitAsync(cancellation);
        FaultPoint.Reached("consumer.committed", tenant);
        metrics.Applied(consumer.Name, events.Length, events.Length > 0 ? clock.GetUtcNow() - events[^1].RecordedAt : null);
        consumer.Committed(tenant, run.To);
        return run.To;
    }

    public async Task<long> PositionAsync(IBusConsumer consumer, string tenant, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        return await Progress.ReadAsync(transaction.Connection, definition.Name, consumer.Name, consumer.Source, tenant, forUpdate: false, cancellation);
    }
}
