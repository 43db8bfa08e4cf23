using Npgsql;

namespace EquityPlatform.EventSourcing;

/// <summary>
/// Tables with the names of others, in a schema beside theirs: made with the same columns, keys, indexes, row-level security and
/// grants, filled there, and then put in the others' place. <c>{schema}_build</c> holds those being filled, <c>{schema}_old</c> those replaced.
/// </summary>
public sealed class ShadowTables(string schemaName, IReadOnlyList<string> tables)
{
    readonly string live = EventLogSchema.Quoted(schemaName);
    readonly string build = EventLogSchema.Quoted(schemaName + "_build");
    readonly string old = EventLogSchema.Quoted(schemaName + "_old");

    /// <summary>Where unqualified names lead while the shadow is filled.</summary>
    public string SearchPath => $"{build}, {live}";

    /// <summary>Makes the tables that are not there yet. Within the caller's transaction.</summary>
    /// <exception cref="RebuildRefusedException">A table cannot be replaced, was changed since its shadow was made, or old ones are still kept.</exception>
    public async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await RunAsync(connection, $"create schema if not exists {build}", cancellation);
        foreach (var table in tables)
        {
            if (await ObstacleAsync(connection, table, cancellation) is { } obstacle)
                throw new RebuildRefusedException($"Table {table} of {schemaName} cannot be rebuilt: {obstacle}.");
            if (await ExistsAsync(connection, old, table, cancellation))
                throw new RebuildRefusedException($"The tables that an earlier rebuild replaced are still kept in {schemaName}_old. Drop them first (--drop-old).");
            if (!await ExistsAsync(connection, build, table, cancellation))
                await RunAsync(connection, Copy(table), cancellation);
        }
        await CheckAsync(connection, cancellation);
    }

    /// <summary>Refuses if a table is no longer what its shadow was made after.</summary>
    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var table in tables)
            if (await ShapeAsync(connection, live, table, cancellation) != await ShapeAsync(connection, build, table, cancellation))
                throw new RebuildRefusedException($"Table {table} of {schemaName} was changed since the rebuild began. Throw the rebuild away (--abort) and start again.");
    }

    /// <summary>Puts the shadow in the place of the live tables, which go to <c>{schema}_old</c>. Readers wait for a moment; waits no longer for them than <c>lock_timeout</c>.</summary>
    public Task SwapAsync(NpgsqlConnection connection, CancellationToken cancellation) => RunAsync(connection, $"""
        lock table {string.Join(", ", tables.Select(table => $"{live}.{Name(table)}"))} in access exclusive mode;
        create schema if not exists {old};
        {string.Join("\n", tables.Select(table => $"alter table {live}.{Name(table)} set schema {old}; alter table {build}.{Name(table)} set schema {live};"))}
        """, cancellation);

    /// <summary>Throws the shadow away.</summary>
    public Task DropBuildAsync(NpgsqlConnection connection, CancellationToken cancellation) => DropAsync(connection, build, cancellation);

    /// <summary>Drops the replaced tables; false if there were none.</summary>
    public async Task<bool> DropOldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var any = false;
        foreach (var table in tables)
            any |= await ExistsAsync(connection, old, table, cancellation);
        await DropAsync(connection, old, cancellation);
        return any;
    }

    async Task DropAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        foreach (var table in tables)
            await RunAsync(connection, $"drop table if exists {schema}.{Name(table)}", cancellation);
        // Another projection's tables may still be there
        await RunAsync(connection, $"""
            do $$ begin
              if not exists (select from pg_class where relnamespace = to_regnamespace('{schema}')) then drop schema if exists {schema}; end if;
            end $$
            """, cancellation);
    }

    /// <summary>Columns, defaults and checks by LIKE; what LIKE would name anew or leave out, from the catalogue.</summary>
    string Copy(string table) => $"""
        create table {build}.{Name(table)} (like {live}.{Name(table)} including all excluding indexes);
        do $$
        declare
          source regclass := '{live}.{Name(table)}';
          target regclass := '{build}.{Name(table)}';
          step record;
        begin
          for step in
            select format('alter table %s set (%s)', target, array_to_string(reloptions, ', ')) as sql from pg_class where oid = source and reloptions is not null
            union all
            select format('alter table %s add constraint %I %s', target, conname, pg_get_constraintdef(oid)) from pg_constraint where conrelid = source and contype in ('p', 'u', 'x')
            union all
            select replace(pg_get_indexdef(i.indexrelid), format(' ON %I.%I ', n.nspname, c.relname), format(' ON %s ', target))
            from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
            where i.indrelid = source and not exists (select from pg_constraint where conindid = i.indexrelid and conrelid = source)
            union all
            select format('alter table %s enable row level security', target) from pg_class where oid = source and relrowsecurity
            union all
            select format('alter table %s force row level security', target) from pg_class where oid = source and relforcerowsecurity
            union all
            select format('create policy %I on %s as %s for all to %s%s%s', p.policyname, target, p.permissive,
                (select string_agg(case role when 'public' then 'public' else format('%I', role) end, ', ') from unnest(p.roles) role),
                ' using (' || p.qual || ')', ' with check (' || p.with_check || ')')
            from (select policyname, permissive, roles, coalesce(qual, 'true') as qual, coalesce(with_check, qual, 'true') as with_check from pg_policies
              where schemaname = '{schemaName}' and tablename = '{table}' and cmd = 'ALL') p
            union all
            select format('grant %s on %s to %s', a.privilege_type, target, case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
            from pg_class c, aclexplode(c.relacl) a where c.oid = source and a.grantee <> c.relowner
          loop
            execute step.sql;
          end loop;
        end $$;
        """;

    /// <summary>Why a table cannot be replaced, or null.</summary>
    async Task<string?> ObstacleAsync(NpgsqlConnection connection, string table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            select case
              when t.oid is null then 'there is no such table'
              when c.relkind <> 'r' or c.relispartition or exists (select from pg_inherits where inhparent = t.oid) then 'it is not a plain table'
              when exists (select from pg_constraint where contype = 'f' and (conrelid = t.oid or confrelid = t.oid)) then 'a foreign key hangs on it'
              when exists (select from pg_trigger where tgrelid = t.oid and not tgisinternal) then 'a trigger hangs on it'
              when exists (select from pg_depend where refclassid = 'pg_class'::regclass and refobjid = t.oid and classid = 'pg_rewrite'::regclass) then 'a view reads it'
              when exists (select from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S' where d.refobjid = t.oid and d.deptype = 'a') then 'a column is serial (use an identity column)'
              when exists (select from pg_attribute where attrelid = t.oid and attacl is not null) then 'it has grants on columns'
              when exists (select from pg_policy where polrelid = t.oid and polcmd <> '*') then 'it has a policy for one kind of statement'
            end
            from (select to_regclass($1) as oid) t left join pg_class c on c.oid = t.oid
            """, connection) { Parameters = { new() { Value = $"{live}.{Name(table)}" } } };
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    static async Task<bool> ExistsAsync(NpgsqlConnection connection, string schema, string table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select to_regclass($1) is not null", connection) { Parameters = { new() { Value = $"{schema}.{Name(table)}" } } };
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    static async Task<string?> ShapeAsync(NpgsqlConnection connection, string schema, string table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            select concat(
              (select string_agg(format('%s %s %s', attname, format_type(atttypid, atttypmod), attnotnull), ', ' order by attnum) from pg_attribute where attrelid = t.oid and attnum > 0 and not attisdropped),
              (select string_agg(format('%s %s', c.relname, i.indisunique), ', ' order by c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = t.oid))
            from (select to_regclass($1) as oid) t
            """, connection) { Parameters = { new() { Value = $"{schema}.{Name(table)}" } } };
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    static string Name(string table) => EventLogSchema.Quoted(table);

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
