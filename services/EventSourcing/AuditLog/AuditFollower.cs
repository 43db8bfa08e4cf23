using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Adds a leaf for every event of a tenant, in order, after it was committed: not in the append's way. Whoever holds the tree's lock adds; another replica
/// goes on with the next tenant. Leaves and position commit together, so a follower that dies leaves a shorter tree and never a wrong one.
/// </summary>
public sealed class AuditFollower(NpgsqlDataSource database, AuditOrigin origins)
{
    const int BatchEvents = 4000;
    readonly string schema = EventLogSchema.Quoted(origins.Service);

    /// <summary>Adds the next leaves of a tenant; true if there are more to add now.</summary>
    public Task<bool> FollowAsync(string tenant, CancellationToken cancellation) => FollowAsync(tenant, BatchEvents, cancellation);

    internal async Task<bool> FollowAsync(string tenant, int most, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var tree = new LogTree(transaction.Connection, schema, tenant);
        if (await tree.LockAsync(cancellation) is not { Refused: null } state)
            return false;
        var tiles = new Tiles(state.Size);
        await tree.LoadAsync(tiles, state.Generation, Tiles.Needed(state.Size), cancellation);

        var origin = origins.Of(tenant, state.Generation);
        var events = new List<AuditedEvent>();
        await foreach (var e in AuditedEvent.ReadAsync(transaction.Connection, schema, tenant, state.LastPosition, most, cancellation))
            events.Add(e);
        var count = events.Count;
        if (count == 0)
            return false;
        var hashes = new byte[count * TreeHash.Bytes];
        Parallel.For(0, count, i => TreeHash.Leaf(new AuditLeaf(origin, state.Size + i, events[i]).ToUtf8(), hashes.AsSpan(i * TreeHash.Bytes, TreeHash.Bytes)));
        var firsts = new Dictionary<long, long>();
        for (var index = (state.Size + Tiles.Width - 1) / Tiles.Width * Tiles.Width; index < state.Size + count; index += Tiles.Width)
            firsts.Add(index / Tiles.Width, events[(int)(index - state.Size)].Position);
        tiles.Append(hashes);
        await tree.SaveAsync(tiles, state.Generation, events[^1].Position, firsts, cancellation);
        FaultPoint.Reached("audit.leaves", tenant);
        await transaction.CommitAsync(cancellation);
        FaultPoint.Reached("audit.followed", tenant);
        return count == most;
    }
}
