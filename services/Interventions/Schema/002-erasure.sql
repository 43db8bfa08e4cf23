-- Erasures that were applied here and that the own log does not say yet; empty but for a moment. A queue that names no person (the key is
-- random), so the worker may read it across districts.
create table erasure_due (
  tenant_id varchar not null,
  cause uuid not null,
  erasure_id uuid not null,
  student_key varchar not null,
  cleared int not null,
  primary key (tenant_id, cause));
