-- Roles and schemas, safe to run again. Passwords come in as psql variables. Run by a superuser: only one may make a role with BYPASSRLS.
-- equity_owner migrates. Each service logs in as its own role, under row-level security, and may use its own schema and nothing else. Its event
-- log's writer logs in as equity_<service>_writer, which may append and nothing else. What each may do with a table is said by the migrate
-- verb, in the same transaction that makes the table: default privileges would give a service more than it may have.
\set ON_ERROR_STOP on
set client_min_messages = warning;

select format('create role %I login', name)
from unnest(array['equity_owner',
  'equity_ingestion', 'equity_indicators', 'equity_interventions', 'equity_reporting',
  'equity_ingestion_writer', 'equity_indicators_writer', 'equity_interventions_writer', 'equity_reporting_writer']) as name
where not exists (select from pg_roles where rolname = name) \gexec

alter role equity_owner password :'owner_password';
alter role equity_ingestion password :'ingestion_password';
alter role equity_indicators password :'indicators_password';
alter role equity_interventions password :'interventions_password';
alter role equity_reporting password :'reporting_password';
alter role equity_ingestion_writer bypassrls password :'ingestion_writer_password';
alter role equity_indicators_writer bypassrls password :'indicators_writer_password';
alter role equity_interventions_writer bypassrls password :'interventions_writer_password';
alter role equity_reporting_writer bypassrls password :'reporting_writer_password';

alter database equity owner to equity_owner;
revoke all on database equity from public;
revoke all on schema public from public;

select format(statement, name, 'equity_' || name, 'equity_' || name || '_writer')
from unnest(array['ingestion', 'indicators', 'interventions', 'reporting']) with ordinality as service (name, number),
  unnest(array[
    'grant connect, temporary on database equity to %2$I',
    'grant connect on database equity to %3$I',
    'create schema if not exists %1$I authorization equity_owner',
    'grant usage on schema %1$I to %2$I, %3$I',
    'alter role %2$I in database equity set search_path = %1$I',
    'alter default privileges for role equity_owner in schema %1$I revoke all on tables from %2$I',
    'alter default privileges for role equity_owner in schema %1$I revoke all on sequences from %2$I']) with ordinality as step (statement, place)
order by number, place \gexec
