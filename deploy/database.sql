-- Roles and schemas, safe to run again. Passwords come in as psql variables.
-- equity_owner migrates; each service logs in as its own role, which may use its own schema and nothing else.
\set ON_ERROR_STOP on
set client_min_messages = warning;

select format('create role %I login', name) from unnest(array['equity_owner', 'equity_ingestion', 'equity_indicators', 'equity_interventions', 'equity_reporting']) as name
where not exists (select from pg_roles where rolname = name) \gexec

alter role equity_owner password :'owner_password';
alter role equity_ingestion password :'ingestion_password';
alter role equity_indicators password :'indicators_password';
alter role equity_interventions password :'interventions_password';
alter role equity_reporting password :'reporting_password';

alter database equity owner to equity_owner;
revoke all on database equity from public;
revoke all on schema public from public;

select format(statement, name, 'equity_' || name)
from unnest(array['ingestion', 'indicators', 'interventions', 'reporting']) with ordinality as service (name, number),
  unnest(array[
    'grant connect, temporary on database equity to %2$I',
    'create schema if not exists %1$I authorization equity_owner',
    'grant usage on schema %1$I to %2$I',
    'alter role %2$I in database equity set search_path = %1$I',
    'grant select, insert, update, delete, truncate on all tables in schema %1$I to %2$I',
    'grant usage, select, update on all sequences in schema %1$I to %2$I',
    'alter default privileges for role equity_owner in schema %1$I grant select, insert, update, delete, truncate on tables to %2$I',
    'alter default privileges for role equity_owner in schema %1$I grant usage, select, update on sequences to %2$I',
    'alter default privileges for role equity_owner in schema %1$I grant execute on functions to %2$I']) with ordinality as step (statement, place)
order by number, place \gexec
