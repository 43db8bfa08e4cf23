using System.Text;
using EquityPlatform.EventSourcing.Faults;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// Adds a leaf for every event of a tenant, in order, after it was committed: not in the append's way. Whoever holds the tree's lock adds; another replica
/// goes on with the next tenant. Leaves and position commit together, so a follower that dies leaves a shorter tree and never a wrong one.
/// </summary>
/// <param name="log">The log, where this process appends to it: what it has just appended need not be read back. A leaf made of that holds what was appended, whatever became of the row since.</param>
public sealed class AuditFollower(NpgsqlDataSource database, AuditOrigin origins, EventLog? log = null)
{
    /// <summary>Half a second's worth: the lock is held so long, and a transaction is paid so seldom.</summary>
    const int BatchEvents = 20_000;

    /// <summary>Events that are hashed together.</summary>
    const int AppendedPage = 500;
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
        // Asked first: behind what this process has just appended there may be what another one did
        var head = log is null ? 0 : await log.HeadAsync(tenant, cancellation);
        var appended = log is null ? null : await log.JustAppendedAsync(transaction.Connection, tenant, state.LastPosition, most, cancellation);
        await foreach (var page in appended is null ? AuditedRows.ReadAsync(transaction.Connection, schema, state.LastPosition, most, cancellation) : Pages(appended).ToAsyncEnumerable())
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
        return count == most || (appended is not null && last < head);
    }

    static IEnumerable<IReadOnlyList<AuditedEvent>> Pages(List<PlacedEvent> appended) =>
        appended.Chunk(AppendedPage).Select(page => Array.ConvertAll(page, placed => new AuditedEvent(placed.Position, placed.Event.Id, Encoding.UTF8.GetBytes(placed.Append.Append.StreamId), placed.Version,
            Encoding.UTF8.GetBytes(placed.Event.Alias), placed.Event.Json, placed.At, Utf8(placed.Append.Append.Context.User), placed.Event.Headers is { } headers ? headers : default(ReadOnlyMemory<byte>?),
            Utf8(placed.Append.Append.Context.CorrelationId), Utf8(placed.Append.Append.Context.CausationId))));

    static ReadOnlyMemory<byte>? Utf8(string? text) => text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);

    static byte[] Hashes(string origin, long first, IReadOnlyList<AuditedEvent> events)
    {
        var hashes = new byte[events.Count * TreeHash.Bytes];
        for (var i = 0; i < events.Count; i++)
            new AuditLeaf(origin, first + i, events[i]).Hash(hashes.AsSpan(i * TreeHash.Bytes, TreeHash.Bytes));
        return hashes;
    }
}
