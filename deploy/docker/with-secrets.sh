#!/bin/bash
# with-secrets.sh NAME COMMAND...: an image's own entrypoint with the secrets of NAME in its environment.
set -euo pipefail
set -a
# shellcheck source=/dev/null
. "/secrets/$1.env"
set +a
shift
# The official images have it on the PATH, rebuilt ones often at the root
exec "$(command -v docker-entrypoint.sh || echo /entrypoint.sh)" "$@"
