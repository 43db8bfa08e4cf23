# shellcheck shell=bash
# Tests, browser walk, benchmarks, formatting. The sums come from the runners' own result files.
results_dir=$local_dir/test-results

build_solution() {
  say 'building'
  (cd "$root" && MSBUILDDISABLENODEREUSE=1 dotnet build EquityPlatform.sln -c Release -nologo -v quiet -clp:ErrorsOnly) >"$log_dir/build-tests.log" 2>&1 </dev/null ||
    { tail_log build-tests 40; die 'the build failed, see .local/logs/build-tests.log'; }
}

# The slow ones first, so that two at a time end together
test_projects() {
  local name path
  for name in EventSourcing ServiceHost Ingestion; do echo "$root/tests/EquityPlatform.$name.Tests"; done
  for path in "$root"/tests/*.Tests; do
    case "$path" in *.EventSourcing.Tests | *.ServiceHost.Tests | *.Ingestion.Tests | *.E2E.Tests) ;; *) echo "$path" ;; esac
  done
}

# run_project FOLDER [dotnet test options]
run_project() {
  local folder=$1 name
  name=$(basename "$folder")
  shift
  rm -f "$results_dir/$name.trx"
  dotnet test "$folder/$name.csproj" -c Release --no-build --nologo --blame-hang-timeout 8m --blame-hang-dump-type none \
    --logger "trx;LogFileName=$name.trx" --results-directory "$results_dir" "$@" >"$log_dir/test-$name.log" 2>&1 </dev/null || return 1
}

counter() { grep -oE '<Counters [^>]*' "$results_dir/$1.trx" 2>/dev/null | grep -oE " $2=\"[0-9]+\"" | grep -oE '[0-9]+' || echo 0; }

# report NAME...: one line a project, then the sum; fails if a test failed or a project ran none
report() {
  local name passed failed total_passed=0 total_failed=0 bad=0
  for name in "$@"; do
    passed=$(counter "$name" passed)
    failed=$(counter "$name" failed)
    printf '%-46s %5d passed %3d failed\n' "$name" "$passed" "$failed"
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
    if [ ! -e "$results_dir/$name.trx" ] || [ $((passed + failed)) = 0 ]; then
      say "  no test ran:"
      tail_log "test-$name" 30
      bad=1
    elif [ "$failed" != 0 ] || [ ! -e "$results_dir/$name.ok" ]; then
      grep -E '^ *(Failed |Error Message|Assert|Shouldly|The active test run was aborted)' -A 12 "$log_dir/test-$name.log" | head -150 >&2 || true
      bad=1
    fi
  done
  say "$total_passed passed, $total_failed failed"
  [ $bad = 0 ]
}

run_tests() {
  # Hosts under test choose ports of their own
  unset EQUITY_PORT EQUITY_URL
  need_dotnet
  need_servers
  make_local
  rm -rf "$results_dir"
  mkdir -p "$results_dir"
  build_solution
  local project names=() name
  while read -r project; do
    name=$(basename "$project")
    case "$name" in *"${1:-}"*) ;; *) continue ;; esac
    names+=("$name")
    # Two at a time: each starts a PostgreSQL and a RabbitMQ of its own
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
    say "testing $name"
    (if run_project "$project"; then : >"$results_dir/$name.ok"; fi) &
  done < <(test_projects)
  [ ${#names[@]} -gt 0 ] || die "no test project is named like '$1'"
  wait
  report "${names[@]}"
}

# own_system COMMAND...: a system in its own folder on its own port, for the time of the command
own_system() {
  local folder=$root/.local/$1 rc=0
  shift
  export EQUITY_LOCAL=$folder EQUITY_PORT EQUITY_URL EQUITY_DISTRICT=${own_district:-grand-bend}
  EQUITY_PORT=$(free_port)
  EQUITY_URL=http://127.0.0.1:$EQUITY_PORT
  if [ -d "$folder" ]; then "$root/deploy/eq" down >/dev/null; fi
  # Data from an earlier run is gone, what was built stays
  remove_data "$folder"
  # shellcheck disable=SC2064
  trap "EQUITY_LOCAL='$folder' '$root/deploy/eq' down >/dev/null" EXIT
  "$@" || rc=$?
  return $rc
}

remove_data() {
  [ -d "$1" ] || return 0
  rm -rf "$(readlink -f "$1/postgres")" "$1/postgres" "$1/rabbitmq" "$1/logs" "$1/settings.env" "$1/web-keys" "$1/audit" # what was signed of data that is gone would forbid to sign the new
}

e2e_project=$root/tests/EquityPlatform.E2E.Tests

# browser_tests FILTER: against the system at EQUITY_URL
browser_tests() {
  local name
  name=$(basename "$e2e_project")
  mkdir -p "$results_dir"
  rm -f "$results_dir/$name.ok"
  if run_project "$e2e_project" --filter "$1"; then : >"$results_dir/$name.ok"; fi
  report "$name"
}

recompute() {
  local script=$root/tests/recompute/run
  [ -x "$script" ] || die 'tests/recompute/run is missing'
  "$script" "$EQUITY_URL" "$sample"
}

# The walk loads the sample itself, through the site; its released numbers are then recomputed from the files
walk() {
  # It connects an Ed-Fi interface of this machine, whose secret it puts in place as an operator would
  export Ingestion__EdFi__AllowPrivateAddresses=true Ingestion__EdFi__SecretFolder=$EQUITY_LOCAL/ed-fi Ingestion__EdFi__Look=00:00:01
  EQUITY_NO_SEED=1 "$root/deploy/eq" up
  say 'walking the loop in a browser'
  local rc=0
  browser_tests 'Category=Walk' || rc=1
  say 'recomputing released numbers from the uploaded files, by code that shares nothing with the services'
  recompute || rc=1
  return $rc
}

faults() {
  EQUITY_NO_SEED=1 "$root/deploy/eq" up
  say 'killing servers during a feed'
  browser_tests 'Category=Faults'
}

# The answer key of riverbend holds in what was loaded
riverbend() {
  local began=$SECONDS
  "$root/deploy/eq" up
  say "riverbend loaded and current after $((SECONDS - began)) s, with the start of all hosts"
  browser_tests 'Category=Riverbend'
}

run_e2e() {
  need_dotnet
  need_servers
  need_chromium
  need_command node nodejs
  make_local
  build_solution
  case "${1:-}" in
    '') own_system e2e walk ;;
    --faults) own_system faults faults ;;
    --riverbend) own_district=riverbend own_system riverbend riverbend ;;
    *) die "e2e, e2e --faults or e2e --riverbend, not '$1'" ;;
  esac
}

# The running system: start time, feed time, page times. Its figures come as sentences, with --json as objects on the output
bench_system() {
  local began=$SECONDS rc=0
  "$root/deploy/eq" up >/dev/null
  say "first start (build if needed, new servers, sample loaded): $((SECONDS - began)) s"
  "$root/deploy/eq" down >/dev/null
  remove_data "$EQUITY_LOCAL"
  began=$SECONDS
  "$root/deploy/eq" up >/dev/null
  say "start to ready, built before, sample loaded: $((SECONDS - began)) s (target 90 s)"
  rm -f "$root/.local/bench-figures.txt" "$root/.local/bench-figures.jsonl"
  browser_tests 'Category=Bench' || rc=1
  cat "$root/.local/bench-figures.txt"
  if [ -n "${bench_json:-}" ]; then cat "$root/.local/bench-figures.jsonl" >&3; fi
  return $rc
}

# bench [NAME...] [--list] [--json] [options of the benchmarks]: without a name all of them; "system" is the running system, the others are in tests/EquityPlatform.Benchmarks
run_bench() {
  local names=() options=() listing='' bench_json='' rc=0
  while [ $# -gt 0 ]; do
    case "$1" in
      --list) listing=1 ;;
      --json) bench_json=1 ;;
      --events | --runs) options+=("$1" "${2:?a number}"); shift ;;
      -*) die "bench knows --list, --json, --events N, --runs N, not '$1'" ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  need_dotnet
  make_local
  # With --json the output is for a program, and what people read goes to the error output
  exec 3>&1
  if [ -n "$bench_json" ]; then exec 1>&2; options+=(--json); fi
  build_solution
  local program=$root/tests/EquityPlatform.Benchmarks/bin/Release/net10.0/EquityPlatform.Benchmarks.dll
  if [ -n "$listing" ]; then
    { dotnet "$program" --list; echo 'system     the running system: start, a feed of 1,000 students, page times'; } >&3
    return
  fi
  need_servers
  local micro=() name system=''
  for name in "${names[@]}"; do
    if [ "$name" = system ]; then system=1; else micro+=("$name"); fi
  done
  if [ ${#names[@]} = 0 ]; then system=1; fi
  if [ ${#names[@]} = 0 ] || [ ${#micro[@]} -gt 0 ]; then dotnet "$program" "${micro[@]}" "${options[@]}" >&3 || rc=1; fi
  if [ -n "$system" ]; then
    need_chromium
    own_system bench bench_system || rc=1
  fi
  return $rc
}

# fault [NAME...] [--mutations] [--seed N] [--lanes N] [--list]: tests/EquityPlatform.Faults, which starts servers and processes of its own
run_fault() {
  # Hosts under test choose ports of their own
  unset EQUITY_PORT EQUITY_URL
  need_dotnet
  need_servers
  make_local
  say 'building, the rig with fault points'
  (cd "$root" && MSBUILDDISABLENODEREUSE=1 dotnet build tests/EquityPlatform.Faults/EquityPlatform.Faults.csproj -c Release -nologo -v quiet -clp:ErrorsOnly) >"$log_dir/build-faults.log" 2>&1 </dev/null ||
    { tail_log build-faults 40; die 'the build failed, see .local/logs/build-faults.log'; }
  # Idle workers must not spin: the processes under test need the cores
  DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 dotnet "$root/tests/EquityPlatform.Faults/bin/Release/net10.0/EquityPlatform.Faults.dll" "$@"
}

run_fuzz() {
  local seconds=600 seed=$RANDOM$RANDOM
  while [ $# -gt 0 ]; do
    case "$1" in
      --seconds) seconds=${2:?a number}; shift ;;
      --seed) seed=${2:?a number}; shift ;;
      *) die "fuzz knows --seconds N and --seed N, not '$1'" ;;
    esac
    shift
  done
  need_dotnet
  make_local
  say "broken packages, and random lives of districts against the service, for $seconds s from seed $seed"
  (cd "$root" && EQUITY_FUZZ_SECONDS=$seconds EQUITY_FUZZ_SEED=$seed dotnet test tests/EquityPlatform.Ingestion.Tests -c Release -nologo --filter 'FullyQualifiedName~Fuzz.FuzzTests|FullyQualifiedName~Model.ServiceSequenceTests' --logger 'console;verbosity=detailed')
}

run_format() {
  need_dotnet
  cd "$root" || exit
  case "${1:-}" in
    '') dotnet format EquityPlatform.sln ;;
    --check) dotnet format EquityPlatform.sln --verify-no-changes ;;
    *) die "format or format --check, not '$1'" ;;
  esac
}
