-- Watched folders, as the replica that watches them last saw them. The settings are in the configuration: which folders a service may read is not decided over HTTP.
create table if not exists watched_folder (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  looked_at timestamptz not null,
  -- Files that are there and not whole yet
  waiting int not null,
  -- Code of what keeps the folder from being read
  problem text,
  primary key (tenant_id, source));
alter table watched_folder enable row level security;
alter table watched_folder force row level security;
drop policy if exists own_tenant on watched_folder;
create policy own_tenant on watched_folder using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
