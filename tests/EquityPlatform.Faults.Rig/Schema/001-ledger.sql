-- Every event in the order in which it took effect
create table ledger_line (
  tenant_id varchar not null,
  nth bigint generated always as identity,
  seq bigint not null,
  id uuid not null,
  number int not null,
  primary key (tenant_id, nth));

-- A hash over all of them
create table ledger (
  tenant_id varchar not null primary key,
  lines bigint not null,
  chain bytea not null);

alter table ledger_line enable row level security;
alter table ledger_line force row level security;
create policy own_tenant on ledger_line using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
alter table ledger enable row level security;
alter table ledger force row level security;
create policy own_tenant on ledger using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
