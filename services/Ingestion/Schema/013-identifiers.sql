-- Which number of a student a row that was set aside names (state, district, local); null for the id of the source's roster
alter table set_aside add column if not exists identifier text;
