-- Releases: the job, its answer and the frozen files. Only what was published or may be published stands here: true values of
-- hidden cells never reach a table.
create table release (
  release_id uuid not null primary key,
  tenant_id varchar not null,
  school_year int not null,
  state varchar not null,
  progress int not null default 0,
  reason_code varchar,
  reason varchar,
  requested_by varchar not null,
  requested_at timestamptz not null,
  attempts int not null default 0,
  next_try_at timestamptz,
  manifest text
);
-- One release per district and school year; a failed one does not block the next
create unique index release_year on release (tenant_id, school_year) where state <> 'failed';
create index release_work on release (requested_at) where state in ('requested', 'running');

create table release_file (
  release_id uuid not null references release,
  name varchar not null,
  media_type varchar not null,
  sha256 varchar not null,
  content bytea not null,
  primary key (release_id, name)
);

create table release_receipt (
  code varchar not null primary key,
  release_id uuid not null references release,
  indicator varchar not null,
  school varchar not null,
  dimension varchar not null,
  student_group varchar not null
);
create index release_receipt_release on release_receipt (release_id);
