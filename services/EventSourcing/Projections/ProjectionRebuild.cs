using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>Rebuilds a projection from its service's own log, all tenants in one pass.</summary>
/// <param name="owner">Role that may make and move tables.</param>
/// <param name="reader">Role that sees every tenant's events (the writer's).</param>
public sealed class ProjectionRebuild(NpgsqlDataSource owner, NpgsqlDataSource reader, string schemaName, EventTypes types, IProjection projection, TimeProvider clock, ILogger logger)
    : TableRebuild(owner, schemaName, projection.Name, projection.Tables, clock, logger)
{
    /// <summary>So few are left for the switch itself.</summary>
    const long NearlyCaughtUp = 500;

    /// <summary>Stands for all tenants in the build's own checkpoint: the log is read in one pass.</summary>
    const string EveryTenant = "*";

    readonly HaltTable halts = new(owner, schemaName);
    readonly EventPages pages = new(reader, schemaName, types, projection.Types, projection.RebuildBatch);

    protected override async Task BuildAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var position = await PositionAsync(connection, cancellation);
        for (var head = await HeadAsync(connection, cancellation); head - position > (Thorough ? 0 : NearlyCaughtUp); head = await HeadAsync(connection, cancellation))
            await foreach (var page in pages.ReadAsync(position, head, cancellation))
            {
                await ApplyPageAsync(page.Events, page.To, e => e.Position, (events, to) => CommitAsync(connection, events, to, head, cancellation), (e, error) => PassAsync(connection, e, error, cancellation));
                position = page.To;
            }
    }

    protected override async Task FinishAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var (position, head) = (await PositionAsync(connection, cancellation), await HeadAsync(connection, cancellation));
        await foreach (var page in pages.ReadAsync(position, head, cancellation))
            await ApplyAsync(connection, page.Events, cancellation);
        // The head is at or beyond every tenant's checkpoint, and everything up to it is in the new tables
        var commands = new List<NpgsqlBatchCommand>();
        foreach (var tenant in await TenantsAsync(connection, cancellation))
        {
            commands.Add(Tenant(tenant));
            commands.Add(Set(projection.Name, SchemaName, tenant, head));
            commands.Add(halts.Clear(projection.Name, tenant, head));
        }
        await ExecuteAsync(connection, cancellation, commands);
    }

    protected override Task ForgetAsync(NpgsqlConnection connection, CancellationToken cancellation) => ExecuteAsync(connection, cancellation,
        Tenant(EveryTenant), new($"delete from {Schema}.eq_progress where consumer = $1") { Parameters = { new() { Value = Checkpoint } } });

    async Task CommitAsync(NpgsqlConnection connection, IReadOnlyList<RecordedEvent> events, long to, long head, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ApplyAsync(connection, events, cancellation);
        await ExecuteAsync(connection, cancellation, Tenant(EveryTenant), Set(Checkpoint, SchemaName, EveryTenant, to), Moved(events.Count, (double)to / head));
        Faults.FaultPoint.Reached("rebuild.page");
        await transaction.CommitAsync(cancellation);
        Faults.FaultPoint.Reached("rebuild.committed");
    }

    /// <summary>Tenants have no order among each other; each one's events keep theirs.</summary>
    async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        foreach (var ofTenant in events.GroupBy(e => e.Tenant, StringComparer.Ordinal))
        {
            await ExecuteAsync(connection, cancellation, Tenant(ofTenant.Key));
            foreach (var chunk in ofTenant.Chunk(projection.RebuildBatch))
                await projection.ApplyAsync(ofTenant.Key, chunk, connection, cancellation);
        }
    }

    /// <summary>Passes an event if an operator decided so.</summary>
    async Task PassAsync(NpgsqlConnection connection, RecordedEvent e, Exception error, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, cancellation, Tenant(e.Tenant));
        if (!await halts.IsOverriddenAsync(connection, projection.Name, SchemaName, e, cancellation))
            throw Cannot(e.Tenant, e.Position, e.Type, error);
        await ExecuteAsync(connection, cancellation, Tenant(EveryTenant), Set(Checkpoint, SchemaName, EveryTenant, e.Position));
        await transaction.CommitAsync(cancellation);
        Logger.LogWarning("{Projection} passes event {Position} of tenant {Tenant}, as an operator decided", projection.Name, e.Position, e.Tenant);
    }

    async Task<long> PositionAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Tenant(EveryTenant), new($"select seq from {Schema}.eq_progress where consumer = $1 and tenant_id = $2") { Parameters = { new() { Value = Checkpoint }, new() { Value = EveryTenant } } } },
        };
        await using var row = await TenantTransaction.ReadAsync(batch, cancellation);
        return await row.ReadAsync(cancellation) ? row.GetInt64(0) : 0;
    }

    async Task<long> HeadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select last_seq from {Schema}.eq_head", connection);
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    async Task<List<string>> TenantsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select tenant_id from {Schema}.eq_tenant", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var tenants = new List<string>();
        while (await rows.ReadAsync(cancellation))
            tenants.Add(rows.GetString(0));
        return tenants;
    }
}
