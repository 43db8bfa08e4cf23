using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>How far a tenant's events are on the bus (<c>eq_progress</c>, consumer <c>relay</c>), moved only by the relay that claimed it last.</summary>
internal sealed class RelayCursor(NpgsqlDataSource database, string schema)
{
    const string Consumer = "relay";
    readonly string progress = $"{EventLogSchema.Quoted(schema)}.eq_progress";
    readonly string leases = $"{EventLogSchema.Quoted(schema)}.eq_partition_lease";

    /// <summary>Position and fence of a claim.</summary>
    public sealed record Claim(long Position, long Epoch);

    /// <summary>Takes the tenant over: whoever claimed it before can no longer move the cursor. Null if the lease is no longer ours.</summary>
    public async Task<Claim?> ClaimAsync(string tenant, string holder, PartitionLease lease, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, tenant, new NpgsqlBatchCommand($"""
            insert into {progress} as p (consumer, source, tenant_id, seq, epoch)
            select '{Consumer}', $1, $2, 0, 1 from {leases} where name = $3 and partition = $4 and holder = $5 and epoch = $6 for share
            on conflict (consumer, source, tenant_id) do update set epoch = p.epoch + 1
            returning seq, epoch
            """)
        {
            Parameters = { new() { Value = schema }, new() { Value = tenant }, new() { Value = lease.Name }, new() { Value = lease.Partition }, new() { Value = holder }, new() { Value = lease.Epoch } },
        });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    /// <summary>Moves the cursor after the broker confirmed; false if another relay has claimed the tenant since.</summary>
    public async Task<bool> MoveAsync(string tenant, Claim claim, long position, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, tenant,
            // A cursor that a crash takes back only makes the relay publish again what consumers then drop
            new("select set_config('synchronous_commit', 'off', true)"),
            new($"update {progress} set seq = $1 where consumer = '{Consumer}' and source = $2 and tenant_id = $3 and {(Mutation.Is("missing-fence") ? "$4 > 0" : "epoch = $4 and seq < $1")} returning seq")
            {
                Parameters = { new() { Value = position }, new() { Value = schema }, new() { Value = tenant }, new() { Value = claim.Epoch } },
            });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        await reader.NextResultAsync(cancellation);
        return await reader.ReadAsync(cancellation);
    }
}
