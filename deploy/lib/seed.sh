# shellcheck shell=bash
# The sample districts, loaded as any district would load its files: by HTTP with a token.
sample=$root/deploy/samples/grand-bend
sample_year=2022
# The same ids every time, so that a repeat adds nothing
sample_feed=5eed0000-6772-4164-8265-6e6400000001
sample_release=5eed0000-6772-4164-8265-6e6400000002

# call ROLE METHOD PATH [curl options]: body on standard output, status in the last line
call() {
  local role=$1 method=$2 path=$3
  shift 3
  curl -sS -m 120 -X "$method" -H "Authorization: Bearer $(token "$role")" -w '\n%{http_code}' "$@" "$site$path"
}

body_of() { sed '$d' <<<"$1"; }
code_of() { tail -n 1 <<<"$1"; }

# json_value KEY: the first text or number of that name
json_value() { grep -oE "\"$1\":(\"[^\"]*\"|-?[0-9]+)" | head -1 | sed -E 's/^"[^"]*":"?([^"]*)"?$/\1/' || true; }

feed_settled() {
  feed_answer=$(call data-steward GET "/api/ingestion/v1/feeds/$sample_feed")
  feed_state=$(body_of "$feed_answer" | json_value state)
  case "$feed_state" in applied | rejected) ;; *) return 1 ;; esac
}

indicators_reach() {
  local answer position
  answer=$(call district-leader GET "/api/indicators/v1/values?indicator=chronic-absence&schoolYear=$sample_year&dimension=all&school=district")
  [ "$(code_of "$answer")" = 200 ] || return 1
  position=$(body_of "$answer" | grep -oE '"positions":\{[^}]*\}' | json_value ingestion)
  [ -n "$position" ] && [ "$position" -ge "$1" ]
}

release_settled() {
  release_answer=$(curl -sS -m 20 -w '\n%{http_code}' "$site/api/reporting/v1/releases/$sample_release")
  [ "$(code_of "$release_answer")" = 200 ] || return 1
  release_state=$(body_of "$release_answer" | json_value state)
  case "$release_state" in published | failed) ;; *) return 1 ;; esac
}

# seed [grand-bend|riverbend]: the demo district, or the one named
seed() {
  need_basics
  local EQUITY_TENANT=${1:-$demo_district}
  case "$EQUITY_TENANT" in
    grand-bend) seed_grand_bend ;;
    riverbend) seed_riverbend ;;
    *) die "there is no sample district '$EQUITY_TENANT': grand-bend or riverbend" ;;
  esac
}

# Feeds of riverbend in the order in which they were sent: a package for each school year, and in the fifth September the correction of a day of the year before
riverbend_feeds='2022 2023 2024 2025 2025-correction-attendance 2026'

riverbend_files() {
  local folder=$local_dir/samples/riverbend tool=$app_dir/sample-data/equity-sample.dll
  [ ! -s "$folder/riverbend-answer-key.json" ] || return 0
  need_dotnet
  [ -r "$tool" ] || die 'nothing is built yet: run deploy/eq up first'
  say 'making the files of riverbend: 18,000 students, five years'
  rm -rf "$folder.new" "$folder"
  dotnet "$tool" write riverbend --out "$folder.new" >"$log_dir/samples.log" 2>&1 && mv "$folder.new" "$folder" || { tail_log samples 20; die 'the files of riverbend were not made'; }
}

# riverbend_files_begin: makes them while the servers start
riverbend_files_begin() {
  riverbend_files &
  riverbend_job=$!
}

# riverbend_send FEED FILE: uploads it unless it was
riverbend_send() {
  local answer part=package
  answer=$(call data-steward GET "/api/ingestion/v1/feeds/$1")
  [ "$(code_of "$answer")" = 404 ] || return 0
  case "$2" in *.csv) part=attendance ;; esac
  answer=$(call data-steward POST "/api/ingestion/v1/feeds?feedId=$1&source=riverbend" -F "$part=@$2;filename=$(riverbend_name "$2")")
  [ "$(code_of "$answer")" = 202 ] || die "the file was not accepted: $answer"
}

# riverbend_applied FEED FILE: shows how far it is until it is applied; feeds are applied in the order in which they came
riverbend_applied() {
  local answer state progress shown='' began=$SECONDS
  while :; do
    answer=$(call data-steward GET "/api/ingestion/v1/feeds/$1")
    state=$(body_of "$answer" | json_value state)
    progress=$(body_of "$answer" | grep -oE '"progress":[0-9]+' | head -1 | cut -d: -f2)
    case "$state" in
      applied) break ;;
      rejected | held) die "$(basename "$2") is $state: $(body_of "$answer" | json_value message)" ;;
    esac
    if [ "$state $progress" != "$shown" ] && [ -t 1 ]; then printf '\r  %s: %s, %s %%   ' "$(basename "$2")" "$state" "$progress"; fi
    shown="$state $progress"
    [ $((SECONDS - began)) -lt 1800 ] || die "$(basename "$2") is still $state after half an hour"
    sleep 1
  done
  [ ! -t 1 ] || printf '\r'
  say "  $(basename "$2"): $(body_of "$answer" | grep -oE '"counts":\{"read":[0-9]+' | head -1 | grep -oE '[0-9]+$') rows, $((SECONDS - began)) s                "
  riverbend_position=$(body_of "$answer" | json_value position)
}

# A side file goes by its own name
riverbend_name() { case "$1" in *-attendance.csv) echo attendance.csv ;; *) basename "$1" ;; esac; }

seed_riverbend() {
  local step name number file began=$SECONDS
  make_local
  if [ -n "${riverbend_job:-}" ]; then wait "$riverbend_job" || exit 1; fi
  riverbend_files
  say 'loading riverbend: five school years one after the other, less than a minute each'
  # All are sent at once: the service applies them one by one, without waiting for us in between
  for step in riverbend_send riverbend_applied; do
    number=0
    for name in $riverbend_feeds; do
      number=$((number + 1))
      file=$local_dir/samples/riverbend/riverbend-$name.zip
      [ -r "$file" ] || file=$local_dir/samples/riverbend/riverbend-$name.csv
      "$step" "5eed0000-7276-4262-8e64-00000000000$number" "$file"
    done
  done
  sample_year=2026
  wait_for 300 indicators_reach "${riverbend_position:-0}" || die 'the indicators did not follow riverbend within five minutes'
  say "  indicators are current after $((SECONDS - began)) s"
  sample_release=5eed0000-7276-4262-8e64-6e6400000002
  release_published
}

seed_grand_bend() {
  local answer
  answer=$(call data-steward GET "/api/ingestion/v1/feeds/$sample_feed")
  case "$(code_of "$answer")" in
    200) ;;
    404)
      say 'loading the sample district'
      answer=$(call data-steward POST "/api/ingestion/v1/feeds?feedId=$sample_feed&source=grand-bend" \
        -F "package=@$sample/grandbend-oneroster-1.1.zip;type=application/zip" -F "attendance=@$sample/attendance.csv;type=text/csv" \
        -F "programs=@$sample/programs.csv;type=text/csv" -F "declarations=@$sample/declarations.csv;type=text/csv")
      [ "$(code_of "$answer")" = 202 ] || die "the sample was not accepted: $answer" ;;
    *) die "the site does not answer as it should: $answer" ;;
  esac
  wait_for 120 feed_settled || die "the sample is still ${feed_state:-unknown} after two minutes"
  [ "$feed_state" = applied ] || die "the sample was $feed_state: $feed_answer"
  local position
  position=$(body_of "$feed_answer" | json_value position)
  wait_for 60 indicators_reach "${position:-0}" || die 'the indicators did not follow the sample within a minute'
  release_published
}

# release_published: the sample's release of its year, made unless it is there
release_published() {
  local answer
  if ! release_settled; then
    answer=$(call equity-analyst POST /api/reporting/v1/releases -H 'Content-Type: application/json' \
      -d "{\"releaseId\":\"$sample_release\",\"schoolYear\":$sample_year}")
    case "$(code_of "$answer")" in 200 | 201 | 202) ;; *) die "the release was refused: $answer" ;; esac
    wait_for 60 release_settled || die 'the release was not finished within a minute'
  fi
  [ "$release_state" = published ] || die "the release is $release_state: $release_answer"
}
