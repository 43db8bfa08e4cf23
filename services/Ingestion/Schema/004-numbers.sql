-- Blind index of students' numbers in systems of numbers (state, district, local): keyed hash to pseudonym, for all sources of a district.
-- One number for each student, system and source; a number that two students have is found as two rows and stands for nobody.
create table person_number (
  tenant_id text collate "C" not null,
  person_key uuid not null,
  system text collate "C" not null,
  source text collate "C" not null,
  number uuid not null,
  primary key (tenant_id, person_key, system, source));
create index person_number_by_number on person_number (tenant_id, system, number);

do $$
begin
  execute 'alter table person_number enable row level security';
  execute 'alter table person_number force row level security';
  execute 'create policy own_tenant on person_number using (tenant_id = (select current_setting(''eq.tenant'', true))) with check (tenant_id = (select current_setting(''eq.tenant'', true)))';
end $$;
