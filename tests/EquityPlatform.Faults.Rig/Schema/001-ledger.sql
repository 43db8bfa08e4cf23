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
