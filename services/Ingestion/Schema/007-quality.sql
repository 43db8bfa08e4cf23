-- Equal findings of one feed, counted: all of them, also where only the first are listed
create table if not exists feed_finding (
  tenant_id text collate "C" not null,
  feed_id uuid not null,
  subject text collate "C" not null,
  code text collate "C" not null,
  file text not null,
  severity text not null,
  count int not null,
  columns jsonb not null,
  schools jsonb not null,
  primary key (tenant_id, feed_id, subject, code));

-- Findings about a source's files: since when, and whether a later feed of the same file no longer had them. Counts are in feed_finding of the last feed
create table if not exists finding (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  subject text collate "C" not null,
  code text collate "C" not null,
  first_seen timestamptz not null,
  last_feed uuid not null,
  last_seen timestamptz not null,
  closed_at timestamptz,
  primary key (tenant_id, source, subject, code));

-- Days of school and days with attendance, by school
create table if not exists received_day (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  year smallint not null,
  school text collate "C" not null,
  day date not null,
  expected boolean not null,
  rows int not null,
  primary key (tenant_id, source, year, school, day));

-- Students of a school in a year, and those of them with a result
create table if not exists received_year (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  year smallint not null,
  school text collate "C" not null,
  derived boolean not null,
  enrolled int,
  tested int,
  primary key (tenant_id, source, year, school));

create table if not exists received_source (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  counted_at timestamptz not null,
  primary key (tenant_id, source));

-- Sources whose days must be counted again. Names no person, so the worker may read it across districts.
create table if not exists received_due (
  tenant_id text collate "C" not null,
  source text collate "C" not null,
  since timestamptz not null,
  primary key (tenant_id, source));

do $$
declare t text;
begin
  foreach t in array array['feed_finding', 'finding', 'received_day', 'received_year', 'received_source'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('drop policy if exists own_tenant on %I', t);
    execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', t);
  end loop;
end $$;
