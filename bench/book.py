#!/usr/bin/env python3
"""Measures the book: entries in batches, and single durable payments by sixteen clients, on SQLite and PostgreSQL.

    python3 bench/book.py

Builds crates/store/examples/book_bench.rs in release, runs it on an empty SQLite file and, when scripts/postgres.sh can
start one, on a PostgreSQL of its own on loopback. Writes bench/book.json and the figures in bench/README.md. Wants Linux,
Python 3.10 or newer and cargo.
"""

import argparse
import datetime
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from run import BENCH, ROOT, between_marks, output_of, stop, surroundings, table_lines

ENTRIES, BATCH, CLIENTS, ORDERS = 400_000, 8_000, 16, 8_000
BAR_ENTRIES_PER_SECOND = 200_000
BAR_P99_MS = 20


def built() -> Path:
    """Builds the example that times itself."""
    command = ["cargo", "build", "--release", "--locked", "-p", "jixiao-store", "--example", "book_bench"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        stop("cargo build failed")
    metadata = json.loads(output_of(["cargo", "metadata", "--no-deps", "--format-version", "1"]))
    return Path(metadata["target_directory"]) / "release/examples/book_bench"


def one(example: Path, url: str) -> dict:
    """One run on an empty database; the books must balance afterwards."""
    said = json.loads(output_of([str(example), url, *map(str, (ENTRIES, BATCH, CLIENTS, ORDERS))]))
    if said["doubts"] != 0:
        stop(f"the books do not balance after the run: {said}")
    return said


def sqlite(example: Path, rounds: int) -> list[dict]:
    """Rounds on files of their own, on the disk that the checkout is on."""
    found = []
    for _ in range(rounds):
        folder = Path(tempfile.mkdtemp(dir=ROOT / "target"))
        found.append(one(example, f"sqlite://{folder}/book.db"))
        shutil.rmtree(folder)
    return found


def postgres(example: Path, rounds: int) -> list[dict]:
    """Rounds on databases of their own; none when no server can be started."""
    os.environ["JIXIAO_TEST_POSTGRES_DIR"] = f"/tmp/jixiao-postgres-bench-{os.getuid()}"
    script = str(ROOT / "scripts/postgres.sh")
    started = subprocess.run([script, "start"], capture_output=True, text=True, check=False)
    if started.returncode != 0:
        print("PostgreSQL is left out:", started.stderr.strip().splitlines()[-1])
        return []
    server = started.stdout.strip().split("=", 1)[1]
    try:
        found = []
        for number in range(rounds):
            name = f"book_{os.getpid()}_{number}"
            for sql in (f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"):
                subprocess.run(["psql", "-q", server, "-c", sql], check=True)
            found.append(one(example, server.rsplit("/", 1)[0] + "/" + name))
            subprocess.run(["psql", "-q", server, "-c", f"DROP DATABASE {name} WITH (FORCE)"], check=True)
        return found
    finally:
        subprocess.run([script, "stop"], check=False, capture_output=True)


def main() -> None:
    """Measures, writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    example = built()
    before = os.getloadavg()[0]
    found = {"SQLite, WAL, synchronous FULL": sqlite(example, args.rounds)}
    if pg := postgres(example, args.rounds):
        found["PostgreSQL, fsync on"] = pg
    where = surroundings()
    lines = [
        f"{datetime.date.today()}, {where['machine']}. Load average before {before:.1f}, after {os.getloadavg()[0]:.1f}. {args.rounds} rounds, medians.",
        "",
    ]
    rows = []
    for name, runs in found.items():
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        rows.append([
            name,
            f"{middle['entries_per_second']:,.0f}",
            f"{middle['entries_per_second'] / BAR_ENTRIES_PER_SECOND:.2f}",
            f"{middle['orders_per_second']:,.0f}",
            f"{middle['p50_us'] / 1e3:.1f}",
            f"{middle['p99_us'] / 1e3:.1f}",
            f"{BAR_P99_MS * 1e3 / middle['p99_us']:.2f}",
        ])
    heads = ["", "entries/s in batches", "÷ bar", f"orders/s, {CLIENTS} clients", "p50 ms", "p99 ms", "bar ÷ p99"]
    lines += table_lines(heads, rows)
    between_marks("book", lines)
    record = {"date": str(datetime.date.today()), "where": where, "found": found}
    (BENCH / "book.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
