-- Erasures of students: what was asked, how far it is. Authority and reason are also in the log, for good.
create table erasure (
  tenant_id text collate "C" not null,
  erasure_id uuid not null,
  student_key uuid not null,
  authority text not null,
  reason text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  correlation text,
  -- Feeds received up to here are applied first: what they say belongs to the student who is erased
  after_feed bigint not null,
  erased_at timestamptz,
  completed_at timestamptz,
  primary key (tenant_id, erasure_id));
create unique index erasure_by_student on erasure (tenant_id, student_key);

create table erasure_acknowledgement (
  tenant_id text collate "C" not null,
  erasure_id uuid not null,
  service text not null,
  acknowledged_at timestamptz not null,
  cleared int not null,
  primary key (tenant_id, erasure_id, service));

-- Erasures that are not completed. Names no person, so the worker may read it across districts.
create table erasure_queue (
  tenant_id text collate "C" not null,
  erasure_id uuid not null,
  primary key (tenant_id, erasure_id));

do $$
declare t text;
begin
  foreach t in array array['erasure', 'erasure_acknowledgement'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_tenant on %I using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))', t);
  end loop;
end $$;
