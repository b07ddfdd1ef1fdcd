#!/usr/bin/env bash
# Every test: format, lints and tests in one build, documentation. Needs Rust; a PostgreSQL of its own is installed and started, and a Chromium installed,
# when that may be done, and left out, which is said, when not.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

command -v cargo >/dev/null || { echo "cargo was not found: install Rust 1.95 or newer (https://rustup.rs) and run this again." >&2; exit 2; }
for part in rustfmt clippy-driver rustdoc; do
  command -v "$part" >/dev/null || { echo "$part was not found: rustup component add rustfmt clippy" >&2; exit 2; }
done

say "format"
cargo fmt --all --check
# The checks are named by a macro, which rustfmt does not look into.
rustfmt --edition 2024 --check crates/core/src/checks/rules/[a-z]*.rs

# Clippy is the compiler of our own crates here, so that lints cost no second pass over the dependencies: what is linted
# is what is built, and what is built is what is tested.
say "build with lints as errors, then every test"
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
export CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__"
log=$(mktemp)
started=
# A server that was running before is not ours to stop.
finish() {
  rm -f "$log"
  [ -z "$started" ] || bash scripts/postgres.sh stop
}
trap finish EXIT

# What is kept is tested on both databases. Whoever has a server names it in JIXIAO_TEST_POSTGRES; else one is started on loopback.
if [ -z "${JIXIAO_TEST_POSTGRES:-}" ]; then
  bash scripts/postgres.sh running || started=yes
  if server=$(bash scripts/postgres.sh start); then
    eval "$server"
  else
    started=
    say "without PostgreSQL: what is kept is tested on SQLite alone"
  fi
fi
# What people do on pages is tried in a real browser.
if [ -z "${JIXIAO_TEST_CHROMEDRIVER:-}" ]; then
  if driver=$(bash scripts/browser.sh); then
    export JIXIAO_TEST_CHROMEDRIVER="$driver"
  else
    say "without a browser: what people do on pages is not tried"
  fi
fi
cargo test --workspace --locked 2>&1 | tee "$log"

say "documentation"
bash scripts/docs.sh

# One line that says how many tests there were in all.
sed -n 's/^test result: [a-zA-Z]*\. \([0-9]*\) passed; \([0-9]*\) failed.*/\1 \2/p' "$log" |
  awk '{ passed += $1; failed += $2 } END { printf "\n%d passed, %d failed\n", passed, failed }'
