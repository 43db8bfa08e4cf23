# shellcheck shell=bash
# The sample district, loaded as any district would load its files: by HTTP with a token.
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

seed() {
  need_basics
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
  if ! release_settled; then
    answer=$(call equity-analyst POST /api/reporting/v1/releases -H 'Content-Type: application/json' \
      -d "{\"releaseId\":\"$sample_release\",\"schoolYear\":$sample_year}")
    case "$(code_of "$answer")" in 200 | 201 | 202) ;; *) die "the release was refused: $answer" ;; esac
    wait_for 60 release_settled || die 'the release was not finished within a minute'
  fi
  [ "$release_state" = published ] || die "the release is $release_state: $release_answer"
}
