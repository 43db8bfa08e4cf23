using Npgsql;

namespace EquityPlatform.AuditTool.Database;

/// <summary>Which keys of sealed parts are still there.</summary>
internal static class StudentKeys
{
    /// <summary>Ids of the keys that can still open something.</summary>
    public static async Task<HashSet<string>> PresentAsync(string connectionString, string tenant, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var snapshot = await Snapshot.BeginAsync(database, tenant, null, cancellation);
        await using var command = snapshot.Command("select kid from keys.eq_subject_keys where tenant_id = $1 and wrapped_key is not null");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var present = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            present.Add(reader.GetString(0));
        return present;
    }
}
