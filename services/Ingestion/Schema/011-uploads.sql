-- Uploads that come in pieces and are not complete yet. Their bytes lie sealed in feed_chunk like any upload's; what nobody continues goes with the sweep of feed_upload.
create table if not exists open_upload (
  tenant_id text collate "C" not null,
  upload_id uuid not null,
  source text collate "C" not null,
  feed_id uuid,
  name text not null,
  bytes bigint not null,
  sha256 bytea not null,
  mappings bigint not null,
  wrapped_key bytea not null,
  -- Bytes that are stored; requests go on from here
  received bigint not null default 0,
  -- Number of the last request that wrote; no other may write any more. Part of each chunk's nonce, so that none is used twice
  writer int not null default 0,
  segments jsonb not null default '[]',
  begun_at timestamptz not null,
  begun_by text not null,
  primary key (tenant_id, upload_id));
alter table open_upload enable row level security;
alter table open_upload force row level security;
drop policy if exists own_tenant on open_upload;
create policy own_tenant on open_upload using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
