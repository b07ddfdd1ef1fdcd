#!/usr/bin/env bash
# Our Word and Excel files opened by LibreOffice: it converts them, and what it wrote must read as the same table again.
set -euo pipefail
cd "$(dirname "$0")/.."

printf '\n== the forms opened by LibreOffice\n'
if ! command -v soffice >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      libreoffice-writer libreoffice-calc fonts-noto-cjk >/dev/null
  else
    echo "LibreOffice was not found and may not be installed here; skipped."
    echo "To run this part: apt-get install libreoffice-writer libreoffice-calc fonts-noto-cjk"
    exit 0
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Whoever has built it names it in JIXIAO.
jixiao="${JIXIAO:-}"
if [ -z "$jixiao" ]; then
  cargo build --quiet --locked
  jixiao=${CARGO_TARGET_DIR:-target}/debug/jixiao
fi
table=funds/guangdong-trade-2024/target-table.txt

"$jixiao" convert "$table" -o "$work/table.docx" >/dev/null
"$jixiao" convert "$table" -o "$work/table.xlsx" >/dev/null
convert() { # file, format: LibreOffice writes the file again in another format
  soffice --headless -env:UserInstallation="file://$work/profile" --convert-to "$2" --outdir "$work/again" "$work/$1" >/dev/null 2>&1
}
convert table.docx pdf
mv "$work/again/table.pdf" "$work/again/word.pdf"
convert table.docx docx
convert table.xlsx xls
convert table.xlsx xlsx

# The table as shown is what must survive; places differ from format to format.
shown() { "$jixiao" show "$1" | tr -d ' '; }
failed=0
for file in word.pdf table.docx table.xls table.xlsx; do
  if diff <(shown "$table") <(shown "$work/again/$file") >"$work/diff"; then
    echo "ok    $file"
  else
    echo "FAIL  $file: what LibreOffice wrote reads differently"
    head -n 20 "$work/diff"
    failed=1
  fi
done
exit "$failed"
