#!/usr/bin/env bash
# The API documentation of our own crates, warnings as errors, from the libraries that the tests have already built:
# `cargo doc` would check every dependency a second time.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
libraries=$target/debug/deps

externs() { # the crates that a Cargo.toml names under [dependencies], each with its newest library
  sed -n '/^\[dependencies\]/,/^\[/p' "$1" | sed -n 's/^\([a-z0-9_-]*\)\(\.workspace\)\{0,1\} *=.*/\1/p' | tr - _ | while read -r name; do
    library=$(ls -t "$libraries/lib$name"-*.rlib 2>/dev/null | head -n 1)
    [ -n "$library" ] && printf -- '--extern=%s=%s\n' "$name" "$library"
  done
}

for crate in core tables engine sample report typeset cli; do
  mapfile -t found < <(externs "crates/$crate/Cargo.toml")
  CARGO_PKG_VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1) \
  CARGO_MANIFEST_DIR=$PWD/crates/$crate \
  rustdoc --edition 2024 --crate-name "jixiao_$crate" --out-dir "$target/doc" -Dwarnings -Dmissing_docs \
    -L "dependency=$libraries" "${found[@]}" "crates/$crate/src/lib.rs"
  echo "jixiao_$crate: $target/doc/jixiao_$crate/index.html"
done
