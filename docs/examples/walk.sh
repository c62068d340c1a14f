#!/usr/bin/env bash
# One case by programs alone, from the report to letters that everybody has; `make run` must be running.
# Another address than that of `make run`: BREACH_URL=http://127.0.0.1:8100 bash docs/examples/walk.sh
set -euo pipefail
url=${BREACH_URL:-http://127.0.0.1:${BREACH_PORT:-8000}}
api=$url/api/v1
if ! curl --silent --fail --output /dev/null --max-time 10 "$url/readyz"; then
  echo "Nothing answers at $url. Start it with make run, or set BREACH_URL to where it runs." >&2
  exit 1
fi
home=$(mktemp -d)
chmod 700 "$home"
finish() { # however the walk ends: a token that is not needed any more is ended
  while read -r number; do breach token revoke "$number" > /dev/null || echo "still valid: $number" >&2; done < "$home/numbers"
  rm -rf "$home"
}
touch "$home/numbers"
trap finish EXIT

# A token for each person, for a day; curl reads it from a file, so that it is in no list of processes.
for who in sagsbehandler beslutter godkender frigiver; do
  token=$(breach token add --person "$who" --controller nordjylland --days 1 2> "$home/said") || { cat "$home/said" >&2; exit 1; }
  sed -n "s/.*breach token revoke //p" "$home/said" >> "$home/numbers"
  printf 'header = "Authorization: Bearer %s"\n' "$token" > "$home/$who"
done

call() { # call WHO CURL-ARGUMENTS...
  local who=$1
  shift
  curl --silent --show-error --fail-with-body --config "$home/$who" "$@"
}
field() { # field NAME: one field of the case as it stands
  call sagsbehandler "$api/cases/$case" | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}
step() { # step WHO NAME [MORE FIELDS]: every step names the version of the case it was taken on
  call "$1" "$api/cases/$case/steps/$2" --header 'Content-Type: application/json' \
    --data "{\"version\": $(field version)${3:-}}" > "$home/answer"
  echo "$2: the case is $(field state), the notification $(field authority), the communication $(field communication)"
}

case=$(curl --silent --show-error --fail-with-body "$api/reports" --header 'Content-Type: application/json' \
  --header "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" --data @docs/examples/report.json |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["reference"])')
echo "reported: $case"
facts=$(python3 -c 'import json; print(json.dumps(json.load(open("docs/examples/facts.json"))["facts"]))')

step sagsbehandler take
step sagsbehandler score ", \"facts\": $facts"
step sagsbehandler propose \
  ', "outcome": "notify_authority_and_data_subjects", "reasoning": "Health data reached a stranger.",
   "summary": "Et brev om din operation kom i en kuvert til en anden patient.", "measures": "Brevet er hentet.",
   "summary_en": "A letter about your operation came in an envelope for another patient.",
   "measures_en": "The letter has been fetched."'
step beslutter decide ", \"proposal_sha256\": \"$(field proposal_sha256)\""
step sagsbehandler submit_notification \
  ", \"submitted_at\": \"$(date --utc +%Y-%m-%dT%H:%M:%SZ)\", \"receipt_number\": \"TRIAL-1\""
step sagsbehandler save_measures \
  ', "summary": "Et brev om din operation kom i en kuvert til en anden patient.", "measures": "Brevet er hentet.",
   "summary_en": "A letter about your operation came in an envelope for another patient.",
   "measures_en": "The letter has been fetched.", "contained": true, "contained_at": "2026-03-03"'
step sagsbehandler draft_text
step godkender approve_text ", \"sha256\": \"$(field text_sha256)\""
step sagsbehandler add_recipient ', "cpr": "251248-9996", "name": "Nancy Ann Test Berggren"'
step sagsbehandler ask_release ", \"list_version\": $(field list_version)"
step frigiver release ", \"typed_count\": $(field recipients)"
for _ in $(seq 60); do
  if [ "$(field communication)" = completed ]; then break; fi
  sleep 1
done
echo "told: $(field told) of $(field recipients), $(field counts)"
step sagsbehandler complete_notification
step sagsbehandler conclude
