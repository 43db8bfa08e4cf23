-- Ed-Fi APIs that are read on a schedule. The secret of the key is in the configuration or in a file, never here.
create table edfi_source (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  base_address text not null,
  key_id text not null,
  every_minutes int,
  use_snapshot boolean not null,
  descriptors jsonb not null,
  configured_at timestamptz not null,
  configured_by text not null,
  -- The feed that the last finished reading made; the next reading waits until it is applied
  last_feed uuid,
  last_run jsonb,
  primary key (tenant_id, source));

-- When a source is due. Names no person, so the worker may read it across districts.
create table edfi_due (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  due_at timestamptz not null,
  -- Everything is read anew, not only what changed
  complete boolean not null default false,
  asked_by text,
  primary key (tenant_id, source));

-- How far each resource was taken over: the last change version of a feed that was stored
create table edfi_resource (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  resource text collate "C" not null,
  version bigint,
  outcome text not null,
  items bigint not null,
  read_at timestamptz not null,
  primary key (tenant_id, source, resource));

-- A reading that is not finished: at most one for a source. Its pages lie encrypted under upload_id
create table edfi_cycle (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  cycle_id uuid not null,
  complete boolean not null,
  newest bigint,
  upload_id uuid not null,
  wrapped_key bytea not null,
  started_at timestamptz not null,
  asked_by text not null,
  primary key (tenant_id, source));

-- One page that was read, and where to go on after it. A part's number is never used twice
create table edfi_page (
  tenant_id text collate "C" not null,
  cycle_id uuid not null,
  part int not null,
  name text not null,
  stored jsonb,
  items int not null default 0,
  next text,
  outcome text,
  primary key (tenant_id, cycle_id, part));

do $$
declare t text;
begin
  foreach t in array array['edfi_source', 'edfi_resource', 'edfi_cycle', 'edfi_page'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', t);
  end loop;
end $$;
