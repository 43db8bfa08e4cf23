using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>Names the tenant to the row level security of the open transaction.</summary>
internal static class TenantScope
{
    public static async Task SetAsync(NpgsqlConnection connection, string tenant, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select set_config('eq.tenant', $1, true)", connection);
        command.Parameters.AddWithValue(tenant);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
