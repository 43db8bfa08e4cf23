#!/bin/bash
# Roles and schemas in the compose database, safe to run again.
set -euo pipefail
. /secrets/postgres.env
export PGPASSWORD=$POSTGRES_PASSWORD PGHOST=postgres PGUSER=postgres
psql -X -q -tA -d postgres -c "select 1 from pg_database where datname = 'equity'" | grep -q 1 || psql -X -q -d postgres -c 'create database equity'
psql -X -q -tA -d postgres -c "select 1 from pg_database where datname = 'equity_keys'" | grep -q 1 || psql -X -q -d postgres -c 'create database equity_keys'
cat /secrets/keys.psql /deploy/keys.sql | psql -X -q -v ON_ERROR_STOP=1 -d equity_keys
cat /secrets/database.psql /deploy/database.sql | psql -X -q -v ON_ERROR_STOP=1 -d equity
