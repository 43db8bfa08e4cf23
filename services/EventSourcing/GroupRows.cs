using EquityPlatform.EventSourcing.Faults;
using Npgsql;
using NpgsqlTypes;
using static EquityPlatform.EventSourcing.WriterConnection;

namespace EquityPlatform.EventSourcing;

/// <summary>Writes the rows of a decided group: small groups from arrays in one round trip with the commit, large ones by binary COPY.</summary>
internal sealed class GroupRows : IAsyncDisposable
{
    const string Columns = "seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived";

    /// <summary>Fewer streams go with the commit: a COPY of their own would cost two more round trips under the lock.</summary>
    const int CopyStreamsFrom = 1000;

    readonly NpgsqlConnection connection;
    readonly string schema;
    readonly NpgsqlBatch small;
    readonly NpgsqlBatch afterCopy;

    public GroupRows(NpgsqlConnection connection, string schema)
    {
        this.connection = connection;
        this.schema = schema;
        small = new(connection) { BatchCommands = { Head(), Streams(), Commands(), Tenants(), Events(), new("commit") } };
        afterCopy = new(connection) { BatchCommands = { Head(), Streams(), Commands(), Tenants(), new("commit") } };
    }

    public async Task PrepareAsync()
    {
        await small.PrepareAsync();
        await afterCopy.PrepareAsync();
    }

    public async Task WriteAsync(GroupPlan plan, bool copy)
    {
        var copyStreams = copy && plan.Streams.Count >= CopyStreamsFrom;
        if (copy)
            await CopyAsync(plan, copyStreams);
        FaultPoint.Reached(copy ? "writer.copied" : "writer.planned");
        var batch = copy ? afterCopy : small;
        Set(batch.BatchCommands[0], plan.LastPosition, plan.LastTimestamp);
        // COPY may have taken the new streams already
        var streams = plan.Streams.Where(s => !copyStreams || !s.IsNew).OrderBy(s => s.Id, StringComparer.Ordinal).ToArray();
        Set(batch.BatchCommands[1], Array.ConvertAll(streams, s => s.Tenant), Array.ConvertAll(streams, s => s.Id), Array.ConvertAll(streams, s => s.Type),
            Array.ConvertAll(streams, s => s.Version), Array.ConvertAll(streams, s => s.At));
        var commands = plan.Commands.ToArray();
        Set(batch.BatchCommands[2], Array.ConvertAll(commands, c => c.Tenant), Array.ConvertAll(commands, c => c.Id), Array.ConvertAll(commands, c => c.Answer.StreamId),
            Array.ConvertAll(commands, c => c.Answer.Version), Array.ConvertAll(commands, c => c.Answer.FirstPosition), Array.ConvertAll(commands, c => c.Answer.LastPosition));
        var tenants = plan.Tenants.ToArray();
        Set(batch.BatchCommands[3], Array.ConvertAll(tenants, t => t.Key), Array.ConvertAll(tenants, t => t.Value));
        if (!copy)
            SetEvents(batch.BatchCommands[4], plan.Events.ToArray());
        var written = batch.ExecuteNonQueryAsync();
        FaultPoint.Reached("writer.sent");
        await written;
    }

    async Task CopyAsync(GroupPlan plan, bool withStreams)
    {
        var streams = withStreams ? plan.Streams.Where(s => s.IsNew).ToArray() : [];
        if (streams.Length > 0)
        {
            await using var writer = await connection.BeginBinaryImportAsync($"copy {schema}.mt_streams (tenant_id, id, type, version, timestamp, created, is_archived) from stdin (format binary)");
            foreach (var s in streams)
            {
                await writer.StartRowAsync();
                await writer.WriteAsync(s.Tenant, NpgsqlDbType.Varchar);
                await writer.WriteAsync(s.Id, NpgsqlDbType.Varchar);
                await writer.WriteAsync(s.Type, NpgsqlDbType.Varchar);
                await writer.WriteAsync(s.Version, NpgsqlDbType.Bigint);
                await writer.WriteAsync(s.At, NpgsqlDbType.TimestampTz);
                await writer.WriteAsync(s.At, NpgsqlDbType.TimestampTz);
                await writer.WriteAsync(false, NpgsqlDbType.Boolean);
            }
            await writer.CompleteAsync();
        }
        await using var events = await connection.BeginBinaryImportAsync($"copy {schema}.mt_events ({Columns}) from stdin (format binary)");
        foreach (var e in plan.Events)
        {
            var append = e.Append.Append;
            await events.StartRowAsync();
            await events.WriteAsync(e.Position, NpgsqlDbType.Bigint);
            await events.WriteAsync(e.Event.Id, NpgsqlDbType.Uuid);
            await events.WriteAsync(append.StreamId, NpgsqlDbType.Varchar);
            await events.WriteAsync(e.Version, NpgsqlDbType.Bigint);
            await events.WriteAsync(e.Event.Json, NpgsqlDbType.Jsonb);
            await events.WriteAsync(e.Event.Alias, NpgsqlDbType.Varchar);
            await events.WriteAsync(e.At, NpgsqlDbType.TimestampTz);
            await events.WriteAsync(append.Tenant, NpgsqlDbType.Varchar);
            await events.WriteAsync(e.Event.DotnetType, NpgsqlDbType.Varchar);
            await WriteOrNullAsync(events, append.Context.CorrelationId, NpgsqlDbType.Varchar);
            await WriteOrNullAsync(events, append.Context.CausationId, NpgsqlDbType.Varchar);
            await WriteOrNullAsync(events, e.Event.Headers, NpgsqlDbType.Jsonb);
            await events.WriteAsync(append.Context.User, NpgsqlDbType.Varchar);
            await events.WriteAsync(false, NpgsqlDbType.Boolean);
        }
        await events.CompleteAsync();
    }

    static Task WriteOrNullAsync<T>(NpgsqlBinaryImporter writer, T? value, NpgsqlDbType type) where T : class =>
        value is null ? writer.WriteNullAsync() : writer.WriteAsync(value, type);

    static void SetEvents(NpgsqlBatchCommand command, PlacedEvent[] events) =>
        Set(command,
            Array.ConvertAll(events, e => e.Position), Array.ConvertAll(events, e => e.Event.Id), Array.ConvertAll(events, e => e.Append.Append.StreamId),
            Array.ConvertAll(events, e => e.Version), Array.ConvertAll(events, e => e.Event.Json), Array.ConvertAll(events, e => e.Event.Alias),
            Array.ConvertAll(events, e => e.At), Array.ConvertAll(events, e => e.Append.Append.Tenant), Array.ConvertAll(events, e => e.Event.DotnetType),
            Array.ConvertAll(events, e => e.Append.Append.Context.CorrelationId), Array.ConvertAll(events, e => e.Append.Append.Context.CausationId),
            Array.ConvertAll(events, e => e.Event.Headers), Array.ConvertAll(events, e => e.Append.Append.Context.User));

    static void Set(NpgsqlBatchCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
    }

    NpgsqlBatchCommand Head() => With($"update {schema}.eq_head set last_seq = {(Mutation.Is("naive-sequence") ? "greatest(last_seq, $1)" : "$1")}, last_timestamp = $2",
        new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint }, new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz });

    NpgsqlBatchCommand Streams() => With($"""
        insert into {schema}.mt_streams (tenant_id, id, type, version, timestamp, created, is_archived)
        select tenant, id, type, version, at, at, false from unnest($1, $2, $3, $4, $5) n(tenant, id, type, version, at)
        on conflict (tenant_id, id) do update set version = excluded.version, timestamp = excluded.timestamp
        """, Arrays(NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.TimestampTz));

    NpgsqlBatchCommand Commands() => With($"""
        insert into {schema}.eq_command (tenant_id, command_id, stream_id, version, first_seq, last_seq) select * from unnest($1, $2, $3, $4, $5, $6)
        """, Arrays(NpgsqlDbType.Varchar, NpgsqlDbType.Uuid, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint));

    NpgsqlBatchCommand Tenants() => With($"""
        insert into {schema}.eq_tenant (tenant_id, last_seq) select * from unnest($1, $2)
        on conflict (tenant_id) do update set last_seq = excluded.last_seq
        """, Arrays(NpgsqlDbType.Varchar, NpgsqlDbType.Bigint));

    NpgsqlBatchCommand Events() => With($"""
        insert into {schema}.mt_events ({Columns}) select n.*, false from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) n
        """, Arrays(NpgsqlDbType.Bigint, NpgsqlDbType.Uuid, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.Jsonb, NpgsqlDbType.Varchar, NpgsqlDbType.TimestampTz,
            NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Jsonb, NpgsqlDbType.Varchar));

    static NpgsqlParameter[] Arrays(params NpgsqlDbType[] types) => Array.ConvertAll(types, ArrayOf);

    static NpgsqlBatchCommand With(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        await small.DisposeAsync();
        await afterCopy.DisposeAsync();
    }
}
