#!/usr/bin/env python3
"""Measures the evaluation alone: score sheets of made-up funds, once targets and actuals are there.

    python3 bench/evaluate.py

Builds crates/core/examples/evaluate.rs in release, runs it, writes bench/evaluate.json and the figures in
bench/README.md. Wants Linux, Python 3.10 or newer and cargo.
"""

import argparse
import datetime
import json
import os
import subprocess
from pathlib import Path

from run import BENCH, CORES, ROOT, between_marks, measured, output_of, spread, stop, surroundings, table_lines, three

REGIONS = 22
ONE_FUND_INDICATORS = 8
MANY_FUNDS, MANY_INDICATORS = 1_000, 40
BAR_ONE_MS = 50
BAR_MANY_S = 2


def built() -> Path:
    """Builds the example that times itself."""
    command = ["cargo", "build", "--release", "--locked", "-p", "jixiao-core", "--example", "evaluate"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        stop("cargo build failed")
    metadata = json.loads(output_of(["cargo", "metadata", "--no-deps", "--format-version", "1"]))
    return Path(metadata["target_directory"]) / "release/examples/evaluate"


def case(example: Path, funds: int, indicators: int, rounds: int, threads: int) -> dict[str, object]:
    """Some funds, as the example timed itself."""
    def command(some: int) -> list[str]:
        return [str(example), *map(str, (funds, REGIONS, indicators, some, threads))]

    said = json.loads(output_of(command(rounds)))
    # What further rounds cost is the evaluation alone, whoever else is busy on the machine.
    few, many = (measured(command(some), ROOT, (0,)).cpu_seconds for some in (1, 1 + rounds))
    said["cpu_seconds"] = round((many - few) / rounds, 6)
    seconds = {name: [us / 1e6 for us in said.pop(name)] for name in ("micros", "micros_explained")}
    said["seconds"] = spread(seconds["micros"])
    if seconds["micros_explained"]:
        said["seconds_explained"] = spread(seconds["micros_explained"])
    return said


def ratios(found: dict) -> dict[str, float]:
    """Each bar over what was measured; 1 is the bar, greater is better."""
    one, many = found["one_fund"], found["many_funds"]
    return {
        f"one fund × {REGIONS} regions: bar of {BAR_ONE_MS} ms ÷ evaluation": BAR_ONE_MS / 1e3 / one["seconds"]["median"],
        "the same with every derivation": BAR_ONE_MS / 1e3 / one["seconds_explained"]["median"],
        f"{MANY_FUNDS:,} funds × {REGIONS} regions × {MANY_INDICATORS} indicators: bar of {BAR_MANY_S} s ÷ evaluation, one thread":
            BAR_MANY_S / many["1"]["seconds"]["median"],
        "the same ÷ its CPU time": BAR_MANY_S / many["1"]["cpu_seconds"],
        f"the same, {CORES} threads": BAR_MANY_S / many[str(CORES)]["seconds"]["median"],
    }


def write_readme(found: dict) -> None:
    """Puts the figures between the marks of the README."""
    where = found["where"]
    lines = [
        f"{found['date']}, {where['machine']}; at {found['commit']}. Load average before "
        f"{where['load_average_before']}, after {where['load_average_after']}. {found['rounds']} rounds.",
        "",
    ]
    rows = [[name, f"{value:.2f}"] for name, value in found["ratios"].items()]
    lines += table_lines(["ratio of medians; the bar is 1, greater is better", ""], rows)
    one, many = found["one_fund"], found["many_funds"]
    rows = [
        [f"one fund, {ONE_FUND_INDICATORS} indicators", *three(one["seconds"], 1e3, 2), "", f"{one['rows_scored']:,}"],
        ["the same with every derivation", *three(one["seconds_explained"], 1e3, 2), "", f"{one['rows_scored']:,}"],
    ]
    for threads, part in many.items():
        name = f"{MANY_FUNDS:,} funds, {MANY_INDICATORS} indicators, {threads} thread{'s' if threads != '1' else ''}"
        cpu = f"{part['cpu_seconds'] * 1e3:.0f}"
        rows.append([name, *three(part["seconds"], 1e3, 0), cpu, f"{part['rows_scored']:,}"])
    lines += table_lines([f"ms, {REGIONS} regions and the whole", "min", "median", "max", "CPU", "scores"], rows)
    between_marks("evaluate", lines)


def main() -> None:
    """Builds, measures, reports."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--example", type=Path, help="the example, built already")
    parser.add_argument("--dry", action="store_true", help="print without writing")
    args = parser.parse_args()
    example = args.example.resolve() if args.example else built()
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    found = {
        "date": datetime.date.today().isoformat(),
        # An executable that was handed in says itself nothing of its commit.
        "commit": "an unnamed commit" if args.example else output_of(["git", "rev-parse", "--short", "HEAD"]),
        "rounds": args.rounds,
        "where": surroundings(),
        "one_fund": case(example, 1, ONE_FUND_INDICATORS, args.rounds, 1),
        "many_funds": {
            str(threads): case(example, MANY_FUNDS, MANY_INDICATORS, args.rounds, threads) for threads in (1, CORES)
        },
    }
    scored = {part["points"] for part in found["many_funds"].values()}
    if len(scored) != 1:
        stop(f"threads change what is scored: {scored}")
    found["where"]["load_average_after"] = round(os.getloadavg()[0], 1)
    found["ratios"] = {name: round(value, 2) for name, value in ratios(found).items()}
    if not args.dry:
        (BENCH / "evaluate.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        write_readme(found)
    print(json.dumps(found["ratios"], ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
