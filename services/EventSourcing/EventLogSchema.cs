using System.Text.RegularExpressions;

namespace EquityPlatform.EventSourcing;

/// <summary>DDL of the event log: Marten's tables (string identity, conjoined tenancy, all metadata) and our <c>eq_</c> tables.</summary>
public static partial class EventLogSchema
{
    /// <summary>Idempotent SQL that makes the log's tables in <paramref name="schema"/>.</summary>
    public static string Sql(string schema)
    {
        var s = Quoted(schema);
        return $"""
            create schema if not exists {s};

            create table if not exists {s}.mt_streams (
              tenant_id varchar not null default '*DEFAULT*',
              id varchar not null,
              type varchar,
              version bigint,
              timestamp timestamptz not null default now(),
              created timestamptz not null default now(),
              is_archived boolean not null default false,
              constraint pk_mt_streams_tenant_id_id primary key (tenant_id, id)) with (fillfactor = 80); -- room for versions that move

            -- No default on timestamp: Marten's own is frozen at CREATE TABLE, and we always write the column
            create table if not exists {s}.mt_events (
              seq_id bigint not null,
              id uuid not null,
              stream_id varchar,
              version bigint not null,
              data jsonb not null,
              bdata bytea,
              type varchar(500) not null,
              timestamp timestamptz not null,
              tenant_id varchar default '*DEFAULT*',
              mt_dotnet_type varchar,
              correlation_id varchar,
              causation_id varchar,
              headers jsonb,
              user_name varchar,
              is_archived boolean not null default false,
              constraint pkey_mt_events_seq_id primary key (seq_id));
            create unique index if not exists pk_mt_events_stream_and_version on {s}.mt_events (tenant_id, stream_id, version);
            -- Unique per tenant; the id stands first so that no statistics can make a look-up by id take another index
            create unique index if not exists {EventIdIndex} on {s}.mt_events (id, tenant_id);
            create index if not exists eq_mt_events_tenant_id_seq_id on {s}.mt_events (tenant_id, seq_id);
            -- Who saw what of which student: few among many
            create index if not exists eq_mt_events_disclosures on {s}.mt_events (tenant_id, seq_id) where type in ('student-data-disclosed/1', 'student-data-denied/1');
            -- Whose keys were destroyed, for whoever keeps a period of the audit log: few among many
            create index if not exists eq_mt_events_erasures on {s}.mt_events (tenant_id, seq_id) where type = '{AuditLog.AuditLogReads.ErasureType}';
            create sequence if not exists {s}.mt_events_sequence as bigint owned by {s}.mt_events.seq_id;

            create table if not exists {s}.mt_event_progression (
              name varchar not null,
              last_seq_id bigint,
              last_updated timestamptz default transaction_timestamp(),
              constraint pk_mt_event_progression primary key (name));

            -- One row: counter and lock of every append, so that order of positions = order of commits
            create table if not exists {s}.eq_head (
              one boolean not null default true check (one),
              last_seq bigint not null,
              last_timestamp timestamptz not null,
              primary key (one)) with (fillfactor = 10);
            insert into {s}.eq_head (last_seq, last_timestamp) values (0, 'epoch') on conflict do nothing;

            -- Last position of each tenant, kept by the writer: who has something after n, without looking at any event
            create table if not exists {s}.eq_tenant (
              tenant_id varchar not null primary key,
              last_seq bigint not null) with (fillfactor = 50);
            create index if not exists eq_tenant_last_seq on {s}.eq_tenant (last_seq);

            -- First answer to a command id, so that a repeat is answered alike
            create table if not exists {s}.eq_command (
              tenant_id varchar not null,
              command_id uuid not null,
              stream_id varchar not null,
              version bigint not null,
              first_seq bigint not null,
              last_seq bigint not null,
              primary key (tenant_id, command_id));

            create table if not exists {s}.eq_progress (
              consumer varchar not null,
              source varchar not null,
              tenant_id varchar not null,
              seq bigint not null default 0,
              epoch bigint not null default 0,
              primary key (consumer, source, tenant_id)) with (fillfactor = 50);

            -- Where a consumer stands still for a tenant; gone as soon as the event is applied. asked: an operator wants another try
            create table if not exists {s}.eq_halt (
              consumer varchar not null,
              source varchar not null,
              tenant_id varchar not null,
              seq bigint not null,
              event_id uuid not null,
              event_type varchar not null,
              error varchar not null,
              since timestamptz not null,
              asked timestamptz,
              primary key (consumer, tenant_id));

            -- Rebuilds of read models: where each is, for operators; no tenant's content
            create table if not exists {s}.eq_rebuild (
              name varchar not null primary key,
              state varchar not null,
              percent int not null,
              events bigint not null,
              rate int not null,
              started_at timestamptz not null,
              updated_at timestamptz not null);

            create table if not exists {s}.eq_partition_lease (
              name varchar not null,
              partition int not null,
              holder varchar not null,
              epoch bigint not null,
              expires timestamptz not null,
              primary key (name, partition));

            {AuditLog.AuditLogSchema.Tables(s)}

            -- A statement sees the rows of the tenant that its transaction names, and without a name none. Forced: the owner too.
            {string.Join("\n", TenantTables.Select(table => OwnTenant($"{s}.{table}")))}

            -- What was recorded stays as it was. Grants say so to the roles; this says it to the owner and to every superuser's slip.
            -- A trigger for each statement, and none for inserts: COPY does not notice it.
            create or replace function {s}.eq_refuse_change() returns trigger language plpgsql as $$
              begin
                raise exception 'Events are append-only: % of %.% is refused.', tg_op, tg_table_schema, tg_table_name using errcode = 'insufficient_privilege';
              end $$;
            create or replace trigger eq_append_only before update or delete or truncate on {s}.mt_events
              for each statement execute function {s}.eq_refuse_change();
            """;
    }

    /// <summary>The log's tables that hold rows of tenants. The others hold none: <c>eq_head</c>, <c>eq_tenant</c> (positions only), <c>eq_partition_lease</c>.</summary>
    static readonly string[] TenantTables = ["mt_events", "mt_streams", "eq_command", "eq_progress", "eq_halt", .. AuditLog.AuditLogSchema.TenantTables];

    static string OwnTenant(string table) => $"""
        alter table {table} enable row level security;
        alter table {table} force row level security;
        drop policy if exists own_tenant on {table};
        create policy own_tenant on {table} using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
        """;

    internal const string EventIdIndex = "eq_mt_events_id_tenant_id";

    /// <summary>The schema name as SQL identifier.</summary>
    /// <exception cref="ArgumentException">Not a lower-case name of letters, digits and underscores.</exception>
    public static string Quoted(string schema) =>
        SchemaName().IsMatch(schema) ? $"\"{schema}\"" : throw new ArgumentException($"'{schema}' is not a schema name.", nameof(schema));

    [GeneratedRegex("^[a-z][a-z0-9_]{0,50}$")]
    private static partial Regex SchemaName();
}
