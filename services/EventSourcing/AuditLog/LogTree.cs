using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>How far a tenant's tree reaches.</summary>
internal sealed record LogState(int Generation, long Size, long LastPosition, byte[] Root, long SignedSize, string? Refused);

/// <summary>A tenant's tree in the database. Every method works in the transaction of <paramref name="connection"/>, whose tenant is set.</summary>
internal sealed class LogTree(NpgsqlConnection connection, string schema, string tenant)
{
    /// <summary>Takes the tree's lock; null if another replica holds it.</summary>
    public async Task<LogState?> LockAsync(CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                With($"insert into {schema}.eq_log_state (tenant_id) values ($1) on conflict do nothing"),
                With($"select generation, size, last_seq, root, signed_size, refused from {schema}.eq_log_state where tenant_id = $1 for update skip locked"),
            },
        };
        return await StateAsync(batch, cancellation);
    }

    /// <summary>The state without its lock; null if the tenant has no tree yet.</summary>
    public async Task<LogState?> ReadAsync(CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { With($"select generation, size, last_seq, root, signed_size, refused from {schema}.eq_log_state where tenant_id = $1") },
        };
        return await StateAsync(batch, cancellation);
    }

    static async Task<LogState?> StateAsync(NpgsqlBatch batch, CancellationToken cancellation)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var root = await reader.IsDBNullAsync(3, cancellation) ? TreeHash.Empty : reader.GetFieldValue<byte[]>(3);
        return new(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), root, reader.GetInt64(4), await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5));
    }

    /// <summary>Loads tiles by their ids.</summary>
    public async Task LoadAsync(Tiles tiles, int generation, IEnumerable<TileId> ids, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Wanted(schema, tenant, generation, ids) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await LoadAsync(tiles, reader, cancellation);
    }

    /// <summary>Asks for tiles by their ids; <see cref="LoadAsync(Tiles, NpgsqlDataReader, CancellationToken)"/> takes the answer.</summary>
    public static NpgsqlBatchCommand Wanted(string schema, string tenant, int generation, IEnumerable<TileId> ids)
    {
        var wanted = ids.ToArray();
        return new($"""
            select t.level, t.n, t.hashes from unnest($3, $4) w(level, n)
            join {schema}.eq_log_tile t on t.tenant_id = $1 and t.generation = $2 and t.level = w.level and t.n = w.n
            """)
        {
            Parameters =
            {
                new() { Value = tenant }, new() { Value = generation },
                new() { Value = Array.ConvertAll(wanted, id => id.Level) }, new() { Value = Array.ConvertAll(wanted, id => id.N) },
            },
        };
    }

    public static async Task LoadAsync(Tiles tiles, NpgsqlDataReader reader, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation))
            tiles.Load(new(reader.GetInt32(0), reader.GetInt64(1)), reader.GetFieldValue<byte[]>(2));
    }

    /// <summary>Saves what grew, and how far the tree reaches now.</summary>
    /// <param name="firstPositions">Position of the first event of each new tile of level 0.</param>
    public async Task SaveAsync(Tiles tiles, int generation, long lastPosition, Dictionary<long, long> firstPositions, CancellationToken cancellation)
    {
        var changed = tiles.Changed.ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"""
                    insert into {schema}.eq_log_tile (tenant_id, generation, level, n, first_seq, hashes)
                    select $1, $2, level, n, first_seq, hashes from unnest($3, $4, $5, $6) t(level, n, first_seq, hashes)
                    on conflict (tenant_id, generation, level, n) do update set hashes = excluded.hashes
                    """)
                {
                    Parameters =
                    {
                        new() { Value = tenant }, new() { Value = generation },
                        new() { Value = Array.ConvertAll(changed, t => t.Id.Level) }, new() { Value = Array.ConvertAll(changed, t => t.Id.N) },
                        new() { Value = Array.ConvertAll(changed, t => t.Id.Level == 0 && firstPositions.TryGetValue(t.Id.N, out var first) ? first : (long?)null), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                        new() { Value = Array.ConvertAll(changed, t => t.Hashes), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                    },
                },
                new($"update {schema}.eq_log_state set size = $2, last_seq = $3, root = $4 where tenant_id = $1")
                {
                    Parameters = { new() { Value = tenant }, new() { Value = tiles.Size }, new() { Value = lastPosition }, new() { Value = tiles.Root(0, tiles.Size) } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Stores a checkpoint of the state.</summary>
    public Task SaveCheckpointAsync(LogState state, string note, DateTimeOffset at, CancellationToken cancellation) => ExecuteAsync($"""
        with signed as (update {schema}.eq_log_state set signed_size = $3 where tenant_id = $1)
        insert into {schema}.eq_checkpoint (tenant_id, generation, size, note, at) values ($1, $2, $3, $4, $5)
        """, cancellation, state.Generation, state.Size, note, at.UtcDateTime);

    /// <summary>The checkpoint that was signed last; null if it is not there.</summary>
    public async Task<string?> NoteAsync(LogState state, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select note from {schema}.eq_checkpoint where tenant_id = $1 and generation = $2 and size = $3", connection)
        {
            Parameters = { new() { Value = tenant }, new() { Value = state.Generation }, new() { Value = state.SignedSize } },
        };
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>Nothing is added or signed any more, until the log is founded anew.</summary>
    public Task RefuseAsync(string why, CancellationToken cancellation) => ExecuteAsync($"update {schema}.eq_log_state set refused = $2 where tenant_id = $1", cancellation, why);

    /// <summary>An empty tree of the next generation, unless it is there already.</summary>
    public Task FoundAsync(int generation, CancellationToken cancellation) => ExecuteAsync(
        $"update {schema}.eq_log_state set generation = $2, size = 0, last_seq = 0, root = null, signed_size = -1, refused = null where tenant_id = $1 and generation = $2 - 1", cancellation, generation);

    async Task ExecuteAsync(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = tenant } } };
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    NpgsqlBatchCommand With(string sql) => new(sql) { Parameters = { new() { Value = tenant } } };
}
