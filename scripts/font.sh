#!/usr/bin/env bash
# Makes the embedded font again: two faces of Noto Sans CJK SC, cut down to the characters of Chinese forms. Needed only to change what is in it.
#
#   bash scripts/font.sh [folder with NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc]
#
# The folder's default is where the package fonts-noto-cjk (Debian, Ubuntu) puts them; fonttools does the cutting (python3 -m pip install fonttools).
# Same originals and same fonttools give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

originals=${1:-/usr/share/fonts/opentype/noto}
python=${PYTHON:-python3}
[ -f "$originals/NotoSansCJK-Regular.ttc" ] || {
  echo "NotoSansCJK-Regular.ttc is not in $originals: install fonts-noto-cjk, or name the folder." >&2
  exit 2
}
"$python" -c 'import fontTools' 2>/dev/null || {
  echo "fonttools was not found: $python -m pip install fonttools (or set PYTHON)." >&2
  exit 2
}

"$python" - "$originals" scripts/font-characters.txt crates/typeset/fonts <<'PYTHON'
import sys
from pathlib import Path
from fontTools import subset
from fontTools.ttLib import TTCollection

originals, listed, out = map(Path, sys.argv[1:])

wanted = {chr(c) for c in range(0x20, 0x7F)} | {chr(c) for c in range(0xA0, 0x100)}
for high in range(0xA1, 0xFE):  # all of GB 2312: signs and both levels
    for low in range(0xA1, 0xFF):
        try:
            wanted.add(bytes([high, low]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
for line in listed.read_text("utf-8").splitlines():
    if not line.startswith("#"):
        wanted |= {c for c in line if not c.isspace()}

options = subset.Options()
options.layout_features = ["ccmp", "kern", "liga", "mark", "pwid"]  # pwid: narrow quotation marks in English
options.name_IDs = ["*"]
options.hinting = False
options.notdef_outline = True
options.glyph_names = False

for face in ("Regular", "Bold"):
    collection = TTCollection(originals / f"NotoSansCJK-{face}.ttc")
    font = next(f for f in collection.fonts if f["name"].getDebugName(1) == "Noto Sans CJK SC")
    missing = sorted(wanted - {chr(c) for c in font.getBestCmap()})
    font.recalcTimestamp = False  # the date in the file stays the original's
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in wanted])
    cutter.subset(font)
    # What a reader of the file should know: it is not the original.
    font["name"].names = [n for n in font["name"].names if n.platformID == 3 and n.langID == 0x409]
    font["name"].setName("Cut down from Noto Sans CJK SC by scripts/font.sh of jixiao.", 10, 3, 1, 0x409)
    path = out / f"NotoSansSC-{face}.otf"
    font.save(path)
    print(f"{path}: {path.stat().st_size:,} bytes, {len(font.getBestCmap())} characters")
    if missing:
        print("  not in the original:", " ".join(missing))
PYTHON
