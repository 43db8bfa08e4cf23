# shellcheck shell=bash
# Bearer tokens of the demo identity, made with openssl: what curl needs to do everything that the site does.
accounts_file=$root/deploy/demo-accounts.tsv
identity_key=${EQUITY_IDENTITY_KEY:-$local_dir/identity.pem}

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

token() {
  local role=${1:-} name schools school claims now head body
  if [ -z "$role" ]; then
    printf '%-18s %-24s %-36s %s\n' role 'account (sub)' name school
    while IFS=$'\t' read -r role name schools; do printf '%-18s %-24s %-36s %s\n' "$role" "demo:$role" "$name" "${schools:-whole district}"; done <"$accounts_file"
    return
  fi
  [ -r "$identity_key" ] || die "no identity key yet ($identity_key): run deploy/eq up first"
  IFS=$'\t' read -r role name schools < <(grep -P "^$role\t" "$accounts_file") || die "no demo account '$role': see deploy/eq token"
  now=$(date +%s)
  claims=''
  for school in $schools; do claims="$claims${claims:+,}\"$school\""; done
  head=$(printf '{"alg":"RS256","typ":"JWT"}' | base64url)
  body=$(printf '{"iss":"equity-demo","aud":"equity-demo","sub":"demo:%s","name":"%s","tenant":"%s","role":"%s"%s,"iat":%d,"nbf":%d,"exp":%d}' \
    "$role" "$name" "${EQUITY_TENANT:-grand-bend}" "$role" "${claims:+,\"school\":[$claims]}" "$now" "$now" $((now + 12 * 3600)) | base64url)
  printf '%s.%s.%s\n' "$head" "$body" "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign "$identity_key" -binary | base64url)"
}
