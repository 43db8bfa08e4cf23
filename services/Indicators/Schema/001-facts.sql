-- Facts as ingestion published them, newest of each key. seq = position in ingestion's log; feed, file, row = where it stood in what was sent.
create table organizations (
  tenant_id text not null, org_id text not null, kind text not null, name text not null, parent_org_id text, nces_id text,
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, org_id));

create table sessions (
  tenant_id text not null, session_id text not null, title text not null, kind text not null, start_date date not null, end_date date not null,
  parent_session_id text, school_year int not null, instructional_days int,
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, session_id));

create table calendar_days (
  tenant_id text not null, school_id text not null, day date not null, kind text not null,
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, school_id, day));

create table coverage_declarations (
  tenant_id text not null, from_date date not null, to_date date not null, mode text not null, derived boolean not null,
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, from_date));

create table demographics (
  tenant_id text not null, student_key text not null, sex text, race_ethnicity text not null, scheme text not null,
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, student_key));

create table programs (
  tenant_id text not null, student_key text not null, program text not null, participates boolean not null, begin_date date, end_date date,
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, student_key, program));

-- rows: every row that states the enrolment, [{feed, file, row}]
create table enrollments (
  tenant_id text not null, school_year int not null, student_key text not null, school_id text not null, entry_date date not null, exit_date date not null,
  grade text, derived boolean not null, withdrawn boolean not null, rows jsonb not null,
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, school_year, student_key, school_id));

-- The key starts with the year and the student: a year is read in order of student, one student's year is one range
create table attendance (
  tenant_id text not null, school_year int not null, student_key text not null, school_id text not null, day date not null,
  category text not null, absent_portion int not null check (absent_portion between 0 and 10000),
  seq bigint not null, feed uuid, file text, row int,
  primary key (tenant_id, school_year, student_key, school_id, day));

create table feeds (
  tenant_id text not null, feed_id uuid not null, applied_at timestamptz not null, seq bigint not null,
  primary key (tenant_id, feed_id));

-- Newest position that touched a school year; year 0 stands for facts of every year. Tells in one look-up whether a cube is still current.
create table year_stamps (
  tenant_id text not null, school_year int not null, seq bigint not null,
  primary key (tenant_id, school_year));

-- The second fence between tenants; the first is in every query
do $$
declare name text;
begin
  foreach name in array array['organizations', 'sessions', 'calendar_days', 'coverage_declarations', 'demographics', 'programs', 'enrollments', 'attendance', 'feeds', 'year_stamps'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', name);
  end loop;
end $$;
