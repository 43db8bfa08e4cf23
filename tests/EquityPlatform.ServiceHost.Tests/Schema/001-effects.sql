-- What the test consumer did, in the order in which it did it
create table effect (
  tenant varchar not null,
  nth bigint generated always as identity,
  seq bigint not null,
  number int not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant, nth));
