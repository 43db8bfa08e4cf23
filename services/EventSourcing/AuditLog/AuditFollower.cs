using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Adds a leaf for every event of a tenant, in order, after it was committed: not in the append's way. Whoever holds the tree's lock adds; another replica
/// goes on with the next tenant. Leaves and position commit together, so a follower that dies leaves a shorter tree and never a wrong one.
/// </summary>
internal sealed class AuditFollower(NpgsqlDataSource database, string schemaName, Func<string, int, string> originOf)
{
    const int BatchEvents = 4000;
    readonly string schema = EventLogSchema.Quoted(schemaName);

    /// <summary>Adds the next leaves of a tenant; false if there is nothing more to add now.</summary>
    public async Task<bool> FollowAsync(string tenant, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var tree = new LogTree(transaction.Connection, schema, tenant);
        if (await tree.LockAsync(cancellation) is not { Refused: null } state)
            return false;
        var tiles = new Tiles(state.Size);
        await tree.LoadAsync(tiles, state.Generation, Tiles.Needed(state.Size), cancellation);

        var origin = originOf(tenant, state.Generation);
        var hashes = new byte[BatchEvents * TreeHash.Bytes];
        var firsts = new Dictionary<long, long>();
        var (count, last) = (0, state.LastPosition);
        await foreach (var e in AuditedEvents.ReadAsync(transaction.Connection, schema, tenant, state.LastPosition, BatchEvents, cancellation))
        {
            var index = state.Size + count;
            if (index % Tiles.Width == 0)
                firsts.Add(index / Tiles.Width, e.Position);
            TreeHash.Leaf(AuditLeaf.Of(origin, index, e), hashes.AsSpan(count++ * TreeHash.Bytes, TreeHash.Bytes));
            last = e.Position;
        }
        if (count == 0)
            return false;
        tiles.Append(hashes.AsSpan(0, count * TreeHash.Bytes));
        await tree.SaveAsync(tiles, state.Generation, last, firsts, cancellation);
        await transaction.CommitAsync(cancellation);
        return count == BatchEvents;
    }
}
