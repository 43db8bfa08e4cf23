using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>A signed checkpoint as stored, with the cosignatures that witnesses gave to it since.</summary>
public sealed record StoredCheckpoint(int Generation, long Size, string Note, DateTimeOffset SignedAt);

/// <summary>An inclusion proof: place, hashes from the leaf's sibling up, the checkpoint it leads to.</summary>
public sealed record ProvedInclusion(long Index, IReadOnlyList<byte[]> Path, StoredCheckpoint Checkpoint);

/// <summary>Reads of a service's audit log, for the routes that auditors use. Everything refers to the tree that was committed.</summary>
public sealed class AuditLogReads(NpgsqlDataSource database, AuditOrigin origins)
{
    readonly string schema = EventLogSchema.Quoted(origins.Service);

    /// <summary>The latest checkpoint, or that of a size; null if there is none.</summary>
    public async Task<StoredCheckpoint?> CheckpointAsync(string tenant, long? size, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        return await CheckpointAsync(transaction, size, atLeast: 0, cancellation);
    }

    async Task<StoredCheckpoint?> CheckpointAsync(TenantTransaction transaction, long? size, long atLeast, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            {Checkpoints()} and ($2::bigint is null or c.size = $2) and c.size >= $3 order by c.size desc limit 1
            """, transaction.Connection)
        {
            Parameters = { new() { Value = transaction.Tenant }, new() { Value = (object?)size ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint }, new() { Value = atLeast } },
        };
        return (await ReadAsync(command, cancellation)).FirstOrDefault();
    }

    /// <summary>Checkpoints beyond a size, the smallest first.</summary>
    public async Task<IReadOnlyList<StoredCheckpoint>> CheckpointsAsync(string tenant, long after, int limit, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        await using var command = new NpgsqlCommand($"{Checkpoints()} and c.size > $2 order by c.size limit $3", transaction.Connection)
        {
            Parameters = { new() { Value = tenant }, new() { Value = after }, new() { Value = limit } },
        };
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Those of the generation that is in use: what was signed under a closed name is compared by operators, in the database.</summary>
    string Checkpoints() => $"""
        select c.generation, c.size, c.note || c.cosigned, c.at from {schema}.eq_log_state s
        join {schema}.eq_checkpoint c on c.tenant_id = s.tenant_id and c.generation = s.generation where s.tenant_id = $1
        """;

    static async Task<List<StoredCheckpoint>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var checkpoints = new List<StoredCheckpoint>();
        while (await reader.ReadAsync(cancellation))
            checkpoints.Add(new(reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        return checkpoints;
    }

    /// <summary>Name of the tenant's log.</summary>
    public async Task<string> OriginAsync(string tenant, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        return origins.Of(tenant, (await new LogTree(transaction.Connection, schema, tenant).ReadAsync(cancellation))?.Generation ?? 1);
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
        await foreach (var page in LeavesAsync(tenant, n * Tiles.Width, n * Tiles.Width + width, cancellation))
            foreach (var leaf in page.Select(leaf => leaf.ToUtf8()))
            {
                BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)leaf.Length));
                entries.Write(length);
                entries.Write(leaf);
                count++;
            }
        return count == width ? entries.ToArray() : null;
    }

    /// <summary>Leaves [from, to) with their events, as far as the tree reaches, page by page: a slow reader holds no connection.</summary>
    public async IAsyncEnumerable<IReadOnlyList<AuditLeaf>> LeavesAsync(string tenant, long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (long? after = null; from < to;)
        {
            var page = new List<AuditLeaf>();
            await using (var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation))
            {
                if (await new LogTree(transaction.Connection, schema, tenant).ReadAsync(cancellation) is not { } state || from >= state.Size)
                    yield break;
                to = Math.Min(to, state.Size);
                var index = from;
                if (after is null)
                {
                    index -= from % Tiles.Width;
                    after = await FirstPositionAsync(transaction, state.Generation, from / Tiles.Width, cancellation) - 1;
                }
                await foreach (var e in AuditedEvent.ReadAsync(transaction.Connection, schema, tenant, after.Value, (int)Math.Min(to - index, PageEvents), cancellation))
                {
                    if (index >= from)
                        page.Add(new(origins.Of(tenant, state.Generation), index, e));
                    (index, after) = (index + 1, e.Position);
                }
                if (index <= from)
                    throw new InvalidDataException($"Events under the audit log of {tenant} are missing after position {after}.");
                from = index;
            }
            yield return page;
        }
    }

    const int PageEvents = 2000;

    /// <summary>Index of the leaf of an event, known by its id or its position; null if the event is not there or has no leaf yet.</summary>
    public async Task<long?> IndexOfAsync(string tenant, Guid? eventId, long? position, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        await using var command = new NpgsqlCommand($"""
            with e as (select seq_id from {schema}.mt_events where tenant_id = $1 and {(eventId is null ? "seq_id" : "id")} = $2),
            s as (select generation from {schema}.eq_log_state, e where tenant_id = $1 and last_seq >= e.seq_id),
            t as (
              select t.n, t.first_seq from {schema}.eq_log_tile t, e, s
              where t.tenant_id = $1 and t.generation = s.generation and t.level = 0 and t.first_seq <= e.seq_id order by t.first_seq desc limit 1)
            select t.n * {Tiles.Width} + (select count(*) from {schema}.mt_events m where m.tenant_id = $1 and m.seq_id >= t.first_seq and m.seq_id < e.seq_id) from t, e
            """, transaction.Connection)
        {
            Parameters = { new() { Value = tenant }, new() { Value = eventId ?? (object?)position ?? throw new ArgumentNullException(nameof(eventId)) } },
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
