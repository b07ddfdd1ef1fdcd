#!/usr/bin/env bash
# The API documentation of our own crates, warnings as errors, from the libraries that the tests have already built:
# `cargo doc` would check every dependency a second time. Run with the same RUSTC_WORKSPACE_WRAPPER as the tests, or they are built again.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}

# Which library each package was built as. What build scripts and macros use is built a second time, without optimisation:
# sorted by level, the one that the programs use stands last.
built=$(mktemp)
trap 'rm -f "$built"' EXIT
cargo test --workspace --locked --no-run --message-format=json 2>/dev/null |
  grep '"reason":"compiler-artifact"' | grep '"test":false' |
  sed -n 's/.*"package_id":"[^"]*#\([^"]*\)".*"opt_level":"\([^"]*\)".*"filenames":\[[^]]*"\([^"]*\.rlib\)".*/\2 \1 \3/p' |
  sort -s -k1,1 | cut -d' ' -f2- >"$built"

externs() { # the crates that a package depends on directly, each with the library that was built of the version that it takes
  cargo tree --locked --offline -p "$1" --depth 1 -e normal --prefix none | tail -n +2 | while read -r package version rest; do
    library=$(sed -n "s|^$package@${version#v} ||p" "$built" | tail -1)
    if [ -n "$library" ]; then
      name=${library##*/lib}
      printf -- '--extern=%s=%s\n' "${name%-*}" "$library"
    fi
  done
}

for crate in core tables engine sample report typeset store web site cli; do
  mapfile -t found < <(externs "jixiao-$crate")
  CARGO_PKG_VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1) \
  CARGO_MANIFEST_DIR=$PWD/crates/$crate \
  rustdoc --edition 2024 --crate-name "jixiao_$crate" --out-dir "$target/doc" -Dwarnings -Dmissing_docs \
    -L "dependency=$target/debug/deps" "${found[@]}" "crates/$crate/src/lib.rs"
  echo "jixiao_$crate: $target/doc/jixiao_$crate/index.html"
done
