using EquityPlatform.EventSourcing.Faults;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.EventSourcing;

/// <summary>Writes the rows of a decided group: small groups from arrays in one round trip with the commit, large ones by binary COPY.</summary>
internal sealed class GroupRows(NpgsqlConnection connection, string schema) : IDisposable
{
    const string Columns = "seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived";

    /// <summary>Fewer streams go with the commit: a COPY of their own costs two more round trips under the lock.</summary>
    const int CopyStreamsFrom = 100;

    /// <summary>Rows that are encoded here go out in pieces of this size.</summary>
    const int PieceBytes = 256 * 1024;

    /// <summary>What a group needs written, besides head and tenants; each combination is one prepared batch, so that nothing empty is executed.</summary>
    [Flags]
    enum Parts
    {
        None = 0,
        NewStreams = 1,
        KnownStreams = 2,
        Commands = 4,
        Events = 8,
    }

    readonly Dictionary<Parts, NpgsqlBatch> batches = [];
    readonly EventRows rows = new();

    /// <summary>The ones that nearly every group needs.</summary>
    public void Prepare()
    {
        foreach (var parts in (Parts[])[Parts.NewStreams | Parts.Events, Parts.KnownStreams | Parts.Events, Parts.NewStreams | Parts.KnownStreams | Parts.Events])
            BatchOf(parts);
    }

    public void Write(GroupPlan plan, bool copy, Action meanwhile)
    {
        var (added, known) = Streams(plan);
        var copyStreams = copy && added.Count >= CopyStreamsFrom;
        if (copyStreams)
            CopyStreams(added);
        if (copy)
            CopyEvents(plan, meanwhile);
        FaultPoint.Reached(copy ? "writer.copied" : "writer.planned");
        var parts = (added.Count > 0 && !copyStreams ? Parts.NewStreams : Parts.None) | (known.Count > 0 ? Parts.KnownStreams : Parts.None)
            | (plan.Commands.Count > 0 ? Parts.Commands : Parts.None) | (copy ? Parts.None : Parts.Events);
        var batch = BatchOf(parts);
        var command = 0;
        Set(batch.BatchCommands[command++], plan.LastPosition, plan.LastTimestamp);
        SetTenants(batch.BatchCommands[command++], plan);
        if (parts.HasFlag(Parts.NewStreams))
            SetStreams(batch.BatchCommands[command++], added, withType: true);
        if (parts.HasFlag(Parts.KnownStreams))
            SetStreams(batch.BatchCommands[command++], known, withType: false);
        if (parts.HasFlag(Parts.Commands))
            SetCommands(batch.BatchCommands[command++], plan);
        if (parts.HasFlag(Parts.Events))
            SetEvents(batch.BatchCommands[command], plan.Events);
        if (!copy)
            meanwhile(); // the rows are on their way before anybody has woken up
#if FAULT_POINTS
        var written = batch.ExecuteNonQueryAsync(); // the one way to be between sending and the answer
        FaultPoint.Reached("writer.sent");
        written.GetAwaiter().GetResult();
#else
        batch.ExecuteNonQuery();
#endif
    }

    static (List<PlacedStream> Added, List<PlacedStream> Known) Streams(GroupPlan plan)
    {
        var (added, known) = (new List<PlacedStream>(plan.Streams.Count), new List<PlacedStream>());
        foreach (var stream in plan.Streams)
            (stream.IsNew ? added : known).Add(stream);
        return (added, known);
    }

    void CopyStreams(List<PlacedStream> streams)
    {
        using var copy = connection.BeginRawBinaryCopy($"copy {schema}.mt_streams (tenant_id, id, type, version, timestamp, created, is_archived) from stdin (format binary)");
        rows.Clear();
        copy.Write(EventRows.Header);
        foreach (var stream in streams)
        {
            rows.Add(stream);
            Flush(copy, PieceBytes);
        }
        Flush(copy, 1);
        copy.Write(EventRows.Trailer);
    }

    void CopyEvents(GroupPlan plan, Action meanwhile)
    {
        using var copy = connection.BeginRawBinaryCopy($"copy {schema}.mt_events ({EventRows.Columns}) from stdin (format binary)");
        copy.Write(EventRows.Header);
        // Rows that lie side by side in the chunk go out together; usually that is the whole chunk
        var (from, start, end) = ((EventRows?)null, 0, 0);
        rows.Clear();
        for (var i = 0; i < plan.Events.Count; i++)
        {
            var e = plan.Events[i];
            if (e.Append.Rows is not { } encoded)
            {
                rows.Place(rows.Add(e.Append.Append, e.Event), e);
                Flush(copy, PieceBytes);
                continue;
            }
            encoded.Place(e.Event.Row.Start, e);
            if (from is not null && (encoded != from || e.Event.Row.Start != end))
            {
                copy.Write(from.Slice(start, end));
                from = null;
            }
            if (from is null)
                (from, start) = (encoded, e.Event.Row.Start);
            end = e.Event.Row.End;
        }
        if (from is not null)
            copy.Write(from.Slice(start, end));
        Flush(copy, 1);
        copy.Write(EventRows.Trailer);
        meanwhile();
    }

    void Flush(NpgsqlRawCopyStream copy, int atLeast)
    {
        if (rows.Length < atLeast)
            return;
        copy.Write(rows.Slice(0, rows.Length));
        rows.Clear();
    }

    NpgsqlBatch BatchOf(Parts parts)
    {
        if (batches.TryGetValue(parts, out var there))
            return there;
        var batch = new NpgsqlBatch(connection) { BatchCommands = { Head(), Tenants() } };
        if (parts.HasFlag(Parts.NewStreams))
            batch.BatchCommands.Add(NewStreams());
        if (parts.HasFlag(Parts.KnownStreams))
            batch.BatchCommands.Add(KnownStreams());
        if (parts.HasFlag(Parts.Commands))
            batch.BatchCommands.Add(Commands());
        if (parts.HasFlag(Parts.Events))
            batch.BatchCommands.Add(Events());
        batch.BatchCommands.Add(new("commit"));
        batches.Add(parts, batch);
        batch.Prepare();
        return batch;
    }

    static void SetTenants(NpgsqlBatchCommand command, GroupPlan plan)
    {
        var (names, positions, i) = (new string[plan.Tenants.Count], new long[plan.Tenants.Count], 0);
        foreach (var (tenant, position) in plan.Tenants)
            (names[i], positions[i++]) = (tenant, position);
        Set(command, names, positions);
    }

    static void SetStreams(NpgsqlBatchCommand command, List<PlacedStream> streams, bool withType)
    {
        var n = streams.Count;
        var (tenants, ids, types, versions, times) = (new string[n], new string[n], new string[n], new long[n], new DateTimeOffset[n]);
        for (var i = 0; i < n; i++)
            (tenants[i], ids[i], types[i], versions[i], times[i]) = (streams[i].Tenant, streams[i].Id, streams[i].Type, streams[i].Version, streams[i].At);
        if (withType)
            Set(command, tenants, ids, versions, times, types);
        else
            Set(command, tenants, ids, versions, times);
    }

    static void SetCommands(NpgsqlBatchCommand command, GroupPlan plan)
    {
        var commands = plan.Commands.ToArray();
        Set(command, Array.ConvertAll(commands, c => c.Tenant), Array.ConvertAll(commands, c => c.Id), Array.ConvertAll(commands, c => c.Answer.StreamId),
            Array.ConvertAll(commands, c => c.Answer.Version), Array.ConvertAll(commands, c => c.Answer.FirstPosition), Array.ConvertAll(commands, c => c.Answer.LastPosition));
    }

    static void SetEvents(NpgsqlBatchCommand command, List<PlacedEvent> events)
    {
        var n = events.Count;
        var (positions, ids, streams, versions, json) = (new long[n], new Guid[n], new string[n], new long[n], new byte[n][]);
        var (aliases, times, tenants, types) = (new string[n], new DateTimeOffset[n], new string[n], new string[n]);
        var (correlations, causations, headers, users) = (new string?[n], new string?[n], new byte[]?[n], new string[n]);
        for (var i = 0; i < n; i++)
        {
            var (append, e) = (events[i].Append.Append, events[i].Event);
            (positions[i], ids[i], streams[i], versions[i], json[i]) = (events[i].Position, e.Id, append.StreamId, events[i].Version, e.Json);
            (aliases[i], times[i], tenants[i], types[i]) = (e.Alias, events[i].At, append.Tenant, e.DotnetType);
            (correlations[i], causations[i], headers[i], users[i]) = (append.Context.CorrelationId, append.Context.CausationId, e.Headers, append.Context.User);
        }
        Set(command, positions, ids, streams, versions, json, aliases, times, tenants, types, correlations, causations, headers, users);
    }

    static void Set(NpgsqlBatchCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
    }

    NpgsqlBatchCommand Head() => With($"update {schema}.eq_head set last_seq = {(Mutation.Is("naive-sequence") ? "greatest(last_seq, $1)" : "$1")}, last_timestamp = $2",
        new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint }, new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz });

    NpgsqlBatchCommand Tenants() => With($"""
        insert into {schema}.eq_tenant (tenant_id, last_seq) select * from unnest($1, $2)
        on conflict (tenant_id) do update set last_seq = excluded.last_seq
        """, Arrays(NpgsqlDbType.Varchar, NpgsqlDbType.Bigint));

    // Under the head's lock nobody else adds a stream, so what was not there is new: half the cost of "on conflict"
    NpgsqlBatchCommand NewStreams() => With($"""
        insert into {schema}.mt_streams (tenant_id, id, type, version, timestamp, created, is_archived)
        select tenant, id, type, version, at, at, false from unnest($1, $2, $3, $4, $5) n(tenant, id, version, at, type)
        """, Arrays(NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.TimestampTz, NpgsqlDbType.Varchar));

    NpgsqlBatchCommand KnownStreams() => With($"""
        update {schema}.mt_streams s set version = n.version, timestamp = n.at
        from unnest($1, $2, $3, $4) n(tenant, id, version, at) where s.tenant_id = n.tenant and s.id = n.id
        """, Arrays(NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.TimestampTz));

    NpgsqlBatchCommand Commands() => With($"""
        insert into {schema}.eq_command (tenant_id, command_id, stream_id, version, first_seq, last_seq) select * from unnest($1, $2, $3, $4, $5, $6)
        """, Arrays(NpgsqlDbType.Varchar, NpgsqlDbType.Uuid, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint));

    NpgsqlBatchCommand Events() => With($"""
        insert into {schema}.mt_events ({Columns}) select n.*, false from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) n
        """, Arrays(NpgsqlDbType.Bigint, NpgsqlDbType.Uuid, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.Jsonb, NpgsqlDbType.Varchar, NpgsqlDbType.TimestampTz,
            NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Jsonb, NpgsqlDbType.Varchar));

    static NpgsqlParameter[] Arrays(params NpgsqlDbType[] types) => Array.ConvertAll(types, WriterConnection.ArrayOf);

    static NpgsqlBatchCommand With(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    public void Dispose()
    {
        foreach (var batch in batches.Values)
            batch.Dispose();
        rows.Dispose();
    }
}
