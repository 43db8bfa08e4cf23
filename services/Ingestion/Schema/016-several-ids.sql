-- A person may have several ids in one source: it gave another one, and a person of the district linked them. A later id stands for the first, under which the records lie.
alter table person add column if not exists stands_for uuid;
drop index if exists person_by_key;
create index if not exists person_ids_by_key on person (tenant_id, person_key);
