#!/usr/bin/env bash
# The API documentation of our own crates, warnings as errors, from the libraries that the tests have already built:
# `cargo doc` would check every dependency a second time.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
libraries=$target/debug/deps

externs() { # the crates that a package depends on directly, each with the newest library of the version that it takes
  cargo tree --locked --offline -p "$1" --depth 1 -e normal --prefix none | tail -n +2 | while read -r package version rest; do
    name=${package//-/_}
    for library in $(ls -t "$libraries/lib$name"-*.rlib 2>/dev/null); do
      sources=${library%.rlib}.d
      sources=$libraries/${sources##*/lib}
      # Our own crates have no version in their folder's name.
      if [ -n "$rest" ] || grep -q "/$package-${version#v}/" "$sources"; then
        printf -- '--extern=%s=%s\n' "$name" "$library"
        break
      fi
    done
  done
}

for crate in core tables engine sample report typeset store web cli; do
  mapfile -t found < <(externs "jixiao-$crate")
  CARGO_PKG_VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1) \
  CARGO_MANIFEST_DIR=$PWD/crates/$crate \
  rustdoc --edition 2024 --crate-name "jixiao_$crate" --out-dir "$target/doc" -Dwarnings -Dmissing_docs \
    -L "dependency=$libraries" "${found[@]}" "crates/$crate/src/lib.rs"
  echo "jixiao_$crate: $target/doc/jixiao_$crate/index.html"
done
