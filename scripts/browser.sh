#!/usr/bin/env bash
# The driver of a Chromium for the tests of pages: prints its path. Installs the Debian packages (browser, driver, Chinese fonts) when it may; says what is
# missing when it may not.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

if ! command -v chromedriver >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  say "Chromium, its driver and Chinese fonts are installed from the Debian packages"
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium chromium-driver fonts-noto-cjk; } >&2
fi
command -v chromedriver || {
  say "chromedriver was not found and cannot be installed here: sudo apt-get install chromium chromium-driver fonts-noto-cjk, or set JIXIAO_TEST_CHROMEDRIVER."
  exit 2
}
