using System.Data;
using EquityPlatform.EventSourcing;
using EquityPlatform.Indicators.Cube;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>How far the fact tables of a tenant are, and the newest position that touched a school year.</summary>
/// <param name="Tables">Changes when the fact tables were rebuilt: then the same stamp may stand for other facts.</param>
internal sealed record FactPosition(long Ingestion, long YearStamp, DateTimeOffset? DataAsOf, long Tables);

/// <summary>Facts of one year with the position they stand at: both from one snapshot of the database.</summary>
internal sealed record FactsAt(YearFacts Facts, FactPosition Position);

/// <summary>Reads the fact tables. What belongs together is read in one repeatable-read snapshot.</summary>
internal sealed class FactReader(NpgsqlDataSource database)
{
    /// <summary>One look-up; tells whether a cube is still current, whichever replica consumes.</summary>
    public async Task<FactPosition> PositionAsync(string tenant, int schoolYear, CancellationToken cancellation)
    {
        await using var batch = TenantTransaction.Batch(database, tenant, PositionOf(tenant, schoolYear));
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await PositionAsync(reader, cancellation);
    }

    public Task<FactsAt> YearAsync(string tenant, int schoolYear, CancellationToken cancellation) =>
        InSnapshotAsync(tenant, connection => YearAsync(connection, tenant, schoolYear, cancellation), cancellation);

    /// <summary>Runs several reads on one snapshot.</summary>
    public async Task<T> InSnapshotAsync<T>(string tenant, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var transaction = await TenantTransaction.BeginAsync(database, tenant, cancellation, IsolationLevel.RepeatableRead);
        return await read(transaction.Connection);
    }

    /// <summary>Inside a snapshot: everything of one school year.</summary>
    public static async Task<FactsAt> YearAsync(NpgsqlConnection connection, string tenant, int schoolYear, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { PositionOf(tenant, schoolYear) } };
        FactPosition position;
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
            position = await PositionAsync(reader, cancellation);
        return new(await YearQueries.ReadAsync(connection, tenant, schoolYear, cancellation), position);
    }

    static async Task<FactPosition> PositionAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation);
        return new(reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3));
    }

    static NpgsqlBatchCommand PositionOf(string tenant, int schoolYear) => new("""
        select coalesce((select seq from eq_progress where consumer = $3 and source = 'ingestion' and tenant_id = $1), 0),
          coalesce((select max(seq) from year_stamps where tenant_id = $1 and school_year in (0, $2)), 0),
          (select max(applied_at) from feeds where tenant_id = $1),
                      to_regclass('year_stamps')::oid::bigint
        """) { Parameters = { new() { Value = tenant }, new() { Value = schoolYear }, new() { Value = StudentFactsConsumer.ConsumerName } } };
}
