-- What removals, holds and "what was true stays true" need of a record, as columns: facts of the key, never of the content
alter table record add column if not exists removed boolean not null default false;
-- When the source says it changed (files of changes only)
alter table record add column if not exists modified timestamptz;
-- Stream of its events, with * for the pseudonym
alter table record add column if not exists stream text;
-- Id of an organization, session, course or class; null for everything about persons
alter table record add column if not exists record_id text;
alter table record add column if not exists school text;
alter table record add column if not exists year smallint;
alter table record add column if not exists day date;
alter table record add column if not exists ends date;
alter table record add column if not exists program text;
-- Fast keyed hash of what the record says; tells changed from unchanged
alter table record add column if not exists mark bigint not null default 0;

alter table feed drop constraint if exists feed_state_check;
alter table feed add constraint feed_state_check check (state in ('received', 'validating', 'held', 'applying', 'applied', 'rejected'));
-- Why the feed is held and what it would do
alter table feed add column if not exists hold jsonb;
-- Who released it; the checks that hold are not made again
alter table feed add column if not exists released_by text;

-- Students who lost a section enrolment to somebody else in a feed that is being applied: their school enrolments follow, also after an interruption
create table if not exists feed_touched (
  tenant_id text collate "C" not null,
  feed_id uuid not null,
  owner uuid not null,
  primary key (tenant_id, feed_id, owner));
alter table feed_touched enable row level security;
alter table feed_touched force row level security;
drop policy if exists own_tenant on feed_touched;
create policy own_tenant on feed_touched using (tenant_id = (select current_setting('eq.tenant', true))) with check (tenant_id = (select current_setting('eq.tenant', true)));
