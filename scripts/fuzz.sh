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
for target in $(cargo fuzz list); do
  cargo fuzz run "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
    2>&1 | grep -E 'number_of_executed_units|panicked|ERROR|SUMMARY|error' || true
  test "${PIPESTATUS[0]}" = 0 || { echo "FAIL  $target: see fuzz/artifacts"; exit 1; }
  echo "ok    $target"
done
