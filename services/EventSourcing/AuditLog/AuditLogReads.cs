using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>A signed checkpoint as stored, and the cosignatures that witnesses gave to it since.</summary>
public sealed record StoredCheckpoint(int Generation, long Size, string Note, DateTimeOffset SignedAt);

/// <summary>A leaf with the event that it speaks of, as an export carries it.</summary>
/// <param name="Leaf">Canonical JSON, the bytes that were hashed.</param>
public sealed record AuditedLeaf(long Index, byte[] Leaf, long Position, string Data, string? Headers, string? User, string? CorrelationId, string? CausationId);

/// <summary>An inclusion proof: place, hashes from the leaf's sibling up, the checkpoint it leads to.</summary>
public sealed record ProvedInclusion(long Index, IReadOnlyList<byte[]> Path, StoredCheckpoint Checkpoint);

/// <summary>Reads of a service's audit log, for the routes that auditors use. Everything refers to the tree that was committed.</summary>
public sealed class AuditLogReads(NpgsqlDataSource database, string schemaName, Func<string, int, string> originOf)
{
    readonly string schema = EventLogSchema.Quoted(schemaName);

    /// <summary>The latest checkpoint, or that of a size; null if there is none.</summary>
    public async Task<StoredCheckpoint?> CheckpointAsync(string tenant, long? size, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        return await CheckpointAsync(transaction, size, atLeast: 0, cancellation);
    }

    async Task<StoredCheckpoint?> CheckpointAsync(TenantTransaction transaction, long? size, long atLeast, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            select generation, size, note || cosignatures, signed_at from {schema}.eq_checkpoint
            where tenant_id = $1 and ($2::bigint is null or size = $2) and size >= $3 order by generation desc, size desc limit 1
            """, transaction.Connection)
        {
            Parameters = { new() { Value = transaction.Tenant }, new() { Value = (object?)size ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint }, new() { Value = atLeast } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)) : null;
    }

    /// <summary>Hashes of a tile, cut to <paramref name="width"/>; null if the tree does not reach so far.</summary>
    public async Task<byte[]?> TileAsync(string tenant, int level, long n, int width, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        var tree = new LogTree(transaction.Connection, schema, tenant);
        if (await tree.ReadAsync(cancellation) is not { } state)
            return null;
        var tiles = new Tiles(state.Size);
        await tree.LoadAsync(tiles, state.Generation, [new(level, n)], cancellation);
        return tiles.Held(new(level, n)) is { } hashes && hashes.Length >= width * TreeHash.Bytes ? hashes[..(width * TreeHash.Bytes)] : null;
    }

    /// <summary>Leaves of an entry bundle, each with its length before it (C2SP tlog-tiles); null if the tree does not reach so far.</summary>
    public async Task<byte[]?> EntriesAsync(string tenant, long n, int width, CancellationToken cancellation)
    {
        using var entries = new MemoryStream();
        var count = 0;
        var length = new byte[2];
        await foreach (var leaf in LeavesAsync(tenant, n * Tiles.Width, n * Tiles.Width + width, cancellation))
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)leaf.Leaf.Length));
            entries.Write(length);
            entries.Write(leaf.Leaf);
            count++;
        }
        return count == width ? entries.ToArray() : null;
    }

    /// <summary>Leaves [from, to) with their events, as far as the tree reaches; streamed.</summary>
    public async IAsyncEnumerable<AuditedLeaf> LeavesAsync(string tenant, long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (from < to)
        {
            var page = new List<AuditedLeaf>();
            await using (var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation))
            {
                var tree = new LogTree(transaction.Connection, schema, tenant);
                if (await tree.ReadAsync(cancellation) is not { } state || from >= state.Size)
                    yield break;
                var first = await FirstPositionAsync(transaction, state.Generation, from / Tiles.Width, cancellation);
                var (skip, until) = (from % Tiles.Width, Math.Min(Math.Min(to, state.Size), (from / Tiles.Width + 1) * Tiles.Width));
                var index = from - skip;
                await foreach (var e in AuditedEvents.ReadAsync(transaction.Connection, schema, tenant, first - 1, (int)(until - index), cancellation))
                {
                    if (index >= from)
                        page.Add(new(index, AuditLeaf.Of(originOf(tenant, state.Generation), index, e), e.Position, e.Data, e.Headers, e.User, e.CorrelationId, e.CausationId));
                    index++;
                }
            }
            foreach (var leaf in page)
                yield return leaf;
            if (page.Count == 0)
                yield break;
            from = page[^1].Index + 1;
        }
    }

    /// <summary>Index of an event's leaf; null if the event is not there or has no leaf yet.</summary>
    public async Task<long?> IndexOfAsync(string tenant, Guid eventId, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        await using var command = new NpgsqlCommand($"""
            with e as (select seq_id from {schema}.mt_events where tenant_id = $1 and id = $2),
            s as (select generation from {schema}.eq_log_state, e where tenant_id = $1 and last_seq >= e.seq_id),
            t as (
              select t.n, t.first_seq from {schema}.eq_log_tile t, e, s
              where t.tenant_id = $1 and t.generation = s.generation and t.level = 0 and t.first_seq <= e.seq_id order by t.first_seq desc limit 1)
            select t.n * {Tiles.Width} + (select count(*) from {schema}.mt_events m where m.tenant_id = $1 and m.seq_id >= t.first_seq and m.seq_id < e.seq_id) from t, e
            """, transaction.Connection)
        {
            Parameters = { new() { Value = tenant }, new() { Value = eventId } },
        };
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    /// <summary>Proof that a leaf stands under a checkpoint (the latest, or that of <paramref name="size"/>); null if there is no such checkpoint yet.</summary>
    public async Task<ProvedInclusion?> InclusionAsync(string tenant, long index, long? size, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        if (index < 0 || await CheckpointAsync(transaction, size, index + 1, cancellation) is not { } checkpoint)
            return null;
        return new(index, await RootsAsync(transaction, checkpoint, TreeShape.InclusionPath(index, checkpoint.Size), cancellation), checkpoint);
    }

    /// <summary>Hashes that prove that a later tree begins with an earlier one; null if one of the checkpoints is not there.</summary>
    public async Task<IReadOnlyList<byte[]>?> ConsistencyAsync(string tenant, long earlier, long later, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        return earlier >= 0 && earlier <= later && await CheckpointAsync(transaction, later, 0, cancellation) is { } checkpoint
            ? await RootsAsync(transaction, checkpoint, TreeShape.ConsistencyPath(earlier, later), cancellation)
            : null;
    }

    async Task<byte[][]> RootsAsync(TenantTransaction transaction, StoredCheckpoint checkpoint, List<(long From, long To)> ranges, CancellationToken cancellation)
    {
        var tiles = new Tiles(checkpoint.Size);
        var nodes = ranges.SelectMany(range => TreeShape.Subtrees(range.From, range.To));
        await new LogTree(transaction.Connection, schema, transaction.Tenant).LoadAsync(tiles, checkpoint.Generation, Tiles.Needed(nodes), cancellation);
        return [.. ranges.Select(range => tiles.Root(range.From, range.To))];
    }

    async Task<long> FirstPositionAsync(TenantTransaction transaction, int generation, long n, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select first_seq from {schema}.eq_log_tile where tenant_id = $1 and generation = $2 and level = 0 and n = $3", transaction.Connection)
        {
            Parameters = { new() { Value = transaction.Tenant }, new() { Value = generation }, new() { Value = n } },
        };
        return await command.ExecuteScalarAsync(cancellation) as long? ?? throw new InvalidDataException($"Tile {n} of the audit log of {transaction.Tenant} is missing.");
    }

    /// <summary>The proof file that an office keeps (C2SP tlog-proof).</summary>
    public static string ProofFile(ProvedInclusion proof)
    {
        var text = new StringBuilder("c2sp.org/tlog-proof@v1\n").Append(System.Globalization.CultureInfo.InvariantCulture, $"index {proof.Index}\n");
        foreach (var hash in proof.Path)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(proof.Checkpoint.Note).ToString();
    }
}
