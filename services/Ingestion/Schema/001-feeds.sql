-- Feeds: what was received, where the work stands, what was found. One row a feed; the history is in the event log.
create table feed (
  tenant_id text collate "C" not null,
  feed_id uuid not null,
  seq bigint generated always as identity,
  source text collate "C" not null,
  upload_id uuid not null,
  sha256 bytea not null,
  bytes bigint not null,
  parts jsonb not null,
  wrapped_key bytea,
  received_at timestamptz not null,
  received_by text not null,
  correlation text,
  state text not null check (state in ('received', 'validating', 'applying', 'applied', 'rejected')),
  progress int not null default 0,
  attempts int not null default 0,
  code text,
  message text,
  counts jsonb,
  files jsonb,
  statistics jsonb,
  position bigint,
  finished_at timestamptz,
  primary key (tenant_id, feed_id));
create index feed_by_seq on feed (tenant_id, seq desc);

-- Feeds that wait for the worker. Names no person, so the worker may read it across districts.
create table feed_queue (
  tenant_id text collate "C" not null,
  seq bigint not null,
  feed_id uuid not null,
  primary key (tenant_id, seq));

-- Uploaded bytes, encrypted under a key of the feed's own, deleted after a short retention
create table feed_upload (
  tenant_id text collate "C" not null,
  upload_id uuid not null,
  stored_at timestamptz not null,
  primary key (tenant_id, upload_id));
create index feed_upload_by_time on feed_upload (stored_at);
create table feed_chunk (
  tenant_id text collate "C" not null,
  upload_id uuid not null,
  part int not null,
  n int not null,
  data bytea not null,
  primary key (tenant_id, upload_id, part, n));
alter table feed_chunk alter column data set storage external;

create table feed_issue (
  tenant_id text collate "C" not null,
  feed_id uuid not null,
  n int not null,
  file text not null,
  row_no int,
  column_name text,
  code text not null,
  severity text not null,
  message text not null,
  arguments jsonb not null,
  primary key (tenant_id, feed_id, n));

-- Blind index: keyed hash of an external id to the random pseudonym
create table person (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  blind uuid not null,
  person_key uuid not null,
  role text not null,
  primary key (tenant_id, source, blind));
create unique index person_by_key on person (tenant_id, person_key);

-- Latest state of every record as keyed hashes; memory holds only what later feeds need, never personal data
create table record (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  kind smallint not null,
  key uuid not null,
  hash uuid not null,
  owner uuid,
  feed_id uuid not null,
  file text not null,
  row_no int not null,
  memory jsonb,
  primary key (tenant_id, source, kind, key));
create index record_by_owner on record (tenant_id, owner, kind) where owner is not null;

-- Each district sees its own rows only, whatever the code forgets; the code sets eq.tenant in every transaction
do $$
declare t text;
begin
  foreach t in array array['feed', 'feed_chunk', 'feed_issue', 'person', 'record'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', t);
  end loop;
end $$;
