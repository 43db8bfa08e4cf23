using Npgsql;
using Shouldly;

namespace EquityPlatform.Testing.Tenancy;

/// <summary>What the two roles of a service may do, as the catalog says and not as anybody remembers.</summary>
public static class RolePrivileges
{
    static readonly string[] Log = ["mt_events", "mt_streams", "eq_command", "eq_head", "eq_tenant"];

    /// <summary>The writer may append and nothing else, in the whole database.</summary>
    public static async Task WriterShouldOnlyAppendAsync(TestRoles logins, string schema)
    {
        var writer = logins.Names.Writer;
        await using var superuser = NpgsqlDataSource.Create(logins.Superuser);
        await using var connection = await superuser.OpenConnectionAsync();
        (await Tables.TextsAsync(connection, TablePrivileges(writer))).Where(p => p.StartsWith($"{schema}.", StringComparison.Ordinal)).ShouldBe([
            .. Log.Select(table => $"{schema}.{table} SELECT"),
            .. Log.Except(["eq_head"]).Select(table => $"{schema}.{table} INSERT")], ignoreOrder: true);
        (await Tables.TextsAsync(connection, $"""
            select format('%s.%s.%s', n.nspname, c.relname, a.attname) from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where n.nspname = '{schema}' and c.relkind in ('r', 'p', 'v') and has_column_privilege('{writer}', c.oid, a.attnum, 'update')
            """)).ShouldBe([$"{schema}.mt_streams.version", $"{schema}.mt_streams.timestamp", $"{schema}.eq_head.last_seq", $"{schema}.eq_head.last_timestamp", $"{schema}.eq_tenant.last_seq"], ignoreOrder: true);
        (await Tables.TextsAsync(connection, $"select c.relname::text from pg_class c where c.relnamespace = '{schema}'::regnamespace and case when c.relkind = 'S' then has_sequence_privilege('{writer}', c.oid, 'usage, select, update') end"))
            .ShouldBe(["mt_events_sequence"]);
        await NothingElseAsync(connection, writer, bypasses: true);
    }

    /// <summary>The service may read the log and not write it, use its own tables, empty none at a stroke, and make none.</summary>
    public static async Task ServiceShouldOnlyReadTheLogAsync(TestRoles logins, string schema)
    {
        var service = logins.Names.Service;
        await using var superuser = NpgsqlDataSource.Create(logins.Superuser);
        await using var connection = await superuser.OpenConnectionAsync();
        var privileges = (await Tables.TextsAsync(connection, TablePrivileges(service))).Where(p => p.StartsWith($"{schema}.", StringComparison.Ordinal)).ToList();
        foreach (var table in Log.Append("eq_schema_version").Append("mt_event_progression"))
            privileges.Where(p => p.StartsWith($"{schema}.{table} ", StringComparison.Ordinal)).ShouldBe([$"{schema}.{table} SELECT"]);
        privileges.ShouldContain($"{schema}.eq_progress UPDATE");
        privileges.Where(p => p.EndsWith("TRUNCATE", StringComparison.Ordinal) || p.EndsWith("REFERENCES", StringComparison.Ordinal) || p.EndsWith("TRIGGER", StringComparison.Ordinal)).ShouldBeEmpty();
        await NothingElseAsync(connection, service, bypasses: false);
    }

    static string TablePrivileges(string role) => $"""
        select format('%s.%s %s', n.nspname, c.relname, p) from pg_class c join pg_namespace n on n.oid = c.relnamespace,
          unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
        where n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'f') and has_table_privilege('{role}', c.oid, p)
        """;

    static async Task NothingElseAsync(NpgsqlConnection connection, string role, bool bypasses)
    {
        (await Tables.TextsAsync(connection, $"select format('%s %s %s %s %s %s', rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, (select count(*) from pg_auth_members where member = r.oid)) from pg_roles r where rolname = '{role}'"))
            .ShouldBe([$"f f f f {(bypasses ? "t" : "f")} 0"]);
        (await Tables.TextsAsync(connection, $"select nspname::text from pg_namespace where has_schema_privilege('{role}', oid, 'create') and nspname not like 'pg\\_%'")).ShouldBeEmpty("makes nothing");
        (await Tables.CountAsync(connection, $"select has_database_privilege('{role}', current_database(), 'create')::int::bigint")).ShouldBe(0);
        (await Tables.CountAsync(connection, $"select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = '{role}'")).ShouldBe(0, "owns nothing");
    }
}
