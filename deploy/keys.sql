-- The database of the students' keys: roles and schema, safe to run again. Passwords come in as psql variables.
-- A database of its own, so that its backups can be kept apart and short, and so that it is never set back together with the others:
-- a destroyed key must stay destroyed. equity_keys_owner migrates; equity_keys (ingestion) reads, makes and destroys keys, under row-level security.
-- What it may do with a table is said by the migrate verb.
\set ON_ERROR_STOP on
set client_min_messages = warning;

select format('create role %I login', name) from unnest(array['equity_keys_owner', 'equity_keys']) as name
where not exists (select from pg_roles where rolname = name) \gexec

alter role equity_keys_owner password :'keys_owner_password';
alter role equity_keys password :'keys_password';

alter database equity_keys owner to equity_keys_owner;
revoke all on database equity_keys from public;
revoke all on schema public from public;
grant connect on database equity_keys to equity_keys;
create schema if not exists keys authorization equity_keys_owner;
grant usage on schema keys to equity_keys;
