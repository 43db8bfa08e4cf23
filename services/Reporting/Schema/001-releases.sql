-- Releases: the job, its answer and the frozen files. Only what was published or may be published stands here: true values of
-- hidden cells never reach a table.
create table release (
  tenant_id varchar not null,
  release_id uuid not null,
  school_year int not null,
  state varchar not null,
  progress int not null default 0,
  reason_code varchar,
  reason varchar,
  requested_by varchar not null,
  requested_at timestamptz not null,
  attempts int not null default 0,
  manifest text,
  primary key (tenant_id, release_id)
);
-- One release per district and school year; a failed one does not block the next
create unique index release_year on release (tenant_id, school_year) where state <> 'failed';

create table release_file (
  tenant_id varchar not null,
  release_id uuid not null,
  name varchar not null,
  media_type varchar not null,
  sha256 varchar not null,
  content bytea not null,
  primary key (tenant_id, release_id, name),
  foreign key (tenant_id, release_id) references release
);

create table release_receipt (
  tenant_id varchar not null,
  code varchar not null,
  release_id uuid not null,
  indicator varchar not null,
  school varchar not null,
  dimension varchar not null,
  student_group varchar not null,
  primary key (tenant_id, code),
  foreign key (tenant_id, release_id) references release
);
create index release_receipt_release on release_receipt (tenant_id, release_id);

-- Which district an id belongs to that the public may use without signing in: of a release, or a receipt's code. Says nothing else, so it
-- may be read across districts.
create table public_id (
  id varchar not null primary key,
  tenant_id varchar not null
);

-- Releases that wait for the worker. Holds nothing about anybody, so the worker may read it across districts.
create table release_queue (
  tenant_id varchar not null,
  release_id uuid not null,
  requested_at timestamptz not null,
  next_try_at timestamptz,
  primary key (tenant_id, release_id)
);

-- Each district sees its own rows only, whatever the code forgets; the code sets eq.tenant in every transaction
do $$
declare t text;
begin
  foreach t in array array['release', 'release_file', 'release_receipt'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', t);
  end loop;
end $$;
