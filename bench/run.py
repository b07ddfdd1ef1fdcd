#!/usr/bin/env python3
"""Measures jixiao and frictionless on the same tables in one run.

    python3 bench/run.py

Builds the release executable, installs frictionless into target/bench/venv, generates the tables, measures, writes
bench/results.json and the tables of figures in bench/README.md. Wants Linux, Python 3.10 or newer, cargo and, the
first time, PyPI.
"""

import argparse
import csv
import datetime
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
PUBLISHED_TEXT = ROOT / "funds/guangdong-trade-2024/target-table.txt"
PUBLISHED = {"txt": PUBLISHED_TEXT} | {
    ending: ROOT / f"samples/published/guangdong-2024.{ending}" for ending in ("docx", "xlsx", "xls", "pdf")
}
CORES = 2
BAR_ONE_TABLE_MS = 10
BAR_MANY_TABLES_S = 5
BAR_MANY_TABLES_MB = 200


def stop(message: str) -> None:
    """Ends the run with a message."""
    raise SystemExit(f"bench: {message}")


@dataclass
class Run:
    """A process from start to exit."""

    seconds: float
    cpu_seconds: float
    peak_kib: int


def measured(command: list[str], cwd: Path, exits: tuple[int, ...], env: dict[str, str] | None = None) -> Run:
    """Runs a command with its output thrown away; what it used comes from wait4, as the kernel counted it."""
    null = os.open(os.devnull, os.O_RDWR)
    before = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdin=null, stdout=null, stderr=null, env=os.environ | (env or {}))
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    os.close(null)
    if process.returncode not in exits:
        stop(f"{' '.join(command[:5])} … exited with {process.returncode}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss)


def spread(values: list[float]) -> dict[str, float]:
    """Least, median and greatest of some values, and how many there are."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return {"min": round(low, 6), "median": round(middle, 6), "max": round(high, 6), "runs": len(values)}


def of_runs(runs: list[Run]) -> dict[str, object]:
    """The spreads of runs of one command."""
    return {
        "seconds": spread([r.seconds for r in runs]),
        "cpu_seconds": spread([r.cpu_seconds for r in runs]),
        "peak_mb": spread([r.peak_kib * 1024 / 1e6 for r in runs]),
    }


def output_of(command: list[str]) -> str:
    """What a command prints."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else stop(done.stderr.strip())


def built() -> tuple[Path, Path]:
    """Builds the release executable; gives it and the folder for everything the benchmark makes."""
    if subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=False).returncode != 0:
        stop("cargo build --release failed")
    metadata = json.loads(output_of(["cargo", "metadata", "--no-deps", "--format-version", "1"]))
    target = Path(metadata["target_directory"])
    return target / "release/jixiao", target / "bench"


def frictionless_python(folder: Path) -> Path:
    """A Python that has frictionless in the version that requirements.txt names."""
    venv = folder / "venv"
    python = venv / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(BENCH / "requirements.txt")]
    if subprocess.run(install, check=False).returncode != 0:
        stop("frictionless could not be installed; --without-frictionless measures jixiao alone")
    return python


def one_table(jixiao: Path, python: Path | None, corpus: Path, rounds: int) -> dict[str, object]:
    """The published table from process start to exit, the formats in turns, beside a process that does nothing."""
    runs: dict[str, list[Run]] = {ending: [] for ending in PUBLISHED} | {"nothing": []}
    for _ in range(rounds):
        runs["nothing"].append(measured(["true"], ROOT, (0,)))
        for ending, path in PUBLISHED.items():
            runs[ending].append(measured([str(jixiao), "check", str(path)], ROOT, (0, 1)))
    if python:
        # One table of the CSV side, and as few runs as still give a median: each takes the time of many of the others.
        command = [str(python), str(BENCH / "frictionless_side.py"), "csv", "1"]
        runs["frictionless"] = [measured(command, corpus, (0,)) for _ in range(max(3, rounds // 5))]
    return {name: of_runs(some) for name, some in runs.items()}


def jixiao_on(jixiao: Path, corpus: Path, count: int, out: Path, threads: int) -> Run:
    """The first tables of the generated ones in one process."""
    names = [f"txt/{n:05}.txt" for n in range(1, count + 1)]
    command = [str(jixiao), "check", "--format", "jsonl", "-o", str(out), *names]
    return measured(command, corpus, (0, 1), {"RAYON_NUM_THREADS": str(threads)})


def frictionless_on(python: Path, corpus: Path, count: int) -> dict[str, object]:
    """The first tables of the CSV side in one process, as it timed itself."""
    command = [str(python), str(BENCH / "frictionless_side.py"), str(corpus / "csv"), str(count)]
    return json.loads(output_of(command))


def many_tables(jixiao: Path, corpus: Path, count: int, rounds: int) -> tuple[dict[str, object], Path]:
    """All generated tables on all cores."""
    out = corpus / "findings.jsonl"
    runs = [jixiao_on(jixiao, corpus, count, out, CORES) for _ in range(rounds)]
    return {"tables": count, "threads": CORES, "output_mb": round(out.stat().st_size / 1e6, 1)} | of_runs(runs), out


def side_by_side(jixiao: Path, python: Path, corpus: Path, count: int, rounds: int) -> tuple[dict, list[str]]:
    """The same tables by both on one core, in turns; gives the figures and the tables that frictionless found invalid."""
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(all_cores)})
    runs, imports, sums, singles = [], [], [], []
    for _ in range(rounds):
        runs.append(jixiao_on(jixiao, corpus, count, corpus / "some.jsonl", 1))
        other = frictionless_on(python, corpus, count)
        imports.append(other["import"])
        sums.append(sum(other["tables"]))
        singles += other["tables"]
    os.sched_setaffinity(0, all_cores)
    figures = {
        "tables": count,
        "jixiao": of_runs(runs),
        "frictionless": {
            "import_seconds": spread(imports),
            "validation_seconds": spread(sums),
            "seconds_of_a_table": spread(singles),
        },
    }
    return figures, other["invalid"]


def worst_by_table(out: Path) -> tuple[dict[str, set[str]], dict[str, object]]:
    """Which severities the findings of each table have, and the closing summary of a run."""
    severities: dict[str, set[str]] = {}
    summary: dict[str, object] = {}
    with out.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["type"] == "finding":
                severities.setdefault(Path(record["file"]).stem, set()).add(record["severity"])
            elif record["type"] == "summary":
                summary = record
    return severities, summary


def flagged(corpus: Path, out: Path, count: int, invalid: list[str] | None, of: int) -> dict[str, object]:
    """By injected defect: how many tables have it and how many were flagged. It shows that both did the work."""
    severities, summary = worst_by_table(out)
    if summary.get("files") != count or summary.get("unreadable") != 0:
        stop(f"not every table was read: {summary}")
    by_defect: dict[str, Counter] = {}
    with (corpus / "defects.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counts = by_defect.setdefault(row["defect"] or "none", Counter())
            found = severities.get(row["table"], set())
            counts["tables"] += 1
            counts["jixiao_errors"] += "error" in found
            counts["jixiao_errors_or_warnings"] += bool(found & {"error", "warning"})
            if invalid is not None and int(row["table"]) <= of:
                counts["frictionless_tables"] += 1
                counts["frictionless_invalid"] += row["table"] in invalid
    return {name: dict(counts) for name, counts in sorted(by_defect.items())}


def ratios(results: dict) -> dict[str, float]:
    """The figures over the bars and over the other tool, by medians; greater is better."""
    one, many = results["one_table"], results["many_tables"]
    found = {
        "one_table_bar_over_jixiao": BAR_ONE_TABLE_MS / 1e3 / one["txt"]["seconds"]["median"],
        "many_tables_bar_over_jixiao": BAR_MANY_TABLES_S * many["tables"] / 10_000 / many["seconds"]["median"],
        "many_tables_memory_bar_over_jixiao": BAR_MANY_TABLES_MB / many["peak_mb"]["median"],
    }
    if both := results.get("side_by_side"):
        validation = both["frictionless"]["validation_seconds"]["median"]
        per_table = validation / both["tables"]
        found["one_table_frictionless_over_jixiao"] = (
            one["frictionless"]["seconds"]["median"] / one["txt"]["seconds"]["median"]
        )
        found["same_tables_one_core_frictionless_over_jixiao"] = validation / both["jixiao"]["seconds"]["median"]
        # As if frictionless used every core without any loss, which it does not.
        found["a_table_of_many_frictionless_over_jixiao"] = (
            per_table / CORES / (many["seconds"]["median"] / many["tables"])
        )
    return {name: round(value, 2) for name, value in found.items()}


def table_lines(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table in Markdown, all columns but the first to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return ["| " + " | ".join(cells) + " |" for cells in [head, rule, *rows]] + [""]


def three(values: dict[str, float], scale: float = 1, places: int = 2) -> list[str]:
    """Least, median and greatest as cells."""
    return [f"{values[name] * scale:.{places}f}" for name in ("min", "median", "max")]


def one_table_lines(results: dict) -> list[str]:
    """The section on one table."""
    one = results["one_table"]
    names = {"nothing": "`true`, a process that does nothing", "frictionless": "frictionless, one generated table (.csv)"}
    rows = []
    for name, run in one.items():
        said = names.get(name, f"`jixiao check` .{name}")
        cpu = f"{run['cpu_seconds']['median'] * 1e3:.1f}"
        rows.append([said, *three(run["seconds"], 1e3), cpu, str(run["seconds"]["runs"])])
    head = ["one table, process start to exit, ms", "min", "median", "max", "CPU, median", "runs"]
    return table_lines(head, rows)


def many_lines(results: dict) -> list[str]:
    """The section on many tables."""
    many = results["many_tables"]
    rows = [
        ["wall clock, s", *three(many["seconds"])],
        ["CPU of all threads, s", *three(many["cpu_seconds"])],
        ["peak memory, MB", *three(many["peak_mb"], places=1)],
    ]
    head = [f"`jixiao check`, {many['tables']} tables, {many['threads']} threads", "min", "median", "max"]
    return table_lines(head, rows)


def side_lines(results: dict) -> list[str]:
    """The section on both tools on the same tables."""
    both = results["side_by_side"]
    other, per = both["frictionless"], 1e3 / both["tables"]
    rows = [
        ["jixiao, a table, ms (process start included)", *three(both["jixiao"]["seconds"], per)],
        ["frictionless, a table, ms (import left out)", *three(other["validation_seconds"], per)],
        ["frictionless, its import once, ms", *three(other["import_seconds"], 1e3)],
    ]
    return table_lines([f"the same {both['tables']} tables, one core", "min", "median", "max"], rows)


def ratio_lines(results: dict) -> list[str]:
    """The section on ratios."""
    said = {
        "one_table_bar_over_jixiao": f"one table: bar of {BAR_ONE_TABLE_MS} ms ÷ jixiao",
        "many_tables_bar_over_jixiao": f"all tables: bar of {BAR_MANY_TABLES_S} s ÷ jixiao (per 10,000 tables)",
        "many_tables_memory_bar_over_jixiao": f"all tables: bar of {BAR_MANY_TABLES_MB} MB ÷ jixiao's peak",
        "one_table_frictionless_over_jixiao": "one table, process start to exit: frictionless ÷ jixiao",
        "same_tables_one_core_frictionless_over_jixiao": "the same tables on one core: frictionless ÷ jixiao",
        "a_table_of_many_frictionless_over_jixiao": (
            "a table among many on all cores: frictionless (as if it scaled without loss) ÷ jixiao"
        ),
    }
    rows = [[said[name], f"{value:.1f}"] for name, value in results["ratios"].items()]
    return table_lines(["ratio of medians, greater is better", ""], rows)


def flagged_lines(results: dict) -> list[str]:
    """The section on what was found."""
    rows = []
    for name, counts in results["flagged"].items():
        share = f"{counts.get('frictionless_invalid', 0)} of {counts.get('frictionless_tables', 0)}"
        errors, both = counts["jixiao_errors"], counts["jixiao_errors_or_warnings"]
        rows.append([f"`{name}`", str(counts["tables"]), str(errors), str(both), share])
    head = ["injected defect", "tables", "jixiao: error", "jixiao: error or warning", "frictionless: invalid"]
    return table_lines(head, rows)


def between_marks(mark: str, lines: list[str]) -> None:
    """Puts lines between the marks of a name in the README, instead of those that stand there."""
    path = BENCH / "README.md"
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, rest = path.read_text(encoding="utf-8").split(begin)
    _, after = rest.split(end)
    path.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"{end}{after}", encoding="utf-8")


def write_readme(results: dict) -> None:
    """Puts the tables of figures between the marks of the README."""
    where = results["where"]
    lines = [
        f"{results['date']}, {where['machine']}; jixiao {results['jixiao']} at {results['commit']} with "
        f"{results['checks']} checks; frictionless {results['frictionless'] or 'left out'}; "
        f"{where['python']}. Load average at the start: {where['load_average_before']}.",
        "",
    ]
    lines += ratio_lines(results) + one_table_lines(results) + many_lines(results)
    lines += side_lines(results) if "side_by_side" in results else []
    lines += flagged_lines(results)
    between_marks("figures", lines)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tables", type=int, default=10_000, help="generated tables")
    parser.add_argument("--seed", type=int, default=2024, help="of the generator")
    parser.add_argument("--beside", type=int, default=500, help="of them, those that frictionless validates too")
    parser.add_argument("--one-rounds", type=int, default=60, help="runs of the published table in each format")
    parser.add_argument("--many-rounds", type=int, default=7, help="runs over all generated tables")
    parser.add_argument("--beside-rounds", type=int, default=5, help="rounds side by side")
    parser.add_argument("--without-frictionless", action="store_true", help="measure jixiao alone")
    parser.add_argument("--dry", action="store_true", help="print, and leave results.json and README.md as they are")
    args = parser.parse_args()
    args.beside = min(args.beside, args.tables)
    return args


def surroundings() -> dict[str, object]:
    """The machine's class, and what else bears on the figures."""
    system = os.uname()
    return {
        "machine": f"{CORES} cores, {system.sysname} {system.machine}",
        "python": f"Python {sys.version_info.major}.{sys.version_info.minor}",
        "load_average_before": round(os.getloadavg()[0], 1),
        # A child's peak is never counted below that of the process that started it.
        "memory_floor_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1),
    }


def main() -> None:
    """Builds, measures, reports."""
    args = arguments()
    jixiao, folder = built()
    folder.mkdir(parents=True, exist_ok=True)
    python = None if args.without_frictionless else frictionless_python(folder)
    corpus = folder / "tables"
    generator = [sys.executable, str(BENCH / "tables.py"), str(corpus)]
    digest = output_of([*generator, "--tables", str(args.tables), "--seed", str(args.seed)])

    # From here on as many cores as the bars speak of.
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    results = {
        "date": datetime.date.today().isoformat(),
        "commit": output_of(["git", "rev-parse", "--short", "HEAD"]),
        "jixiao": output_of([str(jixiao), "--version"]).split()[-1],
        "checks": len(json.loads(output_of([str(jixiao), "rule", "--format", "json"]))),
        "frictionless": (BENCH / "requirements.txt").read_text().strip().split("==")[1] if python else None,
        "where": surroundings(),
        "generated": {
            "tables": args.tables,
            "seed": args.seed,
            "sha256": digest,
            "mean_bytes": sum(f.stat().st_size for f in (corpus / "txt").iterdir()) // args.tables,
            "published_bytes": PUBLISHED_TEXT.stat().st_size,
        },
        "one_table": one_table(jixiao, python, corpus, args.one_rounds),
    }
    results["many_tables"], out = many_tables(jixiao, corpus, args.tables, args.many_rounds)
    invalid = None
    if python:
        results["side_by_side"], invalid = side_by_side(jixiao, python, corpus, args.beside, args.beside_rounds)
    results["where"]["load_average_after"] = round(os.getloadavg()[0], 1)
    results["ratios"] = ratios(results)
    results["flagged"] = flagged(corpus, out, args.tables, invalid, args.beside)
    if args.dry:
        print(json.dumps(results, ensure_ascii=False, indent=2))
        return
    text = json.dumps(results, ensure_ascii=False, indent=2)
    (BENCH / "results.json").write_text(text + "\n", encoding="utf-8")
    write_readme(results)
    print(json.dumps(results["ratios"], indent=2))


if __name__ == "__main__":
    main()
