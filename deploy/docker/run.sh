#!/bin/sh
# run.sh HOST [VERB]: one host of the platform. Secrets come from /secrets/HOST.env where that is mounted, else from the environment.
set -eu
host=$1
shift
for file in "/secrets/$host.env" ${1:+"/secrets/$host-$1.env"}; do
  if [ -r "$file" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$file"
    set +a
  fi
done
case "$host" in
  ingestion) name=Ingestion ;;
  indicators) name=Indicators ;;
  interventions) name=Interventions ;;
  reporting) name=Reporting ;;
  web) name=Web ;;
  gateway) name=Gateway ;;
  *) echo "no host named $host" >&2; exit 2 ;;
esac
cd "/app/$host"
exec dotnet "EquityPlatform.$name.dll" "$@"
