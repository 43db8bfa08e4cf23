# shellcheck shell=bash
# A private PostgreSQL: own data folder, loopback only, own port, own superuser password.
pg_data=$local_dir/postgres

# PostgreSQL refuses to run as root; as root it runs as the packaged user
as_postgres() {
  if is_root; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

# The clone may lie where that user cannot go (a home folder of root): then the data lies under /var/lib, linked from .local
place_data() {
  [ ! -e "$pg_data" ] || return 0
  if is_root && ! as_postgres test -x "$local_dir"; then
    local outside
    outside=/var/lib/equity-platform/$(printf '%s' "$local_dir" | sha256sum | cut -c1-16)
    mkdir -p "$outside"
    chmod 711 /var/lib/equity-platform "$outside"
    # A folder left by a deleted clone at the same path belongs to nobody any more
    rm -rf "$outside/postgres"
    mkdir "$outside/postgres"
    ln -s "$outside/postgres" "$pg_data"
  else
    mkdir "$pg_data"
  fi
  chmod 700 "$pg_data/"
  ! is_root || chown postgres "$pg_data/"
}

pg_init() {
  [ ! -s "$pg_data/PG_VERSION" ] || return 0
  place_data
  say "making a private PostgreSQL"
  local password_file rc=0
  password_file=$(mktemp)
  secret_of postgres_password >"$password_file"
  ! is_root || chown postgres "$password_file"
  as_postgres "$pg_bin/initdb" -D "$(readlink -f "$pg_data")" -U postgres -A scram-sha-256 --pwfile="$password_file" -E UTF8 --locale=C.UTF-8 --lc-collate=C \
    >"$log_dir/initdb.log" 2>&1 || rc=$?
  rm -f "$password_file"
  [ $rc = 0 ] || { tail_log initdb; die 'initdb failed'; }
}

sql() { PGPASSWORD=$(setting postgres_password) "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(setting port_postgres)" -U postgres "$@"; }

pg_answers() { sql -d postgres -c 'select 1'; }

pg_start() {
  need_postgres
  pg_init
  if ! running postgres; then
    local port
    port=$(port_of port_postgres postgres)
    local command=("$pg_bin/postgres" -D "$(readlink -f "$pg_data")" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 -c shared_buffers=512MB -c max_wal_size=4GB -c checkpoint_timeout=15min) # a first load writes gigabytes
    # setpriv becomes postgres itself, so that the pid is the server's own
    if is_root; then command=(setpriv --reuid=postgres --regid=postgres --init-groups -- "${command[@]}"); fi
    (cd / && launch postgres "${command[@]}")
  fi
  wait_for 60 pg_answers || { tail_log postgres; die 'PostgreSQL did not start, see .local/logs/postgres.log'; }
}

pg_make_database() {
  sql -d postgres -tAc "select 1 from pg_database where datname = 'equity'" | grep -q 1 || sql -d postgres -c 'create database equity'
  local service
  # Passwords go in by standard input: arguments can be seen by everyone on the machine
  {
    printf "\\\\set owner_password '%s'\n" "$(secret_of owner_password)"
    for service in $services; do
      printf "\\\\set %s_password '%s'\n" "$service" "$(secret_of "password_$service")"
      printf "\\\\set %s_writer_password '%s'\n" "$service" "$(secret_of "password_${service}_writer")"
    done
    cat "$root/deploy/database.sql"
  } | sql -d equity >"$log_dir/database.log" 2>&1 || { tail_log database; die 'the roles could not be made'; }
}

pg_make_keys() {
  sql -d postgres -tAc "select 1 from pg_database where datname = 'equity_keys'" | grep -q 1 || sql -d postgres -c 'create database equity_keys'
  {
    printf "\\\\set keys_owner_password '%s'\n" "$(secret_of keys_owner_password)"
    printf "\\\\set keys_password '%s'\n" "$(secret_of keys_password)"
    cat "$root/deploy/keys.sql"
  } | sql -d equity_keys >>"$log_dir/database.log" 2>&1 || { tail_log database; die 'the database of keys could not be made'; }
}

# INT is PostgreSQL's fast stop: clients are ended, data is safe
pg_stop() { stop postgres INT 60; }
