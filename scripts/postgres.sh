#!/usr/bin/env bash
# A PostgreSQL of one's own on loopback, for tests: `eval "$(scripts/postgres.sh start)"` sets JIXIAO_TEST_POSTGRES, `scripts/postgres.sh stop` ends it,
# `scripts/postgres.sh running` says by its exit code whether there is one.
# Installs the Debian package when it may; says what is missing when it may not.
set -euo pipefail

folder="${JIXIAO_TEST_POSTGRES_DIR:-/tmp/jixiao-postgres-$(id -u)}"
say() { printf '%s\n' "$*" >&2; }

binaries() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -n "$found" ] && { echo "$found"; return; }
  found=$(command -v initdb) && dirname "$found"
}

# The server refuses to run as root: then it runs as the user that the package made.
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

case "${1:-}" in
start)
  bin=$(binaries || true)
  if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "PostgreSQL is installed from the Debian package"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } >&2
    bin=$(binaries || true)
  fi
  if [ -z "$bin" ]; then
    say "PostgreSQL was not found and cannot be installed here: sudo apt-get install postgresql, or set JIXIAO_TEST_POSTGRES to a server where databases may be made."
    exit 2
  fi
  if [ ! -d "$folder/data" ]; then
    mkdir -p "$folder"
    [ "$(id -u)" = 0 ] && chown postgres "$folder"
    as "$bin/initdb" -D "$folder/data" -U jixiao -A trust --no-locale -E UTF8 >&2
  fi
  if ! as "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1; then
    if [ -f "$folder/port" ]; then
      port=$(cat "$folder/port")
    else
      port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo 54329)
      echo "$port" | as tee "$folder/port" >/dev/null
    fi
    as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200" start >&2
  fi
  echo "export JIXIAO_TEST_POSTGRES=postgres://jixiao@127.0.0.1:$(cat "$folder/port")/postgres"
  ;;
crash)
  # Ended as if the power had gone; the next start repairs from its log, on the same port.
  as "$(binaries)/pg_ctl" -D "$folder/data" -m immediate stop >&2
  ;;
running)
  bin=$(binaries || true)
  [ -n "$bin" ] && [ -d "$folder/data" ] && as "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1
  ;;
stop)
  bin=$(binaries)
  as "$bin/pg_ctl" -D "$folder/data" -m fast stop >&2 || true
  ;;
*)
  say "usage: scripts/postgres.sh start|running|stop|crash"
  exit 2
  ;;
esac
