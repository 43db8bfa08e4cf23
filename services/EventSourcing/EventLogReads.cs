using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;

namespace EquityPlatform.EventSourcing;

public sealed partial class EventLog
{
    /// <summary>
    /// A read goes page by page: a slow reader of the result holds no connection, and memory stays constant. A page ends at so
    /// many rows, or sooner where its rows are large.
    /// </summary>
    const int PageRows = 500;
    const int PageCharacters = 4 << 20;

    /// <summary>Events of one stream in version order, from a version on, optionally as it stood at an instant.</summary>
    public IAsyncEnumerable<RecordedEvent> ReadStreamAsync(string tenant, string streamId, long fromVersion, DateTimeOffset? asOf, CancellationToken cancellation) =>
        ReadStreamAsync(tenant, streamId, fromVersion, long.MaxValue, asOf, cancellation);

    /// <summary>Events of one stream in version order, from a version on up to another one, optionally as it stood at an instant.</summary>
    public async IAsyncEnumerable<RecordedEvent> ReadStreamAsync(string tenant, string streamId, long fromVersion, long toVersion, DateTimeOffset? asOf, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var (from, rows) = (fromVersion, PageRows); from <= toVersion;)
        {
            var page = await PageAsync(tenant, StreamPage(tenant, streamId, from, toVersion, asOf, rows), cancellation);
            foreach (var e in page.Events)
                yield return e;
            if (!page.IsCut && page.Events.Count < rows)
                yield break;
            (from, rows) = (page.Events[^1].Version + 1, page.NextRows(rows));
        }
    }

    /// <summary>All events of a tenant after a position, in order, streamed; at most <paramref name="limit"/>.</summary>
    public IAsyncEnumerable<RecordedEvent> ReadAllAsync(string tenant, long after, IReadOnlyCollection<string>? types, int? limit, CancellationToken cancellation) =>
        ReadAllAsync(tenant, after, long.MaxValue, types, limit, cancellation);

    /// <summary>All events of a tenant in (<paramref name="after"/>, <paramref name="upTo"/>], in order, streamed; at most <paramref name="limit"/>. Up to a head that was read before, the answer is always the same.</summary>
    /// <param name="types">Aliases wanted, in whatever version; null for all.</param>
    public async IAsyncEnumerable<RecordedEvent> ReadAllAsync(string tenant, long after, long upTo, IReadOnlyCollection<string>? types, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var (left, most) = (limit ?? int.MaxValue, PageRows); left > 0 && after < upTo;)
        {
            var rows = Math.Min(most, left);
            var page = await PageAsync(tenant, Page(tenant, after, upTo, types, rows), cancellation);
            foreach (var e in page.Events)
                yield return e;
            if (!page.IsCut && page.Events.Count < rows)
                yield break;
            after = page.Events[^1].Position;
            left -= page.Events.Count;
            most = page.NextRows(most);
        }
    }

    /// <summary>
    /// Events of a tenant after a position that this process has just appended; null if it cannot say: then the database has to be read. The database holds the last one, at its position and with
    /// its time; since positions are taken under one lock, it holds those before it as well.
    /// </summary>
    public async Task<IEnumerable<RecordedEvent>?> JustAppendedAsync(string tenant, long after, int limit, CancellationToken cancellation) =>
        recent.After(tenant, after, limit) is [.., var last] events && Holds(await TenantTransaction.ScalarAsync(Database, tenant, Held(last), cancellation)) ? events.Select(Recorded) : null;

    /// <summary>The same in the transaction of a connection whose tenant is set.</summary>
    internal async Task<List<PlacedEvent>?> JustAppendedAsync(NpgsqlConnection connection, string tenant, long after, int limit, CancellationToken cancellation)
    {
        if (recent.After(tenant, after, limit) is not [.., var last] events)
            return null;
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Held(last) } };
        return Holds(await batch.ExecuteScalarAsync(cancellation)) ? events : null;
    }

    NpgsqlBatchCommand Held(in PlacedEvent e) => new($"select true from {schema}.mt_events where seq_id = $1 and id = $2 and timestamp = $3")
    {
        Parameters = { new() { Value = e.Position }, new() { Value = e.Event.Id }, new() { Value = e.At } },
    };

    bool Holds(object? held)
    {
        if (held is not true) // a server that was set back to an earlier time
            recent.Clear();
        return held is true;
    }

    RecordedEvent Recorded(PlacedEvent placed)
    {
        var (append, e) = (placed.Append.Append, placed.Event);
        return new(placed.Position, e.Id, append.Tenant, append.StreamId, placed.Version, e.Alias, Encoding.UTF8.GetString(e.Json), placed.At, append.Context.User, e.Given.Reason, e.Given.Source,
            append.Context.CorrelationId, append.Context.CausationId, Types)
        { Given = e.Given.Data };
    }

    /// <summary>A page as it came; cut where its rows were large.</summary>
    readonly record struct PageRead(List<RecordedEvent> Events, bool IsCut)
    {
        /// <summary>After a cut no more rows are asked for than fitted, since what is left over was fetched for nothing; later slowly more again.</summary>
        public int NextRows(int rows) => IsCut ? Events.Count : Math.Min(PageRows, rows * 2);
    }

    async Task<PageRead> PageAsync(string tenant, NpgsqlBatchCommand command, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(Database, tenant, command);
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        var (events, characters) = (new List<RecordedEvent>(), 0L);
        while (characters < PageCharacters && await reader.ReadAsync(cancellation))
        {
            var e = RecordedRows.Read(reader, Types);
            characters += e.Json.Length;
            events.Add(e);
        }
        return new(events, IsCut: characters >= PageCharacters);
    }

    NpgsqlBatchCommand Page(string tenant, long after, long upTo, IReadOnlyCollection<string>? types, int rows)
    {
        var command = new NpgsqlBatchCommand($"""
            select {RecordedRows.Columns} from {schema}.mt_events
            where tenant_id = $1 and seq_id > $2 and seq_id <= $3{(types is null ? "" : " and type = any($5)")} order by seq_id limit $4
            """) { Parameters = { new() { Value = tenant }, new() { Value = after }, new() { Value = upTo }, new() { Value = rows } } };
        if (types is not null)
            command.Parameters.Add(new() { Value = Types.AllVersions(types) });
        return command;
    }

    NpgsqlBatchCommand StreamPage(string tenant, string streamId, long from, long to, DateTimeOffset? asOf, int rows)
    {
        var command = new NpgsqlBatchCommand($"""
            select {RecordedRows.Columns} from {schema}.mt_events
            where tenant_id = $1 and stream_id = $2 and version >= $3 and version <= $4{(asOf is null ? "" : " and timestamp <= $6")} order by version limit $5
            """) { Parameters = { new() { Value = tenant }, new() { Value = streamId }, new() { Value = from }, new() { Value = to }, new() { Value = rows } } };
        if (asOf is { } instant)
            command.Parameters.Add(new() { Value = instant.UtcDateTime });
        return command;
    }

    /// <summary>Position of the last committed event, 0 if none.</summary>
    public async Task<long> HeadAsync(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select last_seq from {schema}.eq_head");
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    /// <summary>Position of the last committed event of a tenant, 0 if none.</summary>
    public async Task<long> HeadAsync(string tenant, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select last_seq from {schema}.eq_tenant where tenant_id = $1");
        command.Parameters.Add(new() { Value = tenant });
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    /// <summary>Position of the last committed event of every tenant that has events.</summary>
    public async Task<IReadOnlyDictionary<string, long>> HeadsAsync(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select tenant_id, last_seq from {schema}.eq_tenant");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var heads = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            heads.Add(reader.GetString(0), reader.GetInt64(1));
        return heads;
    }

    /// <summary>Tenants that have events.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand($"select tenant_id from {schema}.eq_tenant");
        return await TextsAsync(command, cancellation);
    }

    /// <summary>Tenants that have events in (<paramref name="after"/>, <paramref name="upTo"/>]; perhaps also some whose events lie beyond it.</summary>
    public async Task<IReadOnlyList<string>> TenantsAsync(long after, long upTo, CancellationToken cancellation)
    {
        if (after >= upTo)
            return [];
        // Only the last position of a tenant is known, and it may have moved beyond upTo since
        await using var command = Database.CreateCommand($"select tenant_id from {schema}.eq_tenant where last_seq > $1");
        command.Parameters.Add(new() { Value = after });
        return await TextsAsync(command, cancellation);
    }

    static async Task<IReadOnlyList<string>> TextsAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            texts.Add(reader.GetString(0));
        return texts;
    }

    /// <summary>The first answer to a command, or null.</summary>
    internal async Task<HeldCommand?> AnsweredAsync(string tenant, Guid commandId, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(Database, tenant, new NpgsqlBatchCommand($"select stream_id, version, first_seq, last_seq from {schema}.eq_command where tenant_id = $1 and command_id = $2")
        {
            Parameters = { new() { Value = tenant }, new() { Value = commandId } },
        });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation) ? new(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)) : null;
    }
}
