# shellcheck shell=bash
# Words, folders, processes: what every other part uses.
local_dir=${EQUITY_LOCAL:-$root/.local}
run_dir=$local_dir/run
log_dir=$local_dir/logs
site_port=${EQUITY_PORT:-5080}
site=${EQUITY_URL:-http://127.0.0.1:$site_port}

say() { printf '%s\n' "$*"; }
die() { printf 'deploy/eq: %s\n' "$*" >&2; exit 1; }

make_local() {
  mkdir -p "$run_dir" "$log_dir"
  # Passwords and keys lie here; postgres, when it runs as its own user, must be able to pass through
  chmod 711 "$local_dir"
  chmod 700 "$run_dir" "$log_dir"
}

random_secret() { openssl rand -hex 24; }

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 11000))
    if ! port_in_use "$port"; then
      echo "$port"
      return
    fi
  done
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.2
  done
}

# A pid file holds the pid and the start time of the process, so that a reused pid is never taken for ours
start_time() {
  if [ -r "/proc/$1/stat" ]; then sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20; else ps -o lstart= -p "$1" 2>/dev/null; fi
}

remember_pid() { printf '%s\n%s\n' "$2" "$(start_time "$2")" >"$run_dir/$1.pid"; }

pid_of() {
  local file=$run_dir/$1.pid pid started
  [ -r "$file" ] || return 1
  { read -r pid; read -r started; } <"$file" || return 1
  [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] || return 1
  echo "$pid"
}

running() { pid_of "$1" >/dev/null; }

# launch NAME COMMAND...: in the background, outliving this script, output into logs/NAME.log
launch() {
  local name=$1
  shift
  setsid "$@" >>"$log_dir/$name.log" 2>&1 </dev/null &
  remember_pid "$name" $!
}

gone() { ! kill -0 "$1" 2>/dev/null; }

# stop NAME [SIGNAL] [SECONDS]: asks, waits, and in the end insists
stop() {
  local name=$1 signal=${2:-TERM} seconds=${3:-20} pid
  if pid=$(pid_of "$name"); then
    kill "-$signal" "$pid" 2>/dev/null || true
    wait_for "$seconds" gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$run_dir/$name.pid"
}

tail_log() { [ ! -r "$log_dir/$1.log" ] || tail -n "${2:-15}" "$log_dir/$1.log" >&2; }
