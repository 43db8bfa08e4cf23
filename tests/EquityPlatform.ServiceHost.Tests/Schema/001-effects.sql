-- What the test consumer did, in the order in which it did it
create table effect (
  tenant_id varchar not null,
  nth bigint generated always as identity,
  seq bigint not null,
  number int not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, nth));
alter table effect enable row level security;
alter table effect force row level security;
create policy own_tenant on effect using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
