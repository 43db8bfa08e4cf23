-- What the consumer of the benchmarks did
create table effect (
  tenant varchar not null,
  seq bigint not null,
  school varchar not null,
  minutes int not null,
  primary key (tenant, seq));
