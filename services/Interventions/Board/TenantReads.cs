using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Interventions;

/// <summary>Runs reads and writes under the row-level security of one tenant: <c>eq.tenant</c> holds for the transaction.</summary>
internal sealed class TenantReads(EventLog log)
{
    /// <summary>Reads one consistent picture of the board.</summary>
    public async Task<T> ReadAsync<T>(string tenant, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await log.Database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        await BindAsync(connection, tenant, cancellation);
        var result = await read(connection);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    /// <summary>Names the tenant for the open transaction.</summary>
    public static async Task BindAsync(NpgsqlConnection connection, string tenant, CancellationToken cancellation)
    {
        await using var bind = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection) { Parameters = { new() { Value = tenant } } };
        await bind.ExecuteNonQueryAsync(cancellation);
    }
}
