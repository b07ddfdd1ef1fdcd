#!/usr/bin/env bash
# The second opinion: schemes as SQL on DataFusion against the embedded back end, over random ledgers. Builds DataFusion, which takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v cargo >/dev/null || { echo "cargo was not found: install Rust 1.95 or newer (https://rustup.rs) and run this again." >&2; exit 2; }
command -v clippy-driver >/dev/null || { echo "clippy-driver was not found: rustup component add clippy" >&2; exit 2; }

# Lints here too: without its feature the crate is empty, and nothing of it was looked at.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
export CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__"
cargo test -p jixiao-cluster --features cluster --profile oracle --locked
