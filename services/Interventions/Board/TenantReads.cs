using System.Data;
using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Interventions;

/// <summary>Reads under the row-level security of one tenant.</summary>
internal sealed class TenantReads(EventLog log)
{
    /// <summary>Reads one consistent picture of the board.</summary>
    public async Task<T> ReadAsync<T>(string tenant, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(log.Database, tenant, cancellation, IsolationLevel.RepeatableRead);
        var result = await read(transaction.Connection);
        await transaction.CommitAsync(cancellation);
        return result;
    }
}
