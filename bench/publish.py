#!/usr/bin/env python3
"""Measures how long the forms, the lists, the charts and the report of a year take to make and write.

    python3 bench/publish.py

Builds the release executable, runs the whole path on the built-in fund in turns with few ledger rows (what is left is
nearly all publishing) and with the fund's true size, and writes bench/publish.json and the figures in bench/README.md.
"""

import argparse
import datetime
import json
import os
import shutil
from pathlib import Path

from run import BENCH, CORES, Run, between_marks, built, measured, of_runs, output_of, surroundings, table_lines, three

BAR_S = 10
BAR_MB = 500
# One row of a thousand: the forms are as many and as long, since the target table is the same.
SCALES = {"few rows": 1000, "true size": 1}
DAY = "2025-03-31"


def publish(jixiao: Path, folder: Path, scale: int) -> Run:
    """The whole path into a folder that is new."""
    out = folder / f"out-{scale}"
    shutil.rmtree(out, ignore_errors=True)
    return measured([str(jixiao), "run", "-o", str(out), "--scale", str(scale), "--today", DAY], folder, (0,))


def made(folder: Path, scale: int) -> dict[str, int]:
    """How many files of what kind a run wrote, as its manifest says."""
    files = json.loads((folder / f"out-{scale}/manifest.json").read_text(encoding="utf-8"))["files"]
    endings = sorted({Path(f["name"]).suffix for f in files})
    return {"all": len(files)} | {e[1:]: sum(f["name"].endswith(e) for f in files) for e in endings}


def same_again(jixiao: Path, folder: Path, scale: int) -> bool:
    """Whether a second run wrote the same bytes."""
    manifest = folder / f"out-{scale}/manifest.json"
    before = manifest.read_bytes()
    publish(jixiao, folder, scale)
    return manifest.read_bytes() == before


def ratios(found: dict) -> dict[str, float]:
    """Bars over medians: above 1 the bar is met."""
    few = found["runs"]["few rows"]
    return {
        f"forms and report, nearly alone: bar of {BAR_S} s ÷ jixiao": round(BAR_S / few["seconds"]["median"], 2),
        f"forms and report, nearly alone: bar of {BAR_MB} MB ÷ jixiao's peak": round(BAR_MB / few["peak_mb"]["median"], 2),
    }


def write_readme(found: dict) -> None:
    """Puts the figures between the marks of the README."""
    where = found["where"]
    lines = [
        f"{found['date']}, {where['machine']}; jixiao {found['jixiao']} at {found['commit']}, {found['profile']} profile. "
        f"Load average before {where['load_average_before']}, after {where['load_average_after']}. {found['rounds']} rounds.",
        "",
    ]
    rows = [[name, f"{value:.2f}"] for name, value in found["ratios"].items()]
    lines += table_lines(["ratio; the bar is 1, greater is better", ""], rows)
    rows = []
    for name, run in found["runs"].items():
        cpu, peak = run["cpu_seconds"]["median"], run["peak_mb"]["median"]
        rows.append([f"whole path, {name}", *three(run["seconds"], 1, 1), f"{cpu:.1f}", f"{peak:.0f}"])
    lines += table_lines(["s", "min", "median", "max", "CPU, median", "peak, MB"], rows)
    kinds = ", ".join(f"{count} .{kind}" for kind, count in found["made"].items() if kind != "all")
    again = "the same bytes" if found["same_again"] else "other bytes"
    lines += [f"A run writes {found['made']['all']} files ({kinds}); a second run gave {again}.", ""]
    between_marks("publish", lines)


def main() -> None:
    """Builds, measures, reports."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jixiao", type=Path, help="an executable that is built already")
    parser.add_argument("--profile", default="release", help="the profile that it was built with")
    args = parser.parse_args()
    if args.jixiao:
        jixiao, target = args.jixiao.resolve(), args.jixiao.resolve().parent.parent / "bench"
    else:
        jixiao, target = built()
    folder = target / "publish"
    folder.mkdir(parents=True, exist_ok=True)
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    where = surroundings()
    runs: dict[str, list[Run]] = {name: [] for name in SCALES}
    for _ in range(args.rounds):
        for name, scale in SCALES.items():
            runs[name].append(publish(jixiao, folder, scale))
    found = {
        "date": datetime.date.today().isoformat(),
        # An executable that was handed in says itself nothing of its commit.
        "commit": "an unnamed commit" if args.jixiao else output_of(["git", "rev-parse", "--short", "HEAD"]),
        "profile": args.profile,
        "jixiao": output_of([str(jixiao), "--version"]).split()[-1],
        "rounds": args.rounds,
        "where": where,
        "runs": {name: of_runs(some) for name, some in runs.items()},
        "made": made(folder, SCALES["few rows"]),
        "same_again": same_again(jixiao, folder, SCALES["few rows"]),
    }
    found["where"]["load_average_after"] = round(os.getloadavg()[0], 1)
    found["ratios"] = ratios(found)
    (BENCH / "publish.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    write_readme(found)
    print(json.dumps(found["ratios"], ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
