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

# Entries, the sizes of their batches; a large batch is what a year's awards of a large fund are.
ENTRIES, BATCHES = 400_000, (8_000, 100_000)
CLIENTS, ORDERS = 16, 8_000
# PostgreSQL is slower at both, and stands beside for comparison.
ENTRIES_BESIDE, ORDERS_BESIDE = 200_000, 3_200
BAR_ENTRIES_PER_SECOND = 200_000
BAR_P99_MS = 20


def built() -> Path:
    """Builds the example that times itself."""
    command = ["cargo", "build", "--release", "--locked", "-p", "jixiao-store", "--example", "book_bench"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        stop("cargo build failed")
    metadata = json.loads(output_of(["cargo", "metadata", "--no-deps", "--format-version", "1"]))
    return Path(metadata["target_directory"]) / "release/examples/book_bench"


def one(example: Path, url: str, entries: int, batch: int, orders: int) -> dict:
    """One run on an empty database; the books must balance afterwards."""
    said = json.loads(output_of([str(example), url, *map(str, (entries, batch, CLIENTS, orders))]))
    if said["doubts"] != 0:
        stop(f"the books do not balance after the run: {said}")
    return said


def sqlite(example: Path, rounds: int) -> list[dict]:
    """Rounds on files of their own, on the disk that the checkout is on."""
    found = []
    for _ in range(rounds):
        for batch in BATCHES:
            folder = Path(tempfile.mkdtemp(dir=ROOT / "target"))
            found.append(one(example, f"sqlite://{folder}/book.db", ENTRIES, batch, ORDERS))
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
        for number, batch in enumerate(BATCHES * rounds):
            name = f"book_{os.getpid()}_{number}"
            subprocess.run(["psql", "-q", server, "-c", f"CREATE DATABASE {name}"], check=True)
            found.append(one(example, server.rsplit("/", 1)[0] + "/" + name, ENTRIES_BESIDE, batch, ORDERS_BESIDE))
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
        f"{datetime.date.today()}, {where['machine']}. Load average before {before:.1f}, after {os.getloadavg()[0]:.1f}. {args.rounds} rounds of each.",
        "",
    ]
    batches, orders = [], []
    for name, runs in found.items():
        for batch in BATCHES:
            of = [run for run in runs if run["batch"] == batch]
            speed = [run["entries_per_second"] for run in of]
            # What a server does beside is not in the process's own CPU time.
            cpu = f"{statistics.median(run['batch_cpu_ns'] for run in of) / 1e3:.1f}" if "SQLite" in name else ""
            batches.append([
                name,
                f"{batch:,}",
                f"{min(speed):,}",
                f"{statistics.median(speed):,.0f}",
                f"{max(speed):,}",
                f"{statistics.median(speed) / BAR_ENTRIES_PER_SECOND:.2f}",
                cpu,
            ])
        p99 = [run["p99_us"] / 1e3 for run in runs]
        orders.append([
            name,
            f"{statistics.median(run['orders_per_second'] for run in runs):,.0f}",
            f"{statistics.median(run['p50_us'] for run in runs) / 1e3:.1f}",
            f"{min(p99):.1f}",
            f"{statistics.median(p99):.1f}",
            f"{max(p99):.1f}",
            f"{BAR_P99_MS / statistics.median(p99):.2f}",
        ])
    heads = ["entries a second in batches", "batch", "min", "median", "max", "median ÷ bar", "CPU of an entry, µs"]
    lines += table_lines(heads, batches)
    heads = [f"single orders, {CLIENTS} clients", "orders/s", "p50 ms", "p99 ms, best round", "median", "worst", "bar ÷ median"]
    lines += table_lines(heads, orders)
    between_marks("book", lines)
    record = {"date": str(datetime.date.today()), "where": where, "found": found}
    (BENCH / "book.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
