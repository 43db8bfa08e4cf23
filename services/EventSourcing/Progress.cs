using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>Checkpoints of a service's consumers (<c>eq_progress</c>). The connection's transaction has named the tenant (<see cref="TenantTransaction"/>).</summary>
public static class Progress
{
    /// <summary>Position reached by a consumer for a source and tenant; 0 if it never started. <c>forUpdate</c> locks the row (made if absent) for the transaction.</summary>
    public static async Task<long> ReadAsync(NpgsqlConnection connection, string schema, string consumer, string source, string tenant, bool forUpdate, CancellationToken cancellation)
    {
        var table = $"{EventLogSchema.Quoted(schema)}.eq_progress";
        await using var batch = new NpgsqlBatch(connection);
        if (forUpdate)
            batch.BatchCommands.Add(For($"insert into {table} (consumer, source, tenant_id) values ($1, $2, $3) on conflict do nothing", consumer, source, tenant));
        batch.BatchCommands.Add(For($"select seq from {table} where consumer = $1 and source = $2 and tenant_id = $3{(forUpdate ? " for update" : "")}", consumer, source, tenant));
        return await batch.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    /// <summary>Sets the position within the caller's transaction.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, string schema, string consumer, string source, string tenant, long position, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        var command = For($"""
            insert into {EventLogSchema.Quoted(schema)}.eq_progress (consumer, source, tenant_id, seq) values ($1, $2, $3, $4)
            on conflict (consumer, source, tenant_id) do update set seq = excluded.seq
            """, consumer, source, tenant);
        command.Parameters.Add(new() { Value = position });
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    static NpgsqlBatchCommand For(string sql, string consumer, string source, string tenant) =>
        new(sql) { Parameters = { new() { Value = consumer }, new() { Value = source }, new() { Value = tenant } } };
}
