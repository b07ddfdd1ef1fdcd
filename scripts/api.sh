#!/usr/bin/env bash
# The interface against its own description: starts a server on a database of its own, on a free port of this machine, and has schemathesis (from PyPI,
# in a folder of its own) try every address, as an administrator and as an officer. No answer may be a 5xx, none may break the schema.
#
# How many requests each address gets is the first argument; 20 without one. On another database when JIXIAO_DATABASE names one that is empty.
set -euo pipefail
cd "$(dirname "$0")/.."

examples="${1:-20}"
target="${CARGO_TARGET_DIR:-target}"
case "$target" in /*) ;; *) target="$PWD/$target" ;; esac
tools="$target/schemathesis"
if [ ! -x "$tools/bin/schemathesis" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet 'schemathesis>=4,<5'
fi
# Whoever has built it names it in JIXIAO.
jixiao="${JIXIAO:-}"
if [ -z "$jixiao" ]; then
  cargo build -p jixiao-cli --locked
  jixiao="$target/debug/jixiao"
fi

folder=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$folder"
}
trap finish EXIT

export JIXIAO_LANG=en JIXIAO_DATABASE="${JIXIAO_DATABASE:-sqlite://$folder/book.db}"
"$jixiao" db migrate
# Invented, and of this run alone.
word=$(head -c 18 /dev/urandom | base64 | tr -d '\n/+=')
echo "$word" | "$jixiao" user add root --role administrator
echo "$word" | "$jixiao" user add officer --role programme-officer --role province-finance

"$jixiao" serve --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
  grep -q 'listening at' "$folder/out" && break
  sleep 0.2
done
url=$(sed -n 's/.*listening at \(http:[^ ]*\) .*/\1/p' "$folder/out")
[ -n "$url" ] || { cat "$folder/log"; exit 1; }

# Signs in, makes a token of all deeds, and leaves something in the book to be found.
token() {
  python3 - "$url" "$1" "$word" <<'PY'
import datetime, json, sys, urllib.request

url, name, word = sys.argv[1:]

def ask(method, path, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"content-type": "application/json", **headers}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.headers, json.load(answer)

headers, session = ask("POST", "/api/v1/session", {"name": name, "password": word})
cookie = {"cookie": headers["set-cookie"].split(";")[0], "x-csrf-token": session["csrf"]}
_, deeds = ask("GET", "/api/v1/deeds")
until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
body = {"name": "schemathesis", "deeds": [d["id"] for d in deeds["deeds"]], "ends_at": until.isoformat()}
_, made = ask("POST", "/api/v1/tokens", body, **cookie)
if "post-budget" in session["deeds"]:
    source, appropriated = ({"year": 2024, "kind": kind} for kind in ("source", "appropriated"))
    entry = {"key": "first", "kind": "appropriate", "from": source, "to": appropriated, "fen": 100,
             "cause": {"kind": "document", "reference": "invented"}}
    ask("POST", "/api/v1/entries", {"whole": "each", "entries": [entry]}, **cookie)
    for subject in ("one", "two"):
        case = {"machine": "target-table", "subject": subject, "about": {"year": 2024}, "content": {}}
        ask("POST", "/api/v1/cases", case, **cookie)
print(made["token"])
PY
}

# The officer first: an administrator may take roles away.
for name in officer root; do
  echo "as $name"
  # Left out is what would end the token or the account that the run asks with.
  # It keeps notes of its own where it runs.
  (cd "$folder" && "$tools/bin/schemathesis" run "$url/api/openapi.json" --header "Authorization: Bearer $(token "$name")" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance \
    --exclude-operation-id set-password --exclude-operation-id set-active --exclude-operation-id revoke-token \
    --phases examples,coverage,fuzzing --max-examples "$examples" --seed 7 --no-color)
done
kill "$server"
wait "$server"
server=
grep -c '"message":"request"' "$folder/log"
! grep '"level":"error"' "$folder/log"
echo "the interface keeps to its description"
