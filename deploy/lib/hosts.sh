# shellcheck shell=bash
# The hosts: published once per change, migrated, started in the background, watched by their health address.
app_dir=$local_dir/app

host_project() { case "$1" in gateway) echo Gateway ;; *) echo "${1^}" ;; esac; }

sources_changed() {
  [ -e "$app_dir/.built" ] || return 0
  [ -n "$(find "$root/services" "$root/gateway" "$root"/Directory.* "$root/global.json" "$root/deploy/hosts.proj" \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$app_dir/.built" -print -quit)" ]
}

publish_hosts() {
  need_dotnet
  sources_changed || return 0
  say 'building (the first time takes a minute or two)'
  local began
  began=$(mktemp "$local_dir/.began.XXXXXX")
  # Into a file: a build server that lingers would keep a pipe open
  (cd "$root" && MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    dotnet build deploy/hosts.proj -nologo -v quiet -clp:ErrorsOnly -p:Out="$app_dir.new") >"$log_dir/build.log" 2>&1 </dev/null ||
    { tail_log build 30; die 'the build failed, see .local/logs/build.log'; }
  stop_hosts
  rm -rf "$app_dir"
  mv "$app_dir.new" "$app_dir"
  mv "$began" "$app_dir/.built"
}

# The sample districts' own clocks; as arguments, because a variable's name cannot hold a hyphen
sample_zones=(--TimeZones:grand-bend=America/Chicago --TimeZones:riverbend=America/Chicago)

database_for() { echo "Host=127.0.0.1;Port=$(setting port_postgres);Database=equity;Username=$1;Password=$2;GSS Encryption Mode=Disable;Maximum Pool Size=30"; }

keys_database_for() { echo "Host=127.0.0.1;Port=$(setting port_postgres);Database=equity_keys;Username=$1;Password=$2;GSS Encryption Mode=Disable;Maximum Pool Size=10"; }

# A host may run more than once: "indicators@2" is a second replica of indicators, on a port of its own
base_of() { echo "${1%@*}"; }

host_environment() {
  local name other
  name=$(base_of "$1")
  host_env=(
    "ASPNETCORE_ENVIRONMENT=Development"
    "ASPNETCORE_URLS=http://127.0.0.1:$(host_port "$1")"
    "DOTNET_gcServer=0"
    "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0" # idle workers of six hosts must not spin on few cores
    "DOTNET_NOLOGO=1"
    "Identity__Mode=Demo"
    "Identity__KeyFile=$local_dir/identity.pem"
    "Gateway__Address=http://127.0.0.1:$site_port"
    "Services__web=http://127.0.0.1:$(setting port_web)"
    "Web__KeyRing=$local_dir/web-keys"
    "Web__DemoDistrict=$demo_district")
  for other in $services; do host_env+=("Services__$other=http://127.0.0.1:$(setting "port_$other")"); done
  case " $services " in
    *" $name "*)
      host_env+=("ConnectionStrings__Database=$(database_for "equity_$name" "$(setting "password_$name")")"
        "Audit__KeyFile=$local_dir/audit/$name.key"
        "ConnectionStrings__Writer=$(database_for "equity_${name}_writer" "$(setting "password_${name}_writer")")"
        "ConnectionStrings__RabbitMq=amqp://equity:$(setting rabbitmq_password)@127.0.0.1:$(setting port_rabbitmq)/") ;;
  esac
  if [ "$name" = ingestion ]; then
    # Beside a new master key the old one still opens what it wrapped
    if [ -r "$local_dir/master.key.old" ]; then host_env+=("Sealing__EarlierMasterKeys__0=$local_dir/master.key.old"); fi
    host_env+=("ConnectionStrings__Keys=$(keys_database_for equity_keys "$(setting keys_password)")" "Sealing__MasterKeyFile=$local_dir/master.key")
  fi
}

host_command() { echo "$app_dir/$1/EquityPlatform.$(host_project "$1").dll"; }

migrate_host() {
  host_environment "$1"
  if [ "$1" = ingestion ]; then host_env+=("ConnectionStrings__KeysOwner=$(keys_database_for equity_keys_owner "$(setting keys_owner_password)")"); fi
  (cd "$app_dir/$1" && export "${host_env[@]}" "ConnectionStrings__Owner=$(database_for equity_owner "$(setting owner_password)")" &&
    exec dotnet "$(host_command "$1")" migrate) >>"$log_dir/migrate-$1.log" 2>&1 </dev/null || { tail_log "migrate-$1"; die "migrating $1 failed, see .local/logs/migrate-$1.log"; }
}

rebuild() {
  local service=${1:?name a service} name=${2:?name its read model}
  shift 2
  case " $services " in *" $service "*) ;; *) die "there is no service $service" ;; esac
  [ -r "$(host_command "$service")" ] || die 'nothing is built yet: run deploy/eq up first'
  host_environment "$service"
  (cd "$app_dir/$service" && export "${host_env[@]}" "ConnectionStrings__Owner=$(database_for equity_owner "$(setting owner_password)")" &&
    exec dotnet "$(host_command "$service")" rebuild "$name" "$@")
}

# The audit log of a service: see usage
audit_log() {
  local service=${1:?name a service}
  shift
  case " $services " in *" $service "*) ;; *) die "there is no service $service" ;; esac
  [ -r "$(host_command "$service")" ] || die 'nothing is built yet: run deploy/eq up first'
  host_environment "$service"
  (cd "$app_dir/$service" && export "${host_env[@]}" && exec dotnet "$(host_command "$service")" audit-log "$@")
}

# Every row against the signed log. The key is taken from the running service: an office takes it by another way. EQUITY_TENANT names another district than the sample's
verify_logs() {
  local district=${EQUITY_TENANT:-$demo_district} name rc=0 one
  [ -r "$app_dir/audit-tool/equity-audit.dll" ] || die 'nothing is built yet: run deploy/eq up first'
  [ $# -gt 0 ] || set -- $services
  for name in "$@"; do
    case " $services " in *" $name "*) ;; *) die "there is no service $name" ;; esac
    one=0
    say "$name of $district"
    curl -fsS -m 30 -H "Authorization: Bearer $(token auditor)" "$site/api/audit/v1/$name/$district/vkey" >"$local_dir/audit/$name.vkey" || { rc=3; continue; }
    (
      export EQUITY_AUDIT_DATABASE
      EQUITY_AUDIT_DATABASE=$(database_for equity_owner "$(setting owner_password)")
      if [ "$name" = ingestion ]; then
        export EQUITY_AUDIT_KEYS
        EQUITY_AUDIT_KEYS=$(keys_database_for equity_keys "$(setting keys_password)")
      fi
      exec dotnet "$app_dir/audit-tool/equity-audit.dll" fsck "$name" "$district" --key "$local_dir/audit/$name.vkey"
    ) || one=$?
    [ "$one" -le "$rc" ] || rc=$one
  done
  return "$rc"
}

# Wraps every key anew that an earlier master key wrapped
rewrap_keys() {
  [ -r "$(host_command ingestion)" ] || die 'nothing is built yet: run deploy/eq up first'
  host_environment ingestion
  (cd "$app_dir/ingestion" && export "${host_env[@]}" && exec dotnet "$(host_command ingestion)" rewrap-keys)
}

# Each has a schema of its own, so they need not wait for each other
migrate_hosts() {
  local name pid pids=()
  for name in $services; do
    if ! running "$name"; then
      migrate_host "$name" &
      pids+=($!)
    fi
  done
  for pid in "${pids[@]}"; do wait "$pid" || exit 1; done
}

choose_ports() {
  local name
  for name in $services web; do port_of "port_$name" "$name" >/dev/null; done
  running gateway || ! port_in_use "$site_port" || die "port $site_port is taken by another program; choose one with EQUITY_PORT=..."
}

start_host() {
  local base
  base=$(base_of "$1")
  ! running "$1" || return 0
  case "$1" in *@*) port_of "port_$1" "$1" >/dev/null ;; esac
  host_environment "$1"
  (cd "$app_dir/$base" && export "${host_env[@]}" && launch "$1" dotnet "$(host_command "$base")" "${sample_zones[@]}")
}

health() { curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$(host_port "$1")/health/ready" 2>/dev/null || true; }

ready() { [ "$(health "$1")" = 200 ]; }

# Ready, or dead: no need to wait for a process that has ended
ready_or_dead() { ready "$1" || ! running "$1"; }

await_host() {
  wait_for 60 ready_or_dead "$1" || true
  ready "$1" || { tail_log "$1"; die "$1 is not ready, see .local/logs/$1.log"; }
}

# Further replicas that were started: their names
replicas() {
  local file
  for file in "$run_dir"/*@*.pid; do [ ! -e "$file" ] || basename "$file" .pid; done
}

stop_hosts() {
  local name
  # All are asked first, then waited for one by one
  for name in $hosts $(replicas); do ! running "$name" || kill -TERM "$(pid_of "$name")" 2>/dev/null || true; done
  for name in $hosts $(replicas); do stop "$name" TERM 20; done
}

up() {
  need_dotnet
  need_servers
  make_local
  make_keys
  # A gateway that already runs keeps its port; another port means a restart of the hosts
  if running gateway && [ "$(setting port_gateway)" != "$site_port" ]; then stop_hosts; fi
  # Another demo district needs the site to start anew; the data of both stay
  if [ "$(setting demo_district)" != "$demo_district" ]; then
    if running web; then stop web; fi
    set_setting demo_district "$demo_district"
  fi
  set_setting port_gateway "$site_port"
  publish_hosts
  if [ "$demo_district" = riverbend ] && [ -z "${EQUITY_NO_SEED:-}" ]; then riverbend_files_begin; fi
  # RabbitMQ takes the longest: it starts while the database is made ready
  mq_launch
  pg_start
  pg_make_database
  pg_make_keys
  choose_ports
  migrate_hosts
  mq_await
  local name
  for name in $hosts; do start_host "$name"; done
  for name in $hosts; do await_host "$name"; done
  if [ -n "${EQUITY_NO_SEED:-}" ]; then
    say '' 'The site, without any data:' "  $site"
  else
    if [ "$demo_district" = riverbend ]; then say "The site is up while the years arrive:   $site"; fi
    seed
    say '' "The site, with the sample district $demo_district loaded:" "  $site"
  fi
}

down() {
  stop_hosts
  mq_stop
  pg_stop
  say 'stopped; the data stays in .local/ (delete that folder to begin anew)'
}

start_one() {
  case "$1" in
    postgres) pg_start ;;
    rabbitmq) mq_start ;;
    *) start_host "$1"; await_host "$1" ;;
  esac
}

descendants() {
  local child
  for child in $(ps -o pid= --ppid "$1"); do echo "$child"; descendants "$child"; done
}

kill_one() {
  local pid children
  pid=$(pid_of "$1") || die "$1 does not run"
  # With the servers' own children: a power cut takes them all
  children=$(descendants "$pid")
  # shellcheck disable=SC2086
  kill -KILL "$pid" $children 2>/dev/null || true
  wait_for 20 gone "$pid" || die "$1 did not end"
  rm -f "$run_dir/$1.pid"
}

status() {
  local name port state all=0
  printf '%-14s %-8s %-7s %s\n' process pid port health
  for name in postgres rabbitmq $hosts $(replicas); do
    port=$(host_port "$name")
    state=down
    if running "$name"; then
      case "$name" in
        postgres | rabbitmq) if port_in_use "$port"; then state=answers; else state='no answer'; fi ;;
        *) if ready "$name"; then state=ready; else state="not ready ($(health "$name"))"; fi ;;
      esac
    fi
    case "$state" in answers | ready) ;; *) all=1 ;; esac
    printf '%-14s %-8s %-7s %s\n' "$name" "$(pid_of "$name" || echo -)" "${port:--}" "$state"
  done
  return $all
}
