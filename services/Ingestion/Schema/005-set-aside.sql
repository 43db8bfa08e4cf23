-- Rows that were set aside or wait for what they refer to: sealed under a key of their feed's own, deleted after a retention or by an erasure
create table if not exists set_aside (
  tenant_id text collate "C" not null,
  feed_id uuid not null,
  spec text not null,
  file text not null,
  row_no int not null,
  source text collate "C" not null,
  -- open: a person may correct it; waiting: for a target; corrected: is read again with the next replay; stuck: the target came and did not help
  state text not null check (state in ('open', 'waiting', 'corrected', 'stuck')),
  code text not null,
  column_name text,
  changes boolean not null,
  target_kind smallint,
  target uuid,
  data bytea not null,
  primary key (tenant_id, feed_id, spec, file, row_no));
create index if not exists set_aside_by_target on set_aside (tenant_id, source, target_kind, target) where state = 'waiting';
alter table set_aside enable row level security;
alter table set_aside force row level security;
drop policy if exists own_tenant on set_aside;
create policy own_tenant on set_aside using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));

-- Keys of set-aside rows, wrapped by the master key, with their age. Names no person, so the sweep may read it across districts.
create table if not exists set_aside_key (
  tenant_id text collate "C" not null,
  feed_id uuid not null,
  stored_at timestamptz not null,
  wrapped_key bytea not null,
  primary key (tenant_id, feed_id));

-- A feed without an upload that reads rows again which were set aside
alter table feed add column if not exists replay boolean not null default false;
