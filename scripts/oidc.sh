#!/usr/bin/env bash
# Signing in with an organisation's account, which is built with the feature `oidc` alone: against a provider of the tests' own on this machine, with keys that
# are drawn there. Builds https and signatures, which takes a C compiler and some two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v cargo >/dev/null || { echo "cargo was not found: install Rust 1.95 or newer (https://rustup.rs) and run this again." >&2; exit 2; }
command -v clippy-driver >/dev/null || { echo "clippy-driver was not found: rustup component add clippy" >&2; exit 2; }

# Lints here too: without the feature nothing of it was looked at.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
export CLIPPY_ARGS="-Dwarnings__CLIPPY_HACKERY__"
# The whole workspace, so that other people's code is built as the other tests built it: only what the feature adds is new. Tried is what it reaches: the
# way in against the provider, the command line's help in both languages, and what it says of a file that is no good.
cargo test --workspace --features jixiao-oidc/oidc,jixiao-site/oidc-tests,jixiao-cli/oidc --lib --test organisation --test serve --locked
