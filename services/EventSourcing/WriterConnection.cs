using EquityPlatform.EventSourcing.Faults;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// The writer's own connection. A group is two round trips: lock the head and read what the group needs to know; then write and
/// commit. BEGIN and COMMIT travel inside the batches. Everything blocks: it runs on the writer's own thread (see <see cref="GroupWriter"/>).
/// </summary>
internal sealed class WriterConnection : IDisposable
{
    /// <summary>From this many events on, COPY is faster than one statement from arrays.</summary>
    const int CopyFrom = 200;

    readonly NpgsqlConnection connection;
    readonly string schema;
    readonly Dictionary<(bool Ids, bool Commands), NpgsqlBatch> opens = [];
    readonly GroupRows rows;

    WriterConnection(NpgsqlConnection connection, string schema)
    {
        this.connection = connection;
        this.schema = schema;
        rows = new GroupRows(connection, schema);
    }

    public static WriterConnection Connect(NpgsqlDataSource database, string schema)
    {
        var connection = database.OpenConnection();
        WriterConnection? made = null;
        try
        {
            // A plan made while the tables were empty must still be the right one when they are large. And a writer that is cut off or suspended in the middle of a
            // group must not keep the head from the other replicas: the server ends its transaction
            if (Mutation.Is("no-fsync-at-commit"))
                using (var careless = new NpgsqlCommand("set synchronous_commit = off", connection))
                    careless.ExecuteNonQuery();
            using (var settings = new NpgsqlCommand("set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off; set plan_cache_mode = force_generic_plan; set idle_in_transaction_session_timeout = '5s'", connection))
                settings.ExecuteNonQuery();
            var writer = new WriterConnection(connection, schema);
            writer.Opening(ids: true, commands: false);
            writer.rows.Prepare();
            return made = writer;
        }
        finally
        {
            if (made is null)
                connection.Dispose();
        }
    }

    /// <summary>Begins the group's transaction, takes the head's lock and reads the facts.</summary>
    /// <param name="ids">Whether to look for events that are held already. Without it a held one makes the database refuse the group (<see cref="IsHeldId"/>).</param>
    public GroupFacts OpenGroup(IReadOnlyList<PreparedAppend> group, bool ids)
    {
        var (streams, events, commands) = Asked(group, ids);
        var batch = Opening(ids, commands.Count > 0);
        Set(batch.BatchCommands[2], streams, s => s.Tenant, s => s.StreamId);
        if (ids)
            batch.BatchCommands[3].Parameters[0].Value = events.ConvertAll(e => e.Event.Id).ToArray();
        if (commands.Count > 0)
            Set(batch.BatchCommands[^1], commands, c => c.Tenant, c => c.Id);

        var reserved = Mutation.Is("naive-sequence") ? NaiveSequence.Reserve(connection, schema, group.Sum(a => a.Events.Length)) : (long?)null;
        GroupFacts facts;
        var held = new List<(int Index, HeldEvent Event)>();
        using (var reader = batch.ExecuteReader())
        {
            if (!reader.Read())
                throw new InvalidOperationException($"{schema}.eq_head has no row: run the migrations.");
            facts = new() { LastPosition = reserved ?? reader.GetInt64(0), LastTimestamp = reader.GetFieldValue<DateTimeOffset>(1) };
            reader.NextResult();
            while (reader.Read())
                facts.Versions[streams[(int)reader.GetInt64(0) - 1]] = reader.GetInt64(1);
            if (ids)
                reader.NextResult();
            while (ids && reader.Read())
                if (reader.GetString(5) == events[(int)reader.GetInt64(0) - 1].Tenant)
                    held.Add(((int)reader.GetInt64(0) - 1, new(reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), SameJson: false)));
            if (commands.Count > 0)
                reader.NextResult();
            while (commands.Count > 0 && reader.Read())
                facts.Commands[commands[(int)reader.GetInt64(0) - 1]] = new(reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
        }
        if (held.Count > 0)
            Compare(held, events, facts);
        return facts;
    }

    /// <summary>The database refused a row because the tenant has an event of this id.</summary>
    public static bool IsHeldId(PostgresException e) => e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: EventLogSchema.EventIdIndex };

    static (List<(string Tenant, string StreamId)> Streams, List<(string Tenant, PreparedEvent Event)> Events, List<(string Tenant, Guid Id)> Commands) Asked(IReadOnlyList<PreparedAppend> group, bool ids)
    {
        var (streams, known) = (new List<(string, string)>(group.Count), new HashSet<(string, string)>(group.Count, GroupKeys.Streams));
        var (events, commands) = (new List<(string, PreparedEvent)>(), new List<(string, Guid)>());
        foreach (var one in group)
        {
            if (known.Add((one.Append.Tenant, one.Append.StreamId)))
                streams.Add((one.Append.Tenant, one.Append.StreamId));
            if (one.Append.CommandId is { } command)
                commands.Add((one.Append.Tenant, command));
            if (!ids)
                continue;
            foreach (var e in one.Events)
                events.Add((one.Append.Tenant, e));
        }
        return (streams, events, commands);
    }

    static void Set<T, TFirst, TSecond>(NpgsqlBatchCommand command, List<T> rows, Func<T, TFirst> first, Func<T, TSecond> second)
    {
        var (firsts, seconds) = (new TFirst[rows.Count], new TSecond[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
            (firsts[i], seconds[i]) = (first(rows[i]), second(rows[i]));
        (command.Parameters[0].Value, command.Parameters[1].Value) = (firsts, seconds);
    }

    NpgsqlBatch Opening(bool ids, bool commands)
    {
        if (opens.TryGetValue((ids, commands), out var there))
            return there;
        var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("begin"),
                new($"select last_seq, last_timestamp from {schema}.eq_head{(Mutation.Is("naive-sequence") ? "" : " for no key update")}"),
                new($"""
                    select n.i, s.version from unnest($1, $2) with ordinality n(tenant, id, i)
                    join {schema}.mt_streams s on s.tenant_id = n.tenant and s.id = n.id
                    """) { Parameters = { ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Varchar) } },
            },
        };
        if (ids) // By id alone: with the tenant in the condition, a plan made on the empty table may walk all events of the tenant for each id
            batch.BatchCommands.Add(new($"""
                select n.i, e.seq_id, e.version, e.stream_id, e.type, e.tenant_id from unnest($1) with ordinality n(id, i)
                join {schema}.mt_events e on e.id = n.id
                """) { Parameters = { ArrayOf(NpgsqlDbType.Uuid) } });
        if (commands)
            batch.BatchCommands.Add(new($"""
                select n.i, c.stream_id, c.version, c.first_seq, c.last_seq from unnest($1, $2) with ordinality n(tenant, id, i)
                join {schema}.eq_command c on c.tenant_id = n.tenant and c.command_id = n.id
                """) { Parameters = { ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Uuid) } });
        opens.Add((ids, commands), batch);
        batch.Prepare();
        return batch;
    }

    /// <summary>Whether a held id has the same JSON value; the database compares, since jsonb keeps values and not text.</summary>
    void Compare(List<(int Index, HeldEvent Event)> held, List<(string Tenant, PreparedEvent Event)> events, GroupFacts facts)
    {
        using var compare = new NpgsqlCommand($"""
            select n.i from unnest($1, $2) with ordinality n(seq, data, i)
            join {schema}.mt_events e on e.seq_id = n.seq where e.data = n.data
            """, connection)
        {
            Parameters =
            {
                new() { Value = held.Select(h => h.Event.Position).ToArray() },
                new() { Value = held.Select(h => events[h.Index].Event.Json).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
            },
        };
        var same = new HashSet<int>();
        using (var reader = compare.ExecuteReader())
            while (reader.Read())
                same.Add((int)reader.GetInt64(0) - 1);
        for (var i = 0; i < held.Count; i++)
            facts.Events[events[held[i].Index].Event] = held[i].Event with { SameJson = same.Contains(i) };
    }

    /// <summary>Writes the plan and commits.</summary>
    /// <param name="meanwhile">Called when the server has the rows to work on.</param>
    public void Write(GroupPlan plan, Action meanwhile) => rows.Write(plan, copy: plan.Events.Count >= CopyFrom, meanwhile);

    public void Rollback()
    {
        using var rollback = new NpgsqlCommand("rollback", connection);
        rollback.ExecuteNonQuery();
    }

    /// <summary>Sets Marten's sequence to the head. Not waited for on disk: it may lag.</summary>
    public void AdvanceSequence()
    {
        using var advance = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("begin"),
                new("set local synchronous_commit = off"),
                new($"select setval('{schema}.mt_events_sequence', last_seq) from {schema}.eq_head where last_seq > 0"),
                new("commit"),
            },
        };
        advance.ExecuteNonQuery();
    }

    public static NpgsqlParameter ArrayOf(NpgsqlDbType type) => new() { NpgsqlDbType = NpgsqlDbType.Array | type };

    public void Dispose()
    {
        foreach (var open in opens.Values)
            open.Dispose();
        rows.Dispose();
        connection.Dispose();
    }
}
