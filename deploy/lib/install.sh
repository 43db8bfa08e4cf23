# shellcheck shell=bash
# What the machine must have: as root it is installed, else named.
is_root() { [ "$(id -u)" = 0 ]; }

as_root_install() {
  is_root || die "missing: $*. Install with: sudo apt-get install $*"
  command -v apt-get >/dev/null || die "missing: $*. Install it with this system's package manager."
  say "installing $*"
  make_local
  local policy=/usr/sbin/policy-rc.d made=
  # The packages would start system services; ours are private, so nothing else is started
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    made=1
  fi
  local rc=0
  {
    apt-get -o DPkg::Lock::Timeout=300 update -qq &&
      DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@"
  } >>"$log_dir/install.log" 2>&1 </dev/null || rc=$?
  [ -z "$made" ] || rm -f $policy
  [ $rc = 0 ] || { tail_log install; die "could not install $*"; }
}

need_command() { command -v "$1" >/dev/null || as_root_install "$2"; }

need_dotnet() {
  command -v dotnet >/dev/null || die "missing: the .NET SDK 10 (dotnet on PATH)"
  dotnet --list-sdks | grep -q '^10\.' || die "missing: a .NET 10 SDK (found: $(dotnet --list-sdks | tr '\n' ' '))"
}

need_basics() {
  need_command curl curl
  need_command openssl openssl
  need_command ps procps
  need_command setsid util-linux
}

# Debian keeps the servers' programs off the PATH
postgres_bin() {
  local folder
  if [ -n "${EQUITY_POSTGRES_BIN:-}" ]; then echo "$EQUITY_POSTGRES_BIN"; return; fi
  folder=$(find /usr/lib/postgresql -maxdepth 1 -name '[0-9]*' 2>/dev/null | sort -t/ -k5 -n | tail -1)
  if [ -n "$folder" ] && [ -x "$folder/bin/initdb" ]; then echo "$folder/bin"; return; fi
  command -v initdb >/dev/null && dirname "$(readlink -f "$(command -v initdb)")"
}

need_postgres() {
  postgres_bin >/dev/null || as_root_install postgresql
  pg_bin=$(postgres_bin)
  local version
  version=$("$pg_bin/postgres" --version | grep -oE '[0-9]+' | head -1)
  [ "$version" -ge 15 ] || die "PostgreSQL 15 or later is needed, found $version in $pg_bin"
}

rabbitmq_bin() {
  local folder
  for folder in "${EQUITY_RABBITMQ_BIN:-}" /usr/lib/rabbitmq/bin /usr/local/sbin /opt/rabbitmq/sbin; do
    [ -z "$folder" ] || [ ! -x "$folder/rabbitmq-server" ] || { echo "$folder"; return; }
  done
  return 1
}

need_rabbitmq() {
  rabbitmq_bin >/dev/null || as_root_install rabbitmq-server
  rabbit_bin=$(rabbitmq_bin)
}

need_servers() {
  need_basics
  need_postgres
  need_rabbitmq
}

need_chromium() { command -v chromium >/dev/null || [ -n "${EQUITY_CHROMIUM:-}" ] || as_root_install chromium; }
