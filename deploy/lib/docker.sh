# shellcheck shell=bash
# The same system in containers.
compose() {
  if docker compose version >/dev/null 2>&1; then
    docker compose --project-directory "$root" "$@"
  elif command -v docker-compose >/dev/null; then
    docker-compose --project-directory "$root" "$@"
  else
    die 'missing: docker with compose (docker compose, or docker-compose)'
  fi
}

docker_up() {
  need_command curl curl
  command -v docker >/dev/null || die 'missing: docker'
  docker info >/dev/null 2>&1 || die 'the docker engine does not answer'
  (cd "$root" && EQUITY_PORT=$site_port compose up --build -d)
  wait_for 180 curl -fsS -m 5 "$site/health/ready" || die "the site is not ready: see 'docker-compose ps' and 'docker-compose logs'"
  wait_for 180 docker_seeded || die "the sample is not loaded: see 'docker-compose logs seed'"
  say '' 'The site, with the sample district Grand Bend loaded:' "  $site"
}

docker_seeded() { curl -fsS -m 5 "$site/api/reporting/v1/releases/$sample_release"; }

docker_down() { (cd "$root" && compose down); }
