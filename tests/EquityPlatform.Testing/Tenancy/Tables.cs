using Npgsql;

namespace EquityPlatform.Testing.Tenancy;

/// <summary>What the catalog says of a schema's tables.</summary>
internal static class Tables
{
    /// <summary>A table and how row-level security stands for it.</summary>
    public sealed record Table(string Name, bool HasTenant, bool Enabled, bool Forced, string[] Policies);

    public static async Task<IReadOnlyList<Table>> OfAsync(NpgsqlDataSource database, string schema)
    {
        await using var command = database.CreateCommand("""
            select c.relname::text, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped), c.relrowsecurity, c.relforcerowsecurity,
              array(select format('%s %s %s using %s check %s', p.policyname, p.permissive, p.cmd, p.qual, p.with_check) from pg_policies p where p.schemaname = $1 and p.tablename = c.relname)
            from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1
            """);
        command.Parameters.Add(new() { Value = schema });
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<Table>();
        while (await reader.ReadAsync())
            tables.Add(new(reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetFieldValue<string[]>(4)));
        return tables;
    }

    public static async Task<List<string>> TextsAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return texts;
    }

    public static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }
}
