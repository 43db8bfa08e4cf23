using Npgsql;

namespace EquityPlatform.EventSourcing.Sealed;

/// <summary>Tables of the key database. A database of its own, so that its backups can be short-lived and it is never set back to an earlier state.</summary>
public static class KeySchema
{
    /// <summary>Schema of the tables.</summary>
    public const string Name = "keys";

    const string Sql = """
        create schema if not exists keys;

        -- One key a person and category. A destroyed key leaves its row, so that "erased" can be told from "missing"
        create table if not exists keys.eq_subject_keys (
          tenant_id varchar not null,
          subject varchar not null,
          category varchar not null,
          kid varchar not null,
          master varchar,
          wrapped_key bytea,
          created timestamptz not null default now(),
          destroyed timestamptz,
          destroyed_for uuid,
          primary key (tenant_id, subject, category),
          check ((wrapped_key is null) = (destroyed is not null) and (master is null) = (wrapped_key is null)));
        create unique index if not exists eq_subject_keys_kid on keys.eq_subject_keys (tenant_id, kid);
        create index if not exists eq_subject_keys_destroyed on keys.eq_subject_keys (tenant_id, destroyed) where destroyed is not null;
        -- What a destroyed key leaves behind on disk is swept at once
        alter table keys.eq_subject_keys set (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);

        -- No tenant's content: who has keys (for wrapping all anew), which master keys they need, and what is bound into every envelope
        create table if not exists keys.eq_key_tenant (tenant_id varchar not null primary key);
        create table if not exists keys.eq_master_key (id varchar not null primary key, since timestamptz not null default now(), retired timestamptz);
        create table if not exists keys.eq_seal_host (one boolean not null default true primary key check (one), host varchar not null);

        do $$
        begin
          alter table keys.eq_subject_keys enable row level security;
          alter table keys.eq_subject_keys force row level security;
          if not exists (select from pg_policies where schemaname = 'keys' and tablename = 'eq_subject_keys' and policyname = 'own_tenant') then
            create policy own_tenant on keys.eq_subject_keys
              using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
          end if;
        end $$;
        """;

    /// <summary>Makes the tables and says what the service may do with them; running it again, or twice at once, changes nothing.</summary>
    /// <param name="role">Role of the service: it reads, makes and destroys keys, under row-level security, and deletes nothing.</param>
    /// <exception cref="InvalidOperationException">Row-level security would not hold for the role.</exception>
    public static async Task MigrateAsync(string ownerConnectionString, string role, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var locking = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('equity-migrate:keys', 0))", connection) { CommandTimeout = 0 })
            await locking.ExecuteNonQueryAsync(cancellation);
        await using (var asking = new NpgsqlCommand("select rolsuper or rolbypassrls or rolname = current_user from pg_roles where rolname = $1", connection) { Parameters = { new() { Value = role } } })
            if (await asking.ExecuteScalarAsync(cancellation) is not false)
                throw new InvalidOperationException($"The role {role} must be there (deploy/keys.sql), and be neither the owner nor a superuser nor BYPASSRLS.");
        var quoted = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await using (var make = new NpgsqlCommand($"{Sql} grant usage on schema keys to {quoted}; grant select, insert, update on all tables in schema keys to {quoted};", connection) { CommandTimeout = 0 })
            await make.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
