using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Adds a leaf for every event of a tenant, in order, after it was committed: not in the append's way. Whoever holds the tree's lock adds; another replica
/// goes on with the next tenant. Leaves and position commit together, so a follower that dies leaves a shorter tree and never a wrong one.
/// </summary>
public sealed class AuditFollower(NpgsqlDataSource database, AuditOrigin origins)
{
    /// <summary>Half a second's worth: the lock is held so long, and a transaction is paid so seldom.</summary>
    const int BatchEvents = 20_000;
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
        var (count, last) = (0, state.LastPosition);
        var hashing = new List<Task<byte[]>>();
        var firsts = new Dictionary<long, long>();
        await foreach (var page in AuditedRows.ReadAsync(transaction.Connection, schema, state.LastPosition, most, cancellation))
        {
            var first = state.Size + count;
            // On another core, while the next events are read
            hashing.Add(Task.Run(() => Hashes(origin, first, page), cancellation));
            for (var index = (first + Tiles.Width - 1) / Tiles.Width * Tiles.Width; index < first + page.Count; index += Tiles.Width)
                firsts.Add(index / Tiles.Width, page[(int)(index - first)].Position);
            (count, last) = (count + page.Count, page[^1].Position);
        }
        if (count == 0)
            return false;
        foreach (var hashes in hashing)
            tiles.Append(await hashes);
        await tree.SaveAsync(tiles, state.Generation, last, firsts, cancellation);
        FaultPoint.Reached("audit.leaves", tenant);
        await transaction.CommitAsync(cancellation);
        FaultPoint.Reached("audit.followed", tenant);
        return count == most;
    }

    static byte[] Hashes(string origin, long first, IReadOnlyList<AuditedEvent> events)
    {
        var hashes = new byte[events.Count * TreeHash.Bytes];
        for (var i = 0; i < events.Count; i++)
            new AuditLeaf(origin, first + i, events[i]).Hash(hashes.AsSpan(i * TreeHash.Bytes, TreeHash.Bytes));
        return hashes;
    }
}
