using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>A consumer that stands still for a tenant, before an event that it cannot apply.</summary>
/// <param name="Position">Position of the event in the log of <paramref name="Source"/>.</param>
/// <param name="Error">Class of the error; its message may quote a student's data and is never kept.</param>
/// <param name="Asked">An operator wants another try since then.</param>
public sealed record Halt(string Consumer, string Source, string Tenant, long Position, Guid EventId, string EventType, string Error, DateTimeOffset Since, DateTimeOffset? Asked = null);

/// <summary>
/// An operator's decision that a consumer passes one event. The decision is the override: a consumer that cannot apply an event looks for
/// the decision's id in its own service's log. So it holds for every replica, survives any restart, and cannot be given without a record.
/// </summary>
/// <param name="Position">Position of the event in the log of <paramref name="Source"/>.</param>
/// <param name="Error">Class of the error for which the consumer stood still.</param>
public sealed record ConsumerOverridden(string Consumer, string Source, long Position, Guid EventId, string EventType, string Error)
{
    public const string Type = "consumer-overridden/1";

    /// <summary>Id of the decision about one event of one consumer: there is at most one.</summary>
    public static Guid IdOf(string consumer, string source, long position, Guid eventId) => EventIds.Derive(eventId, FormattableString.Invariant($"override {consumer} {source} {position}"));
}

/// <summary>Where consumers stand still (<c>eq_halt</c>), and whether they may go on.</summary>
public sealed class HaltTable(NpgsqlDataSource database, string schemaName)
{
    const string Columns = "consumer, source, tenant_id, seq, event_id, event_type, error, since, asked";
    readonly string schema = EventLogSchema.Quoted(schemaName);

    /// <summary>Writes a halt down; one at the same event keeps its beginning.</summary>
    public Task WriteAsync(Halt halt, CancellationToken cancellation) => TenantTransaction.ExecuteAsync(database, halt.Tenant, new($"""
        insert into {schema}.eq_halt as h (consumer, source, tenant_id, seq, event_id, event_type, error, since) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (consumer, tenant_id) do update set source = excluded.source, seq = excluded.seq, event_id = excluded.event_id, event_type = excluded.event_type,
          error = excluded.error, since = case when h.seq = excluded.seq then h.since else excluded.since end
        """)
    {
        Parameters =
        {
            Value(halt.Consumer), Value(halt.Source), Value(halt.Tenant), Value(halt.Position), Value(halt.EventId), Value(halt.EventType), Value(halt.Error), Value(halt.Since.UtcDateTime),
        },
    }, cancellation);

    /// <summary>Deletes the halt that a position has passed, within the caller's transaction: perhaps another process than the one that halted got through.</summary>
    public NpgsqlBatchCommand Clear(string consumer, string tenant, long upTo) => new($"delete from {schema}.eq_halt where consumer = $1 and tenant_id = $2 and seq <= $3")
    {
        Parameters = { Value(consumer), Value(tenant), Value(upTo) },
    };

    /// <summary>Halts of a tenant.</summary>
    public async Task<IReadOnlyList<Halt>> ListAsync(string tenant, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, tenant, new NpgsqlBatchCommand($"select {Columns} from {schema}.eq_halt where tenant_id = $1 order by consumer") { Parameters = { Value(tenant) } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        var halts = new List<Halt>();
        while (await reader.ReadAsync(cancellation))
            halts.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetGuid(4), reader.GetString(5), reader.GetString(6),
                reader.GetFieldValue<DateTimeOffset>(7), reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8)));
        return halts;
    }

    /// <summary>The halt of a consumer for a tenant, or null.</summary>
    public async Task<Halt?> FindAsync(string consumer, string tenant, CancellationToken cancellation) =>
        (await ListAsync(tenant, cancellation)).FirstOrDefault(halt => halt.Consumer == consumer);

    /// <summary>Asks whichever replica runs the consumer for another try now; false if it does not stand still.</summary>
    public async Task<bool> AskAsync(string consumer, string tenant, CancellationToken cancellation) =>
        await TenantTransaction.ScalarAsync(database, tenant, new($"update {schema}.eq_halt set asked = clock_timestamp() where consumer = $1 and tenant_id = $2 returning true")
        {
            Parameters = { Value(consumer), Value(tenant) },
        }, cancellation) is true;

    /// <summary>True if a try was asked for after an instant, or nothing is written down any more.</summary>
    public async Task<bool> IsAskedAsync(string consumer, string tenant, DateTimeOffset? after, CancellationToken cancellation) =>
        await FindAsync(consumer, tenant, cancellation) is not { } halt || (halt.Asked is { } asked && (after is null || asked > after));

    /// <summary>True if an operator decided that the consumer passes this event. Within the caller's transaction, which has named the tenant.</summary>
    public Task<bool> IsOverriddenAsync(NpgsqlConnection connection, string consumer, string source, RecordedEvent e, CancellationToken cancellation) =>
        IsOverriddenAsync(connection, consumer, source, e.Tenant, e.Position, e.Id, cancellation);

    /// <inheritdoc cref="IsOverriddenAsync(NpgsqlConnection, string, string, RecordedEvent, CancellationToken)"/>
    public async Task<bool> IsOverriddenAsync(NpgsqlConnection connection, string consumer, string source, string tenant, long position, Guid eventId, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select true from {schema}.mt_events where id = $1 and tenant_id = $2 and type = $3", connection)
        {
            Parameters = { Value(ConsumerOverridden.IdOf(consumer, source, position, eventId)), Value(tenant), Value(ConsumerOverridden.Type) },
        };
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>True if the tenant's log holds this decision.</summary>
    public async Task<bool> IsDecidedAsync(string tenant, Guid decision, CancellationToken cancellation) =>
        await TenantTransaction.ScalarAsync(database, tenant, new($"select true from {schema}.mt_events where id = $1 and tenant_id = $2 and type = $3")
        {
            Parameters = { Value(decision), Value(tenant), Value(ConsumerOverridden.Type) },
        }, cancellation) is true;

    static NpgsqlParameter Value(object value) => new() { Value = value };
}
