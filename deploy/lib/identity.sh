# shellcheck shell=bash
# Bearer tokens of the demo identity, made with openssl: what curl needs to do everything that the site does.
accounts_file=$root/deploy/demo-accounts.tsv
identity_key=${EQUITY_IDENTITY_KEY:-$local_dir/identity.pem}

# accounts: role, name and schools of the demo district's accounts
accounts() {
  local district school id
  case "${EQUITY_TENANT:-$demo_district}" in
    riverbend) district=Riverbend school='Larch Middle School' id=riverbend-0016 ;;
    *) district='Grand Bend' school='Grand Bend High School' id=255901001 ;;
  esac
  sed -e "s/{district}/$district/; s/{school}/$school/; s/{school-id}/$id/" "$accounts_file"
}

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

token() {
  local role=${1:-} name schools school claims now head body
  if [ -z "$role" ]; then
    printf '%-18s %-24s %-36s %s\n' role 'account (sub)' name school
    while IFS=$'\t' read -r role name schools; do printf '%-18s %-24s %-36s %s\n' "$role" "demo:$role" "$name" "${schools:-whole district}"; done < <(accounts)
    return
  fi
  [ -r "$identity_key" ] || die "no identity key yet ($identity_key): run deploy/eq up first"
  IFS=$'\t' read -r role name schools < <(accounts | grep -P "^$role\t") || die "no demo account '$role': see deploy/eq token"
  now=$(date +%s)
  claims=''
  for school in $schools; do claims="$claims${claims:+,}\"$school\""; done
  head=$(printf '{"alg":"RS256","typ":"JWT"}' | base64url)
  body=$(printf '{"iss":"equity-demo","aud":"equity-demo","sub":"demo:%s","name":"%s","tenant":"%s","role":"%s"%s,"iat":%d,"nbf":%d,"exp":%d}' \
    "$role" "$name" "${EQUITY_TENANT:-$demo_district}" "$role" "${claims:+,\"school\":[$claims]}" "$now" "$now" $((now + 12 * 3600)) | base64url)
  printf '%s.%s.%s\n' "$head" "$body" "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign "$identity_key" -binary | base64url)"
}
