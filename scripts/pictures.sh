#!/usr/bin/env bash
# The pictures of README and guides, taken from the demo as it runs, at the fund's true size: docs/images/page-*.png.
set -euo pipefail
cd "$(dirname "$0")/.."
JIXIAO_TEST_CHROMEDRIVER=${JIXIAO_TEST_CHROMEDRIVER:-$(bash scripts/browser.sh)}
export JIXIAO_TEST_CHROMEDRIVER JIXIAO_DEMO_SCALE=1
# The whole workspace, so that other people's code is built as the tests built it.
cargo test --locked --workspace --test browser -- a_city_sees_what_waits opens_a_figure checks_a_table would_cost opens_an_award
shots=${CARGO_TARGET_DIR:-target}/tmp/shots
for name in city-home results targets simulate award; do
  cp "$shots/task-$name.png" "docs/images/page-$name.png"
done
ls -l docs/images/page-*.png
