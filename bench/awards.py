#!/usr/bin/env python3
"""Measures awards over large ledgers beside polars, DuckDB and OpenFisca, in one run and in turns.

    python3 bench/awards.py

Builds the release executable, installs the others into target/bench/venv-awards, draws the ledgers, compares the
totals to the fen, measures, writes bench/awards.json, bench/awards.svg and the figures in bench/README.md.
"""

import argparse
import datetime
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from run import BENCH, CORES, Run, between_marks, built, measured, of_runs, output_of, spread, stop, surroundings, table_lines, three

FUND = BENCH / "fund"
LINES = 1_000_000
MANY_LINES = 10_000_000
PERSONS = 1_000_000
GRID_PERSONS, GRID_POINTS = 25_000, 1_000
SIZES = (100_000, LINES, MANY_LINES)
BAR_POLARS_SHARE = 0.5
BAR_LINES_MB = 120
LIMIT_MB = 512
BAR_PERSONS_S = 0.30
BAR_GRID_S = 2.0


def venv_python(folder: Path) -> Path:
    """A Python with the others in the versions that requirements-awards.txt names."""
    venv = folder / "venv-awards"
    python = venv / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(BENCH / "requirements-awards.txt")]
    if subprocess.run(install, check=False).returncode != 0:
        stop("polars, DuckDB and OpenFisca could not be installed")
    return python


class Bench:
    """What every measurement needs."""

    def __init__(self, jixiao: Path, python: Path, folder: Path, rounds: int, seed: int):
        self.jixiao, self.python, self.folder, self.rounds, self.seed = jixiao, python, folder, rounds, seed

    def ledgers(self, what: str, count: int, kind: str) -> Path:
        """A folder of ledgers, drawn when it is not there."""
        folder = self.folder / f"{what}-{count}-{kind}-{self.seed}"
        done = folder / "done"
        if not done.exists():
            script = [str(self.python), str(BENCH / "ledgers.py"), what, str(folder), str(count), kind]
            subprocess.run([*script, str(self.seed)], check=True)
            done.touch()
        return folder

    def award(self, scheme: str, ledgers: Path, *more: str) -> list[str]:
        """The command that computes awards."""
        return [str(self.jixiao), "--fund", str(FUND), "award", scheme, "--ledgers", str(ledgers), *more]

    def side(self, *args: str) -> list[str]:
        """The command of another side."""
        return [str(self.python), str(BENCH / "award_sides.py"), *args]

    def run(self, command: list[str]) -> Run:
        """A command to its end, which must be good."""
        return measured(command, self.folder, (0,))

    def written(self, scheme: str, ledgers: Path) -> Run:
        """Awards with everything written, into a folder that stays for the comparison."""
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        return self.run(self.award(scheme, ledgers, "-o", str(out)))

    def lines(self, count: int, kind: str) -> dict[str, object]:
        """Lines by all sides in turns, after their totals were compared."""
        folder = self.ledgers("lines", count, kind)
        self.written("lines", folder)
        digests = {"jixiao": json.loads(output_of(self.side("awards", str(self.folder / "out"))))}
        for side in ("polars", "duckdb"):
            said = json.loads(output_of(self.side(side, str(folder), kind, "check")))
            digests[side] = {name: said[name] for name in digests["jixiao"]}
        if len({d["sha256"] for d in digests.values()}) != 1:
            stop(f"the sides do not agree to the fen: {digests}")
        runs: dict[str, list[Run]] = {"jixiao": [], "polars": [], "duckdb": []}
        queries: dict[str, list[float]] = {"polars": [], "duckdb": []}
        for _ in range(self.rounds):
            runs["jixiao"].append(self.run(self.award("lines", folder)))
            for side, seconds in queries.items():
                runs[side].append(self.run(self.side(side, str(folder), kind)))
                seconds.append(json.loads(output_of(self.side(side, str(folder), kind)))["query"])
        sides = {side: of_runs(some) for side, some in runs.items()}
        for side, seconds in queries.items():
            sides[side]["query_seconds"] = spread(seconds)
        size = sum(f.stat().st_size for f in folder.iterdir())
        return {"lines": count, "kind": kind, "bytes": size, "agreed": digests["jixiao"], "sides": sides}

    def limited(self, count: int) -> dict[str, object]:
        """The same under a limit of what a process may hold of its own, as the kernel counts data."""
        limit = LIMIT_MB * 1024 * 1024
        command = self.award("lines", self.ledgers("lines", count, "parquet"))
        done = subprocess.run(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),
        )
        return {"limit_mib": LIMIT_MB, "of": "RLIMIT_DATA", "exit": done.returncode}

    def sizes(self) -> list[dict[str, object]]:
        """What a line costs, by how many there are."""
        found = []
        for count in SIZES:
            folder = self.ledgers("lines", count, "csv")
            runs = [self.run(self.award("lines", folder)) for _ in range(self.rounds)]
            found.append({"lines": count} | of_runs(runs))
        return found

    def persons(self) -> dict[str, object]:
        """One row an enterprise, beside OpenFisca; and settling alone, from simulations of one point and of eleven."""
        kinds = {kind: self.ledgers("persons", PERSONS, kind) for kind in ("csv", "parquet")}
        names = ("csv", "parquet", "csv_written", "one_point", "eleven_points", "openfisca")
        runs: dict[str, list[Run]] = {name: [] for name in names}
        theirs = []
        simulate = [str(self.jixiao), "--fund", str(FUND), "simulate", "persons", "--format", "csv", "--threads", "1"]
        simulate += ["--ledgers", str(kinds["parquet"]), "--set"]
        for round_ in range(self.rounds):
            for kind, folder in kinds.items():
                runs[kind].append(self.run(self.award("persons", folder)))
            if round_ == 0:
                runs["csv_written"].append(self.written("persons", kinds["csv"]))
            runs["one_point"].append(self.run([*simulate, "rate=0.013"]))
            runs["eleven_points"].append(self.run([*simulate, "rate=0.008..0.018/10"]))
            side = self.side("openfisca", str(kinds["parquet"]))
            runs["openfisca"].append(self.run(side))
            theirs.append(json.loads(output_of(side)))
        sums = json.loads(output_of(self.side("awards", str(self.folder / "out"))))
        if sums["fen"] != theirs[0]["exact_fen"]:
            stop(f"jixiao's total is not the whole-number one: {sums} {theirs[0]}")
        sides = {name: of_runs(some) for name, some in runs.items()}
        # Least against least: what disturbs a run only ever adds, and the difference is small beside it.
        settling = (
            sides["eleven_points"]["cpu_seconds"]["min"] - sides["one_point"]["cpu_seconds"]["min"]
        ) / 10
        loss = {name: theirs[0][name] for name in ("type", "wrong_persons", "wrong_fen", "net_fen", "exact_fen")}
        return {
            "persons": PERSONS,
            "runs": sides,
            "settling_cpu_seconds": round(settling, 4),
            "openfisca_seconds": spread([t["query"] for t in theirs]),
            "openfisca_against_exact": loss,
        }

    def grid(self) -> dict[str, object]:
        """Every point of a grid."""
        command = [str(self.jixiao), "--fund", str(FUND), "simulate", "persons", "--format", "csv"]
        command += ["--ledgers", str(self.ledgers("persons", GRID_PERSONS, "csv"))]
        command += ["--set", f"rate=0.001..0.02/{GRID_POINTS - 1}"]
        runs = [self.run(command) for _ in range(self.rounds)]
        return {"enterprises": GRID_PERSONS, "points": GRID_POINTS} | of_runs(runs)


def ratios(found: dict) -> dict[str, float]:
    """Medians over medians; above 1 the bar is met or jixiao is the quicker."""
    middle = lambda side, name="seconds": side[name]["median"]  # noqa: E731
    one, many = found["lines_csv"]["sides"], found["lines_parquet"]["sides"]
    persons = found["persons"]["runs"]
    each = [s["seconds"]["median"] / s["lines"] for s in found["sizes"]]
    all_ratios = {
        "csv: half of polars' process ÷ jixiao": BAR_POLARS_SHARE * middle(one["polars"]) / middle(one["jixiao"]),
        "csv: polars' query alone ÷ jixiao's process": middle(one["polars"], "query_seconds") / middle(one["jixiao"]),
        "csv: DuckDB's process ÷ jixiao": middle(one["duckdb"]) / middle(one["jixiao"]),
        f"csv: bar of {BAR_LINES_MB} MB ÷ jixiao's peak": BAR_LINES_MB / middle(one["jixiao"], "peak_mb"),
        "parquet, ten times the lines: polars' process ÷ jixiao": middle(many["polars"]) / middle(many["jixiao"]),
        "parquet, ten times the lines: DuckDB's process ÷ jixiao": middle(many["duckdb"]) / middle(many["jixiao"]),
        f"parquet: {LIMIT_MB} MiB ÷ jixiao's peak": LIMIT_MB * 1.048576 / middle(many["jixiao"], "peak_mb"),
        "a line of the most ÷ a line of a million": each[-1] / each[1],
        f"enterprises: bar of {BAR_PERSONS_S} s ÷ jixiao's process (csv)": BAR_PERSONS_S / middle(persons["csv"]),
        f"enterprises: bar of {BAR_PERSONS_S} s ÷ settling alone": BAR_PERSONS_S / found["persons"]["settling_cpu_seconds"],
        "enterprises: OpenFisca's process ÷ jixiao's (parquet)": middle(persons["openfisca"]) / middle(persons["parquet"]),
        f"grid: bar of {BAR_GRID_S} s ÷ jixiao": BAR_GRID_S / middle(found["grid"]),
    }
    return {name: round(value, 2) for name, value in all_ratios.items()}


def plot(found: dict, python: Path) -> None:
    """The cost of a line by how many there are."""
    points = [[s["lines"], s["seconds"]["median"] / s["lines"] * 1e9] for s in found["sizes"]]
    script = f"""
import matplotlib
matplotlib.use("svg"); matplotlib.rcParams["svg.hashsalt"] = "jixiao"
import matplotlib.pyplot as plt
x, y = zip(*{points})
figure, axes = plt.subplots(figsize=(5, 3))
axes.semilogx(x, y, marker="o"); axes.set_ylim(bottom=0)
axes.set_xlabel("declaration lines (CSV)"); axes.set_ylabel("ns a line, start to exit")
figure.tight_layout(); figure.savefig({str(BENCH / "awards.svg")!r}, metadata={{"Date": None}})
"""
    subprocess.run([str(python), "-c", script], check=True)


def write_readme(found: dict) -> None:
    """Puts the figures between the marks of the README."""
    where = found["where"]
    lines = [
        f"{found['date']}, {where['machine']}; jixiao {found['jixiao']} at {found['commit']}; "
        f"{', '.join(found['others'])}; {where['python']}. Load average before {where['load_average_before']}, "
        f"after {where['load_average_after']}. {found['rounds']} rounds.",
        "",
    ]
    rows = [[name, f"{value:.2f}"] for name, value in found["ratios"].items()]
    lines += table_lines(["ratio of medians; the bar is 1, greater is better (a line's cost: flat is 1)", ""], rows)

    def row(name: str, run: dict) -> list[str]:
        cpu, peak = run["cpu_seconds"]["median"] * 1e3, run["peak_mb"]["median"]
        return [name, *three(run["seconds"], 1e3, 0), f"{cpu:.0f}", f"{peak:.0f}"]

    rows = []
    for name in ("lines_csv", "lines_parquet"):
        part = found[name]
        for side, run in part["sides"].items():
            rows.append(row(f"{part['lines']:,} lines, {part['kind']}: {side}, process", run))
            if query := run.get("query_seconds"):
                rows.append([f"{part['lines']:,} lines, {part['kind']}: {side}, query", *three(query, 1e3, 0), "", ""])
    rows += [row(f"{s['lines']:,} lines, csv, jixiao alone", s) for s in found["sizes"]]
    rows += [row(f"{found['persons']['persons']:,} enterprises: {n}", r) for n, r in found["persons"]["runs"].items()]
    rows.append(["OpenFisca, calculation alone", *three(found["persons"]["openfisca_seconds"], 1e3, 0), "", ""])
    rows.append(row(f"{found['grid']['points']:,} points, {found['grid']['enterprises']:,} enterprises", found["grid"]))
    lines += table_lines(["ms", "min", "median", "max", "CPU, median", "peak, MB"], rows)
    loss, limited = found["persons"]["openfisca_against_exact"], found["limited"]
    lines += [
        f"Settling alone, one core: {found['persons']['settling_cpu_seconds'] * 1e3:.0f} ms of CPU for a million "
        f"enterprises. OpenFisca ({loss['type']}): {loss['wrong_persons']:,} amounts of a million are wrong, by "
        f"{loss['wrong_fen']:,} fen in all, {loss['net_fen']:+,} fen net. The run of {found['lines_parquet']['lines']:,} "
        f"lines under a limit of {limited['limit_mib']} MiB ({limited['of']}) "
        f"{'succeeded' if limited['exit'] == 0 else 'did not succeed'} (exit {limited['exit']}).",
        "",
        "![ns a line](awards.svg)",
        "",
    ]
    between_marks("awards", lines)


def main() -> None:
    """Builds, measures, reports."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jixiao", type=Path, help="an executable that is built already")
    parser.add_argument("--python", type=Path, help="a Python that has the others already")
    args = parser.parse_args()
    if args.jixiao:
        jixiao, target = args.jixiao.resolve(), args.jixiao.resolve().parent.parent / "bench"
    else:
        jixiao, target = built()
    folder = target / "awards"
    folder.mkdir(parents=True, exist_ok=True)
    python = args.python or venv_python(target)
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    bench = Bench(jixiao, python, folder, args.rounds, args.seed)
    found = {
        "date": datetime.date.today().isoformat(),
        # An executable that was handed in says itself nothing of its commit.
        "commit": "an unnamed commit" if args.jixiao else output_of(["git", "rev-parse", "--short", "HEAD"]),
        "jixiao": output_of([str(jixiao), "--version"]).split()[-1],
        "others": (BENCH / "requirements-awards.txt").read_text(encoding="utf-8").split(),
        "rounds": args.rounds,
        "where": surroundings(),
        "lines_csv": bench.lines(LINES, "csv"),
        "lines_parquet": bench.lines(MANY_LINES, "parquet"),
        "limited": bench.limited(MANY_LINES),
        "sizes": bench.sizes(),
        "persons": bench.persons(),
        "grid": bench.grid(),
    }
    found["where"]["load_average_after"] = round(os.getloadavg()[0], 1)
    found["ratios"] = ratios(found)
    (BENCH / "awards.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    plot(found, python)
    write_readme(found)
    print(json.dumps(found["ratios"], ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
