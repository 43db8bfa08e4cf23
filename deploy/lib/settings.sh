# shellcheck shell=bash
# Ports and passwords of this folder's system, made at the first start and kept in .local/settings.env (mode 600).
services='ingestion indicators interventions reporting'
hosts="$services web gateway"

settings_file=$local_dir/settings.env

setting() { [ ! -r "$settings_file" ] || sed -n "s/^$1=//p" "$settings_file"; }

# The district to try things with: riverbend (18,000 students, five years, planted truths; some minutes) or grand-bend (960 students of a published sample; seconds)
demo_district=${EQUITY_DISTRICT:-$(setting demo_district)}
demo_district=${demo_district:-riverbend}

set_setting() {
  local rest=''
  [ ! -r "$settings_file" ] || rest=$(grep -v "^$1=" "$settings_file" || true)
  (umask 077 && printf '%s\n' ${rest:+"$rest"} "$1=$2" >"$settings_file.new")
  mv "$settings_file.new" "$settings_file"
}

secret_of() {
  [ -n "$(setting "$1")" ] || set_setting "$1" "$(random_secret)"
  setting "$1"
}

# A remembered port stays while it is free or ours; else a new one is chosen. port_of KEY PROCESS
port_of() {
  local port
  port=$(setting "$1")
  if [ -z "$port" ] || { ! running "$2" && port_in_use "$port"; }; then
    port=$(free_port)
    set_setting "$1" "$port"
  fi
  echo "$port"
}

host_port() { if [ "$1" = gateway ]; then echo "$site_port"; else setting "port_$1"; fi; }

make_keys() {
  local identity=$local_dir/identity.pem master=$local_dir/master.key
  (
    umask 077
    [ -s "$identity" ] || { openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$identity.new" 2>/dev/null ||
      openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$identity.new" 2>/dev/null; mv "$identity.new" "$identity"; }
    [ -s "$master" ] || { openssl rand -base64 32 >"$master.new"; mv "$master.new" "$master"; }
  )
}
