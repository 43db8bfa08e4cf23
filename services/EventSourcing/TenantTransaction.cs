using System.Data;
using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// A transaction of one tenant: row-level security shows and takes that tenant's rows only. Rolled back unless committed. The setting
/// ends with the transaction, so a connection that goes back to the pool names nobody.
/// </summary>
public sealed class TenantTransaction : IAsyncDisposable
{
    readonly NpgsqlTransaction transaction;

    TenantTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction, string tenant)
    {
        Connection = connection;
        this.transaction = transaction;
        Tenant = tenant;
    }

    /// <summary>The open connection; every command on it runs in the transaction.</summary>
    public NpgsqlConnection Connection { get; }

    public string Tenant { get; }

    /// <summary>Opens a connection and a transaction and names the tenant, in one round trip.</summary>
    public static async Task<TenantTransaction> BeginAsync(NpgsqlDataSource database, string tenant, CancellationToken cancellation, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        TenantTransaction? begun = null;
        try
        {
            var transaction = await connection.BeginTransactionAsync(isolation, cancellation);
            await SetAsync(connection, tenant, cancellation);
            return begun = new(connection, transaction, tenant);
        }
        finally
        {
            if (begun is null)
                await connection.DisposeAsync();
        }
    }

    /// <summary>Names the tenant for the rest of the open transaction of <paramref name="connection"/>.</summary>
    public static async Task SetAsync(NpgsqlConnection connection, string tenant, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Setting(tenant) } };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Statements under a tenant's setting in one round trip, without BEGIN and COMMIT: a batch is one implicit transaction. Its first
    /// result is the setting's; <see cref="ReadAsync"/> skips it.
    /// </summary>
    public static NpgsqlBatch Batch(NpgsqlDataSource database, string tenant, params ReadOnlySpan<NpgsqlBatchCommand> commands)
    {
        var batch = database.CreateBatch();
        batch.BatchCommands.Add(Setting(tenant));
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        return batch;
    }

    /// <summary>Runs a <see cref="Batch"/> and stands before the first row of its first own statement.</summary>
    public static async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancellation)
    {
        var reader = await batch.ExecuteReaderAsync(cancellation);
        var ready = false;
        try
        {
            await reader.NextResultAsync(cancellation);
            ready = true;
            return reader;
        }
        finally
        {
            if (!ready)
                await reader.DisposeAsync();
        }
    }

    /// <summary>First value of a statement run under a tenant's setting; null if it gives no row or SQL null.</summary>
    public static async Task<object?> ScalarAsync(NpgsqlDataSource database, string tenant, NpgsqlBatchCommand command, CancellationToken cancellation)
    {
        await using var batch = Batch(database, tenant, command);
        await using var reader = await ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation) && !await reader.IsDBNullAsync(0, cancellation) ? reader.GetValue(0) : null;
    }

    /// <summary>Runs a statement under a tenant's setting.</summary>
    public static async Task ExecuteAsync(NpgsqlDataSource database, string tenant, NpgsqlBatchCommand command, CancellationToken cancellation)
    {
        await using var batch = Batch(database, tenant, command);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    public Task CommitAsync(CancellationToken cancellation) => transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    static NpgsqlBatchCommand Setting(string tenant) => new("select set_config('eq.tenant', $1, true)") { Parameters = { new() { Value = tenant } } };
}
