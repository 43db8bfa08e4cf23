namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>DDL of the audit log: state, tiles and checkpoints of each tenant's tree. Leaves are not stored: they follow from the events.</summary>
public static class AuditLogSchema
{
    /// <summary>Tables that hold rows of tenants.</summary>
    internal static readonly string[] TenantTables = ["eq_log_state", "eq_log_tile", "eq_checkpoint"];

    /// <summary>Idempotent SQL that makes the tables beside the event tables of <paramref name="schema"/>.</summary>
    internal static string Tables(string schema) => $"""
        -- How far a tenant's tree reaches; its row is the lock of whoever adds leaves or signs. A generation is a tree of its own, founded
        -- by an operator after a restore lost leaves that had been signed.
        create table if not exists {schema}.eq_log_state (
          tenant_id varchar not null primary key,
          generation int not null default 1,
          size bigint not null default 0,
          last_seq bigint not null default 0,
          root bytea,
          signed_size bigint not null default -1,
          refused varchar) with (fillfactor = 50);

        -- Hashes in tiles of 256 (C2SP tlog-tiles); first_seq is the position of the first event of a tile of level 0
        create table if not exists {schema}.eq_log_tile (
          tenant_id varchar not null,
          generation int not null,
          level int not null,
          n bigint not null,
          first_seq bigint,
          hashes bytea not null,
          primary key (tenant_id, generation, level, n));
        alter table {schema}.eq_log_tile alter column hashes set storage external;
        create index if not exists eq_log_tile_first_seq on {schema}.eq_log_tile (tenant_id, generation, first_seq) where level = 0;

        -- Stored before they are served, kept for ever. cosigned: the lines of witnesses, which belong after the note's own
        create table if not exists {schema}.eq_checkpoint (
          tenant_id varchar not null,
          generation int not null,
          size bigint not null,
          note text not null,
          cosigned text not null default '',
          at timestamptz not null,
          primary key (tenant_id, generation, size));
        -- For the growth of a log: the last checkpoint before an instant
        create index if not exists eq_checkpoint_at on {schema}.eq_checkpoint (tenant_id, generation, at, size);
        """;
}
