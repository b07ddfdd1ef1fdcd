#!/usr/bin/env bash
# A short fuzz run of every reader; the seconds for each are the argument. The long run is described in fuzz/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}

printf '\n== fuzzing every reader for %s seconds\n' "$seconds"
if ! cargo fuzz --version >/dev/null 2>&1; then
  cargo install --quiet --locked cargo-fuzz || { echo "cargo-fuzz could not be installed; skipped"; exit 0; }
fi
bash fuzz/seed.sh >/dev/null
# The compiler's sanitizer flags are not stable yet; this switch is for fuzzing only, see fuzz/README.md.
export RUSTC_BOOTSTRAP=1
cd fuzz
cargo fuzz build
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
one() {
  if cargo fuzz run "$1" -- -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$3/$1" 2>&1; then
    echo "ok    $1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$3/$1") inputs"
  else
    tail -n 40 "$3/$1"
    echo "FAIL  $1: the input lies in fuzz/artifacts/$1"
    return 1
  fi
}
export -f one
# One beside another, as many as there are cores: none of them has more than one to do with. Whoever fails does not keep the others from their turn.
cargo fuzz list | xargs -P "$(nproc)" -I{} bash -c 'one "$@"' one {} "$seconds" "$logs"
