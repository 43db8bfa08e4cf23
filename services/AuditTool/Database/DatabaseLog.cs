using System.Globalization;
using System.Runtime.CompilerServices;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Merkle;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;
using Npgsql;

namespace EquityPlatform.AuditTool.Database;

/// <summary>
/// A district's log as its service's tables hold it: events, tiles, checkpoints. Leaves are made anew from the events. Everything is read in one snapshot,
/// so a service that goes on writing does not disturb it, nor is it disturbed.
/// </summary>
internal sealed class DatabaseLog(NpgsqlDataSource database, string schema, string tenant, Report report) : ILogSource
{
    const int TilesAtOnce = 64;

    // Tiles of leaf hashes are read one after the other, so they are fetched some at a time
    readonly Dictionary<long, byte[]> near = [];
    long firstNear = -TilesAtOnce;
    Snapshot events = null!;
    Snapshot others = null!;
    SignedSize last = new(0, "");
    LogSpan span = null!;

    public bool KeepsLeaves => false;
    public LogState State { get; private set; } = null!;

    /// <summary>The connection on which further checks of the same snapshot run, once the log has been read.</summary>
    public NpgsqlConnection Connection => others.Connection;

    public async ValueTask<LogSpan> OpenAsync(CancellationToken cancellation)
    {
        events = await Snapshot.BeginAsync(database, tenant, null, cancellation);
        others = await Snapshot.BeginAsync(database, tenant, await events.ScalarAsync<string>("select pg_export_snapshot()", cancellation), cancellation);
        State = await LogState.ReadAsync(others, schema, cancellation) ?? throw new SourceException($"The schema {schema} holds no audit log of {tenant}.");
        if (State.Refused is { } refusal)
            report.Add("signing-refused", $"The service has stopped signing this log. {refusal}");
        await foreach (var signed in CheckpointsAsync(descending: true, cancellation))
        {
            last = signed;
            break;
        }
        if (last.Note.Length == 0)
            throw new SourceException($"No checkpoint of {tenant} has been signed yet.");
        if (State.Size > last.Size)
            report.Note(string.Create(CultureInfo.InvariantCulture, $"{State.Size - last.Size} events are in the tree and not signed yet; they were not checked."));
        return span = new(last.Note[..last.Note.IndexOf('\n', StringComparison.Ordinal)], 0, last.Size, last.Size, Sealed: true);
    }

    public ValueTask<string> KeysAsync(CancellationToken cancellation) => ValueTask.FromResult("");

    public ValueTask<SignedSize> LastCheckpointAsync(CancellationToken cancellation) => ValueTask.FromResult(last);

    public IAsyncEnumerable<SignedSize> CheckpointsAsync(CancellationToken cancellation) => CheckpointsAsync(descending: false, cancellation);

    async IAsyncEnumerable<SignedSize> CheckpointsAsync(bool descending, [EnumeratorCancellation] CancellationToken cancellation)
    {
        const int page = 1000;
        for (var (after, count) = (-1L, page); count == page;)
        {
            await using var command = others.Command($"""
                select size, note || cosigned from {schema}.eq_checkpoint where tenant_id = $1 and generation = $2 and size > $3 order by size {(descending ? "desc" : "")} limit {page}
                """, State.Generation, after);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var signed = new List<SignedSize>(page);
            while (await reader.ReadAsync(cancellation))
                signed.Add(new(reader.GetInt64(0), reader.GetString(1)));
            await reader.DisposeAsync();
            foreach (var one in signed)
                yield return one;
            (count, after) = (signed.Count, signed.Count > 0 ? signed[^1].Size : 0);
        }
    }

    public async ValueTask<byte[]?> TileAsync(TileId id, int width, CancellationToken cancellation) =>
        await WholeTileAsync(id, cancellation) is { } hashes ? hashes.Length > width * TreeHash.Bytes && id.WidthIn(State.Size) * TreeHash.Bytes == hashes.Length ? hashes[..(width * TreeHash.Bytes)] : hashes : null;

    async ValueTask<byte[]?> WholeTileAsync(TileId id, CancellationToken cancellation)
    {
        if (id.Level > 0)
        {
            await using var one = others.Command($"select hashes from {schema}.eq_log_tile where tenant_id = $1 and generation = $2 and level = $3 and n = $4", State.Generation, id.Level, id.N);
            return await one.ExecuteScalarAsync(cancellation) as byte[];
        }
        if (id.N < firstNear || id.N >= firstNear + TilesAtOnce)
        {
            firstNear = id.N;
            near.Clear();
            await using var command = others.Command($"select n, hashes from {schema}.eq_log_tile where tenant_id = $1 and generation = $2 and level = 0 and n >= $3 and n < $4", State.Generation, id.N, id.N + TilesAtOnce);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                near[reader.GetInt64(0)] = reader.GetFieldValue<byte[]>(1);
        }
        return near.GetValueOrDefault(id.N);
    }

    public ValueTask<byte[]?> LeavesAsync(long n, int width, CancellationToken cancellation) => ValueTask.FromResult<byte[]?>(null);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EventsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = new EventRows(span.Origin, report);
        // In order of the index: a sort would copy the whole table first
        await events.ExecuteAsync("set local enable_sort = off; set local enable_bitmapscan = off; set local max_parallel_workers_per_gather = 0", cancellation);
        await using var table = await CopyRows.OpenAsync(events.Connection, $"select {EventRows.Columns} from {schema}.mt_events where tenant_id = current_setting('eq.tenant') order by seq_id", EventRows.ColumnCount, cancellation);
        var more = await table.NextAsync(cancellation);
        await foreach (var (n, next) in TilesAsync(cancellation))
        {
            var width = new TileId(0, n).WidthIn(State.Size);
            for (; more && (next is null ? rows.Count < width : table.Long(0) < next); more = await table.NextAsync(cancellation))
                rows.Add(table);
            foreach (var line in rows.Placed(n * TileId.Width, width, rows.Count == width ? null : await WholeTileAsync(new(0, n), cancellation)))
                if (rows.IndexOfLast < span.To)
                    yield return line;
            rows.Clear();
        }
    }

    /// <summary>Tiles of leaf hashes, each with the position at which the next one begins; null if that is not known.</summary>
    async IAsyncEnumerable<(long N, long? Next)> TilesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        const int page = 2000;
        for (long n = 0, all = (State.Size + TileId.Width - 1) / TileId.Width; n < all; n += page)
        {
            var next = new Dictionary<long, long>();
            await using (var command = others.Command($"select n, first_seq from {schema}.eq_log_tile where tenant_id = $1 and generation = $2 and level = 0 and n > $3 and n <= $4 and first_seq is not null", State.Generation, n, n + page))
            await using (var reader = await command.ExecuteReaderAsync(cancellation))
                while (await reader.ReadAsync(cancellation))
                    next[reader.GetInt64(0)] = reader.GetInt64(1);
            for (var one = n; one < Math.Min(all, n + page); one++)
                yield return (one, next.TryGetValue(one + 1, out var first) ? first : one + 1 == all ? State.LastPosition + 1 : null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (others is not null)
            await others.DisposeAsync();
        if (events is not null)
            await events.DisposeAsync();
    }
}

/// <summary>How far a tree reaches, as the service has it.</summary>
internal sealed record LogState(int Generation, long Size, long LastPosition, byte[]? Root, long SignedSize, string? Refused)
{
    public static async Task<LogState?> ReadAsync(Snapshot snapshot, string schema, CancellationToken cancellation)
    {
        await using var command = snapshot.Command($"select generation, size, last_seq, root, signed_size, refused from {schema}.eq_log_state where tenant_id = $1");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetFieldValue<byte[]>(3), reader.GetInt64(4), await reader.IsDBNullAsync(5, cancellation) ? null : reader.GetString(5))
            : null;
    }
}

/// <summary>A connection that reads one state of the database for one district.</summary>
internal sealed class Snapshot : IAsyncDisposable
{
    readonly string tenant;

    Snapshot(NpgsqlConnection connection, string tenant) => (Connection, this.tenant) = (connection, tenant);

    public NpgsqlConnection Connection { get; }

    public static async Task<Snapshot> BeginAsync(NpgsqlDataSource database, string tenant, string? id, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        await using var begin = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("begin isolation level repeatable read read only") },
        };
        if (id is not null) // as PostgreSQL named it; it takes no parameter here
            begin.BatchCommands.Add(new($"set transaction snapshot '{id}'"));
        begin.BatchCommands.Add(new("select set_config('eq.tenant', $1, true)") { Parameters = { new() { Value = tenant } } });
        await begin.ExecuteNonQueryAsync(cancellation);
        return new(connection, tenant);
    }

    /// <summary>A command whose first parameter is the district.</summary>
    public NpgsqlCommand Command(string sql, params object[] more)
    {
        var command = new NpgsqlCommand(sql, Connection) { Parameters = { new() { Value = tenant } }, CommandTimeout = 0 };
        foreach (var value in more)
            command.Parameters.Add(new() { Value = value });
        return command;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, Connection);
        return (T)(await command.ExecuteScalarAsync(cancellation) ?? throw new SourceException("The database gave no answer."));
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
