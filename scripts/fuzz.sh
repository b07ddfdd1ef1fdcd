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
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for target in $(cargo fuzz list); do
  if cargo fuzz run "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
    echo "ok    $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
  else
    tail -n 40 "$log"
    echo "FAIL  $target: the input lies in fuzz/artifacts/$target"
    exit 1
  fi
done
