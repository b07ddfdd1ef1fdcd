#!/usr/bin/env python3
"""Measures reads over the interface at 500 requests a second, with a year of data: 25,000 enterprises' awards in the book.

    python3 bench/api.py --jixiao target/release/jixiao

Makes a database in a folder of its own, computes and commits the awards of the sample at its true size, serves it on loopback
and asks with hey (Debian package `hey`). Writes bench/api.json and the figures in bench/README.md. Wants Linux, Python 3.10 or newer.
"""

import argparse
import csv
import datetime
import http.cookiejar
import io
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from run import BENCH, between_marks, stop, surroundings, table_lines

RATE, CLIENTS, SECONDS, BAR_P95_MS = 500, 20, 10, 10
WORD = "a sentence for the bench only"


def run(jixiao: str, folder: Path, *args: str, typed: str = "") -> str:
    """A command in the folder; stops when it fails."""
    done = subprocess.run([jixiao, "--lang", "en", *args], cwd=folder, input=typed, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        stop(f"jixiao {' '.join(args)}: {done.stderr.strip()}")
    return done.stdout


class Client:
    """Somebody who has signed in."""

    def __init__(self, base: str, name: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.csrf = ""
        self.csrf = self.post("/api/v1/session", {"name": name, "password": WORD})["csrf"]

    def post(self, path: str, body: object) -> dict:
        """Sends JSON, gives JSON."""
        headers = {"content-type": "application/json", "x-csrf-token": self.csrf}
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), headers)
        with self.opener.open(request) as answer:
            return json.load(answer)

    def cookie(self) -> str:
        """The cookie that keeps the session."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


def allocate(client: Client, needed: dict[tuple[str, str], int]) -> None:
    """Appropriates what the awards need and allocates it by scheme and region."""
    name = lambda kind, **parts: {"year": 2024, "kind": kind, **parts}
    cause = {"kind": "document", "reference": "bench"}
    entries = [{"key": "appropriate", "kind": "appropriate", "from": name("source"), "to": name("appropriated"),
                "fen": sum(needed.values()), "cause": cause}]
    for (scheme, region), fen in sorted(needed.items()):
        entries.append({"key": f"allocate-{scheme}-{region}", "kind": "allocate", "from": name("appropriated"),
                        "to": name("allocated", scheme=scheme, region=region), "fen": fen, "cause": cause})
    answer = client.post("/api/v1/entries", {"whole": "together", "entries": entries})
    print("allocated:", json.dumps(answer)[:200])


def hey(url: str, cookie: str) -> dict:
    """Asks at the rate; the times in milliseconds. Each client is a process of its own that keeps its own time: those of one process all ask at once."""
    command = ["hey", "-z", f"{SECONDS}s", "-c", "1", "-q", str(RATE // CLIENTS), "-o", "csv", "-H", f"Cookie: {cookie}", url]
    clients = []
    for _ in range(CLIENTS):
        clients.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        time.sleep(1 / RATE)
    rows = []
    for client in clients:
        rows += csv.DictReader(io.StringIO(client.communicate()[0]))
    bad = [row["status-code"] for row in rows if row["status-code"] != "200"]
    if bad or not rows:
        stop(f"{url}: {len(bad)} of {len(rows)} answers were not 200: {sorted(set(bad))}")
    times = sorted(float(row["response-time"]) * 1e3 for row in rows)
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))], 2)
    return {"asked": len(times), "per_second": round(len(times) / SECONDS), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99)}


def main() -> None:
    """Prepares, serves, measures, writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jixiao", required=True)
    parser.add_argument("--scale", default="1")
    args = parser.parse_args()
    jixiao = str(Path(args.jixiao).resolve())
    if shutil.which("hey") is None:
        stop("hey was not found: apt-get install hey")
    folder = Path(tempfile.mkdtemp(prefix="jixiao-api-"))
    run(jixiao, folder, "db", "migrate", "--chain", "bench")
    for name, role in (("root", "administrator"), ("finance", "province-finance"), ("programme", "programme-officer")):
        run(jixiao, folder, "user", "add", name, "--role", role, typed=f"{WORD}\n{WORD}\n")
    run(jixiao, folder, "sample", "l", "--seed", "7", "--scale", args.scale)
    run(jixiao, folder, "award", "--year", "2024", "--ledgers", "l", "-o", "a")
    needed: dict[tuple[str, str], int] = {}
    with open(folder / "a/awards.csv", encoding="utf-8-sig") as awards:
        for row in csv.DictReader(awards):
            key = (row["scheme"], row["region"])
            needed[key] = needed.get(key, 0) + int(row["awarded_yuan"].replace(".", ""))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([jixiao, "serve", "--listen", f"127.0.0.1:{port}"], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=open(folder / "log", "w", encoding="utf-8"))
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(base + "/readyz").close()
                break
            except OSError:
                time.sleep(0.1)
        finance = Client(base, "finance")
        allocate(finance, {key: fen for key, fen in needed.items() if fen})
        print(run(jixiao, folder, "db", "award", "--year", "2024", "--ledgers", "l", "--by", "programme", "--commit"))
        cookie = Client(base, "programme").cookie()
        before = os.getloadavg()[0]
        found = {}
        for name, path in (
            ("accounts, a page of 50", "/api/v1/accounts?limit=50"),
            ("awards of a run, a page of 50", "/api/v1/award-runs/1/awards?limit=50"),
            ("awards of a run by region and scheme", "/api/v1/award-runs/1/totals"),
            ("award runs", "/api/v1/award-runs"),
            ("who I am", "/api/v1/session"),
        ):
            found[name] = hey(base + path, cookie)
    finally:
        server.terminate()
        server.wait()
    sound = run(jixiao, folder, "db", "verify").splitlines()
    print("\n".join(sound[:12]))
    where = surroundings()
    lines = [f"{datetime.date.today()}, {where['machine']}. Load average before {before:.1f}. {RATE} requests a second by {CLIENTS} clients that each keep their own time, {SECONDS} s each.", ""]
    rows = [[name, f"{one['asked']:,}", f"{one['p50']:.2f}", f"{one['p95']:.2f}", f"{one['p99']:.2f}", f"{BAR_P95_MS / one['p95']:.2f}"]
            for name, one in found.items()]
    lines += table_lines(["ms", "answers", "p50", "p95", "p99", "bar ÷ p95"], rows)
    between_marks("api", lines)
    (BENCH / "api.json").write_text(json.dumps({"date": str(datetime.date.today()), "where": where, "found": found}, indent=1, ensure_ascii=False) + "\n")
    print("\n".join(lines))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
