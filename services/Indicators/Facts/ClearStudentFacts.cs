using EquityPlatform.ServiceHost.Erasure;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>Deletes an erased student's facts. Cubes hold sums only and are made anew, since the stamp of every year moves.</summary>
internal sealed class ClearStudentFacts : IClearStudent
{
    // By year, so that the primary key finds the rows
    const string Years = "tenant_id = $1 and school_year in (select school_year from year_stamps where tenant_id = $1)";

    public async Task<int> ClearAsync(string tenant, string studentKey, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var cleared = 0;
        foreach (var (table, rows) in new[] { ("demographics", "tenant_id = $1"), ("programs", "tenant_id = $1"), ("enrollments", Years), ("attendance", Years) })
        {
            await using var command = new NpgsqlCommand($"delete from {table} where {rows} and student_key = $2", connection) { Parameters = { new() { Value = tenant }, new() { Value = studentKey } } };
            cleared += await command.ExecuteNonQueryAsync(cancellation);
        }
        return cleared;
    }
}
