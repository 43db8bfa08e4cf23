using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>Rebuilds a read model of another service's events: everything is pulled from the source again, tenant by tenant.</summary>
internal sealed class ConsumerRebuild(NpgsqlDataSource owner, string schemaName, IBusProjection consumer, SourceFeed feed, TimeProvider clock, ILogger logger)
    : TableRebuild(owner, schemaName, consumer.Name, consumer.Tables, clock, logger)
{
    /// <summary>So few are left for the switch itself.</summary>
    const long NearlyCaughtUp = 500;

    readonly HaltTable halts = new(owner, schemaName);

    protected override async Task BuildAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        for (var moved = long.MaxValue; moved > (Thorough ? 0 : NearlyCaughtUp);)
        {
            moved = 0;
            var heads = await feed.HeadsAsync(consumer.Source, cancellation);
            var (all, done) = (heads.Count, 0);
            foreach (var (tenant, head) in heads)
            {
                var part = done++;
                await foreach (var run in PullAsync(tenant, await PositionAsync(connection, Checkpoint, tenant, cancellation), head, cancellation))
                {
                    await ApplyPageAsync(run.Events, run.To, e => e.Seq,
                        (events, to) => CommitAsync(connection, tenant, events, to, (part + (double)to / Math.Max(to, head)) / all, cancellation),
                        (e, error) => PassAsync(connection, tenant, e, error, cancellation));
                    moved += run.Events.Count;
                }
            }
        }
    }

    protected override async Task FinishAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // The consumer stands still now: what it has applied, the new tables must have too
        foreach (var tenant in (await feed.HeadsAsync(consumer.Source, cancellation)).Keys)
        {
            var (built, live) = (await PositionAsync(connection, Checkpoint, tenant, cancellation), await PositionAsync(connection, consumer.Name, tenant, cancellation));
            await ExecuteAsync(connection, cancellation, Tenant(tenant));
            await foreach (var run in PullAsync(tenant, built, live, cancellation))
            {
                await ApplyAsync(connection, tenant, run.Events, cancellation);
                built = run.To;
            }
            await ExecuteAsync(connection, cancellation, Tenant(tenant), Set(consumer.Name, consumer.Source, tenant, built), halts.Clear(consumer.Name, tenant, built),
                new($"delete from {Schema}.eq_progress where consumer = $1 and tenant_id = $2") { Parameters = { new() { Value = Checkpoint }, new() { Value = tenant } } });
        }
    }

    protected override async Task ForgetAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var tenant in (await feed.HeadsAsync(consumer.Source, cancellation)).Keys)
            await ExecuteAsync(connection, cancellation, Tenant(tenant),
                new($"delete from {Schema}.eq_progress where consumer = $1 and tenant_id = $2") { Parameters = { new() { Value = Checkpoint }, new() { Value = tenant } } });
    }

    /// <summary>Runs up to a position, the next being pulled while the last is applied.</summary>
    async IAsyncEnumerable<Run> PullAsync(string tenant, long after, long upTo, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (after >= upTo)
            yield break;
        var next = feed.PullAsync(consumer.Source, tenant, after, cancellation, consumer.RebuildBatch);
        while (true)
        {
            var run = await next;
            var last = run.To >= upTo || !run.More;
            if (!last)
                next = feed.PullAsync(consumer.Source, tenant, run.To, cancellation, consumer.RebuildBatch);
            if (run.To > run.After)
                yield return run;
            if (last)
                yield break;
        }
    }

    async Task CommitAsync(NpgsqlConnection connection, string tenant, IReadOnlyList<PublishedEvent> events, long to, double part, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, cancellation, Tenant(tenant));
        await ApplyAsync(connection, tenant, events, cancellation);
        await ExecuteAsync(connection, cancellation, Set(Checkpoint, consumer.Source, tenant, to), Moved(events.Count, part));
        EventSourcing.Faults.FaultPoint.Reached("rebuild.page", tenant);
        await transaction.CommitAsync(cancellation);
        EventSourcing.Faults.FaultPoint.Reached("rebuild.committed", tenant);
    }

    Task ApplyAsync(NpgsqlConnection connection, string tenant, IReadOnlyList<PublishedEvent> events, CancellationToken cancellation) =>
        events.Count == 0 ? Task.CompletedTask : consumer.ApplyAsync(tenant, events, connection, cancellation);

    /// <summary>Passes an event if an operator decided so.</summary>
    async Task PassAsync(NpgsqlConnection connection, string tenant, PublishedEvent e, Exception error, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, cancellation, Tenant(tenant));
        if (!await halts.IsOverriddenAsync(connection, consumer.Name, consumer.Source, tenant, e.Seq, e.Id, cancellation))
            throw Cannot(tenant, e.Seq, e.Type, error);
        await ExecuteAsync(connection, cancellation, Set(Checkpoint, consumer.Source, tenant, e.Seq));
        await transaction.CommitAsync(cancellation);
        Logger.LogWarning("{Consumer} passes event {Position} of tenant {Tenant}, as an operator decided", consumer.Name, e.Seq, tenant);
    }

    async Task<long> PositionAsync(NpgsqlConnection connection, string name, string tenant, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Tenant(tenant),
                new($"select seq from {Schema}.eq_progress where consumer = $1 and source = $2 and tenant_id = $3") { Parameters = { new() { Value = name }, new() { Value = consumer.Source }, new() { Value = tenant } } },
            },
        };
        await using var row = await TenantTransaction.ReadAsync(batch, cancellation);
        return await row.ReadAsync(cancellation) ? row.GetInt64(0) : 0;
    }
}
