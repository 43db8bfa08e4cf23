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
    public Task<StoredCheckpoint?> CheckpointAsync(string tenant, long? size, CancellationToken cancellation) => CheckpointAsync(tenant, size, atLeast: 0, cancellation);

    async Task<StoredCheckpoint?> CheckpointAsync(string tenant, long? size, long atLeast, CancellationToken cancellation) => (await ReadAsync(tenant, new($"""
        {Checkpoints()} and ($2::bigint is null or c.size = $2) and c.size >= $3 order by c.size desc limit 1
        """)
    {
        Parameters = { new() { Value = tenant }, new() { Value = (object?)size ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint }, new() { Value = atLeast } },
    }, cancellation)).FirstOrDefault();

    /// <summary>Checkpoints beyond a size, the smallest first.</summary>
    public async Task<IReadOnlyList<StoredCheckpoint>> CheckpointsAsync(string tenant, long after, int limit, CancellationToken cancellation) =>
        await ReadAsync(tenant, new($"{Checkpoints()} and c.size > $2 order by c.size limit $3") { Parameters = { new() { Value = tenant }, new() { Value = after }, new() { Value = limit } } }, cancellation);

    /// <summary>Those of the generation that is in use: what was signed under a closed name is compared by operators, in the database.</summary>
    string Checkpoints() => $"""
        select c.generation, c.size, c.note || c.cosigned, c.at from {schema}.eq_log_state s
        join {schema}.eq_checkpoint c on c.tenant_id = s.tenant_id and c.generation = s.generation where s.tenant_id = $1
        """;

    async Task<List<StoredCheckpoint>> ReadAsync(string tenant, NpgsqlBatchCommand command, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, tenant, command);
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
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
        var bytes = width * TreeHash.Bytes;
        return await TenantTransaction.ScalarAsync(database, tenant, new($"""
            select substring(t.hashes for $4) from {schema}.eq_log_state s
            join {schema}.eq_log_tile t on t.tenant_id = s.tenant_id and t.generation = s.generation and t.level = $2 and t.n = $3 and length(t.hashes) >= $4
            where s.tenant_id = $1
            """) { Parameters = { new() { Value = tenant }, new() { Value = level }, new() { Value = n }, new() { Value = bytes } } }, cancellation) as byte[];
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

    /// <summary>Leaves [from, to) with their events, as far as the tree reaches, page by page: a slow reader holds no connection. The next page is read while one is used.</summary>
    public async IAsyncEnumerable<IReadOnlyList<AuditLeaf>> LeavesAsync(string tenant, long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var next = PageAsync(tenant, from, to, null, ended.Token);
        try
        {
            while (await next is { Count: > 0 } page)
            {
                next = PageAsync(tenant, page[^1].Index + 1, to, page[^1].Event.Position, ended.Token);
                yield return page;
            }
        }
        finally
        {
            await ended.CancelAsync();
            await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <param name="after">Position of the event before the first, if it is known.</param>
    async Task<List<AuditLeaf>> PageAsync(string tenant, long from, long to, long? after, CancellationToken cancellation)
    {
        var leaves = new List<AuditLeaf>();
        if (from >= to)
            return leaves;
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation);
        if (await new LogTree(transaction.Connection, schema, tenant).ReadAsync(cancellation) is not { } state || from >= state.Size)
            return leaves;
        var index = from;
        if (after is null)
        {
            index -= from % Tiles.Width;
            after = await FirstPositionAsync(transaction, state.Generation, from / Tiles.Width, cancellation) - 1;
        }
        var origin = origins.Of(tenant, state.Generation);
        await foreach (var page in AuditedRows.ReadAsync(transaction.Connection, schema, after.Value, (int)Math.Min(Math.Min(to, state.Size) - index, PageEvents), cancellation))
            foreach (var e in page)
            {
                if (index >= from)
                    leaves.Add(new(origin, index, e));
                index++;
            }
        return leaves.Count > 0 ? leaves : throw new InvalidDataException($"Events under the audit log of {tenant} are missing after position {after}.");
    }

    const int PageEvents = 4000;

    /// <summary>Says which keys of personal data were destroyed, and by what authority.</summary>
    public const string ErasureType = "student-erased/1";

    /// <summary>Leaves from a place on whose events are erasures: they explain what cannot be opened before them.</summary>
    public async Task<IReadOnlyList<AuditLeaf>> ErasuresAsync(string tenant, long from, CancellationToken cancellation)
    {
        var positions = new List<long>();
        await using (var batch = TenantTransaction.Batch(database, tenant, new NpgsqlBatchCommand($"""
            select seq_id from {schema}.mt_events where tenant_id = $1 and type = '{ErasureType}' and seq_id >= coalesce(
              (select max(first_seq) from {schema}.eq_log_tile t join {schema}.eq_log_state s using (tenant_id, generation) where t.tenant_id = $1 and t.level = 0 and t.n <= $2), 0)
            order by seq_id
            """) { Parameters = { new() { Value = tenant }, new() { Value = from / Tiles.Width } } }))
        await using (var reader = await TenantTransaction.ReadAsync(batch, cancellation))
            while (await reader.ReadAsync(cancellation))
                positions.Add(reader.GetInt64(0));
        var erasures = new List<AuditLeaf>();
        foreach (var position in positions)
            if (await IndexOfAsync(tenant, null, position, cancellation) is { } index && index >= from)
                await foreach (var page in LeavesAsync(tenant, index, index + 1, cancellation))
                    erasures.AddRange(page);
        return erasures;
    }

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
    public async Task<ProvedInclusion?> InclusionAsync(string tenant, long index, long? size, CancellationToken cancellation) =>
        index >= 0 && await CheckpointAsync(tenant, size, index + 1, cancellation) is { } checkpoint
            ? new(index, await RootsAsync(tenant, checkpoint, TreeShape.InclusionPath(index, checkpoint.Size), cancellation), checkpoint)
            : null;

    /// <summary>Hashes that prove that a later tree begins with an earlier one; null if one of the checkpoints is not there.</summary>
    public async Task<IReadOnlyList<byte[]>?> ConsistencyAsync(string tenant, long earlier, long later, CancellationToken cancellation) =>
        earlier >= 0 && earlier <= later && await CheckpointAsync(tenant, later, 0, cancellation) is { } checkpoint
            ? await RootsAsync(tenant, checkpoint, TreeShape.ConsistencyPath(earlier, later), cancellation)
            : null;

    /// <summary>No transaction with the checkpoint: tiles only grow.</summary>
    async Task<byte[][]> RootsAsync(string tenant, StoredCheckpoint checkpoint, List<(long From, long To)> ranges, CancellationToken cancellation)
    {
        var tiles = new Tiles(checkpoint.Size);
        var nodes = ranges.SelectMany(range => TreeShape.Subtrees(range.From, range.To));
        await using var batch = TenantTransaction.Batch(database, tenant, LogTree.Wanted(schema, tenant, checkpoint.Generation, Tiles.Needed(nodes)));
        await using (var reader = await TenantTransaction.ReadAsync(batch, cancellation))
            await LogTree.LoadAsync(tiles, reader, cancellation);
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
