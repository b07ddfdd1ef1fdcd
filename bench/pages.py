#!/usr/bin/env python3
"""Measures the pages of the running demo: time and weight of each, and the same with 200 users at once.

    python3 bench/pages.py --jixiao target/release/jixiao

Builds the demo year at its true size in a folder of its own, signs in as every role by the links that it prints, follows the links of
each role's pages (one page of a kind), and asks for every page that it found. Writes bench/pages.json and the figures in bench/README.md.
Wants Linux, Python 3.10 or newer.
"""

import argparse
import asyncio
import datetime
import html.parser
import json
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from run import BENCH, between_marks, stop, surroundings, table_lines

BAR_MS, BAR_CROWD_MS, BAR_KB = 10, 25, 150
USERS, THINKS_S, SECONDS = 200, 2.0, 30
# What changes something, or is a file rather than a page.
# Sorting is the same page again.
NOT_PAGES = re.compile(r"^/(enter|assets|sign-out|language|api|metrics|healthz|readyz)\b|\.(xlsx|docx|pdf|csv|json|svg|tsv|txt|parquet|zip)$|/(file|content|download)$")


class Links(html.parser.HTMLParser):
    """Where a page leads, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "a" and of.get("href") and "download" not in of:
            self.leads.append(of["href"])
        if tag in ("script", "img", "iframe", "source") and of.get("src"):
            self.loads.append(of["src"])
        if tag == "link" and of.get("rel") in ("stylesheet", "icon", "preload") and of.get("href"):
            self.loads.append(of["href"])


class Connection:
    """One connection of one browser, kept open; speaks as much HTTP/1.1 as the server does."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port, self.cookie = port, cookie
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> tuple[int, dict[str, str], bytes, float]:
        """Status, headers, body as it was sent, milliseconds from the first byte asked to the last one answered."""
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\nCookie: {self.cookie}\r\n\r\n"
        begin = time.perf_counter()
        self.writer.write(asked.encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                self.keep(value.strip())
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await self.reader.readline(), 16):
                body += await self.reader.readexactly(size)
                await self.reader.readline()
            await self.reader.readline()
        else:
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        took = (time.perf_counter() - begin) * 1e3
        if headers.get("connection") == "close":
            self.writer.close()
        return int(first.split()[1]), headers, body, took

    def keep(self, cookie: str) -> None:
        """Takes a cookie that the server set."""
        pair = cookie.split(";")[0]
        name = pair.split("=")[0] + "="
        others = [one for one in self.cookie.split("; ") if one and not one.startswith(name)]
        self.cookie = "; ".join([*others, pair])


def kind_of(path: str) -> str:
    """Pages of one kind differ in numbers, codes and names only."""
    split = urlsplit(path)
    parts = ["N" if re.search(r"\d|[^\x00-\x7f]|%", part) else part for part in split.path.split("/")]
    asked = sorted(pair.split("=")[0] for pair in split.query.split("&") if pair)
    return "/".join(parts) + ("?" + "&".join(asked) if asked else "")


async def found(port: int, cookie: str, first: str, under: str, most: int) -> dict[str, str]:
    """The pages below `under` that one can come to from the first, one of a kind; of those that stand beside each other, the first three."""
    connection = Connection(port, cookie)
    pages, waiting, beside = {first: first}, [first], {}
    while waiting:
        path = waiting.pop(0)
        status, _, body, _ = await connection.get(path)
        if status in (302, 303, 403, 404):
            pages.pop(kind_of(path), None)
            continue
        if status != 200:
            stop(f"{path}: answered {status}")
        links = Links()
        links.feed(body.decode())
        for load in links.loads:
            if urlsplit(load).netloc:
                stop(f"{path} loads {load} from elsewhere")
        for lead in links.leads:
            full = urlsplit(urljoin(f"http://127.0.0.1:{port}{path}", lead))
            to = full.path + ("?" + full.query if full.query else "")
            kind, above = kind_of(to), full.path.rpartition("/")[0] + ("?" if full.query else "")
            if full.port != port or not full.path.startswith(under) or NOT_PAGES.search(full.path) or "-sort=" in to:
                continue
            if kind not in pages and len(pages) < most and (above in ("", "?") or beside.get(above, 0) < 3):
                beside[above] = beside.get(above, 0) + 1
                pages[kind] = to
                waiting.append(to)
    return pages


def at(times: list[float], share: float) -> float:
    """A percentile."""
    times = sorted(times)
    return round(times[min(len(times) - 1, int(len(times) * share))], 2)


async def alone(port: int, cookie: str, pages: dict[str, str], rounds: int) -> dict[str, dict]:
    """Every page again and again by one user, in turns."""
    connection = Connection(port, cookie)
    times: dict[str, list[float]] = {kind: [] for kind in pages}
    weights: dict[str, float] = {}
    for _ in range(rounds):
        for kind, path in pages.items():
            status, _, body, took = await connection.get(path)
            if status != 200:
                stop(f"{path}: answered {status}")
            times[kind].append(took)
            weights[kind] = round(len(body) / 1000, 1)
    return {kind: {"path": pages[kind], "kb": weights[kind], "p50": at(all_, 0.5), "p95": at(all_, 0.95)} for kind, all_ in times.items()}


async def crowd(port: int, roles: list[tuple[str, dict[str, str]]], seed: int) -> dict:
    """200 users, each of whom looks at a page and then thinks."""
    draw = random.Random(seed)
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    async def user(cookie: str, pages: list[str], rests: list[float]) -> None:
        connection = Connection(port, cookie)
        while time.perf_counter() < end:
            await asyncio.sleep(rests.pop())
            status, _, _, took = await connection.get(draw.choice(pages))
            if status != 200:
                stop(f"answered {status} with {USERS} users")
            times.append(took)

    everybody = []
    for number in range(USERS):
        cookie, pages = roles[number % len(roles)]
        rests = [draw.uniform(0, 2 * THINKS_S) for _ in range(int(SECONDS / THINKS_S * 20))]
        everybody.append(user(cookie, list(pages.values()), rests))
    await asyncio.gather(*everybody)
    return {"answers": len(times), "per_second": round(len(times) / SECONDS), "p50": at(times, 0.5), "p95": at(times, 0.95), "p99": at(times, 0.99)}


async def assets(port: int, cookie: str) -> float:
    """What the first page loads besides itself, in kB."""
    connection = Connection(port, cookie)
    _, _, body, _ = await connection.get("/")
    links = Links()
    links.feed(body.decode())
    loaded = {load: len((await connection.get(load))[2]) for load in sorted(set(links.loads)) if not load.startswith("data:")}
    return round(sum(loaded.values()) / 1000, 1)


async def measure(port: int, links: list[tuple[str, str]], rounds: int, most: int, seed: int) -> dict:
    """Everything."""
    roles = []
    for name, link in links:
        connection = Connection(port)
        status, *_ = await connection.get(link)
        if status not in (200, 302, 303):
            stop(f"{name}: the sign-in link answered {status}")
        cookie = connection.cookie
        roles.append((name, cookie, await found(port, cookie, "/", "/", most)))
    roles.append(("nobody", "", await found(port, "", "/public", "/public", most)))
    results: dict = {"roles": {}}
    for name, cookie, pages in roles:
        results["roles"][name] = await alone(port, cookie, pages, rounds)
    results["assets_kb"] = await assets(port, roles[0][1])
    results["crowd"] = await crowd(port, [(cookie, pages) for _, cookie, pages in roles if pages], seed)
    return results


def main() -> None:
    """Prepares, serves, measures, writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jixiao", required=True)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--most", type=int, default=80, help="pages of a role")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jixiao-pages-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(args.jixiao).resolve()), "--lang", "en", "demo", "--folder", str(folder / "demo"), "--listen", f"127.0.0.1:{port}"]
    begin = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(folder / "log", "w", encoding="utf-8"), text=True)
    links: list[tuple[str, str]] = []
    assert server.stdout
    try:
        for line in server.stdout:
            if match := re.match(r"\s*(.+?): ?(?:http://[^/]+)(/enter/\w+)", line):
                links.append((match[1].strip(), match[2]))
            elif links:
                break
        if not links:
            stop(f"no sign-in links were printed; see {folder / 'log'}")
        ready = round(time.perf_counter() - begin, 1)
        before = os.getloadavg()[0]
        results = asyncio.run(measure(port, links, args.rounds, args.most, args.seed))
    finally:
        server.terminate()
        server.wait()
    where = surroundings()
    slowest: dict[str, tuple[str, dict]] = {}
    for role, pages in results["roles"].items():
        for kind, page in pages.items():
            if kind not in slowest or page["p95"] > slowest[kind][1]["p95"]:
                slowest[kind] = (role, page)
    order = sorted(slowest.items(), key=lambda one: -one[1][1]["p95"])
    pages = sum(len(of) for of in results["roles"].values())
    heavy = max(page["kb"] for _, page in slowest.values()) + results["assets_kb"]
    first = max(of["/"]["kb"] for of in results["roles"].values() if "/" in of) + results["assets_kb"]
    crowded = results["crowd"]
    lines = [
        f"{datetime.date.today()}, {where['machine']}. Load average before {before:.1f}. The demo was ready after {ready} s. {pages} pages of "
        f"{len(results['roles'])} roles, {len(slowest)} kinds, {args.rounds} times each.",
        "",
        *table_lines(["ratio; the bar is 1, greater is better", ""], [
            [f"the slowest kind of page alone: bar of {BAR_MS} ms ÷ its p95", f"{BAR_MS / order[0][1][1]['p95']:.2f}"],
            [f"{USERS} users who think {THINKS_S:g} s on average, {crowded['per_second']} pages a second: bar of {BAR_CROWD_MS} ms ÷ p95", f"{BAR_CROWD_MS / crowded['p95']:.2f}"],
            [f"the first page of the heaviest role with all that it loads: bar of {BAR_KB} kB ÷ {first:.0f} kB", f"{BAR_KB / first:.2f}"],
            [f"the heaviest page of all with all that it loads: bar of {BAR_KB} kB ÷ {heavy:.0f} kB", f"{BAR_KB / heavy:.2f}"],
        ]),
        *table_lines(["the slowest pages, ms at the browser's end", "role", "p50", "p95", "kB"],
                     [[f"`{kind}`", role, f"{page['p50']:.1f}", f"{page['p95']:.1f}", f"{page['kb']:.0f}"] for kind, (role, page) in order[:12]]),
        f"{USERS} users: {crowded['answers']:,} answers, p50 {crowded['p50']:.1f} ms, p95 {crowded['p95']:.1f} ms, p99 {crowded['p99']:.1f} ms.\n",
    ]
    print("\n".join(lines))
    if not args.dry:
        between_marks("pages", lines)
        (BENCH / "pages.json").write_text(json.dumps({"date": str(datetime.date.today()), "where": where, "ready_s": ready, **results}, indent=1, ensure_ascii=False) + "\n")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
