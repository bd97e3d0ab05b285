"""The main process of a crawl: what a page costs it, and how long it keeps its event loop from all else.

The labelled pages are served on loopback and collected as in ``benchmarks.crawl``; the clock starts with the
first page that was read, when all is imported, and ends with the last one that was stored. Promises: at most
4 ms of CPU time a page, and 99 of 100 turns of the loop come within 50 ms, while pages are read.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.crawl import SOURCES, config_of, publish
from benchmarks.labelled import SETS, labelled_pages
from benchmarks.measure import noise, print_table, promise
from tearsheet.demo import Site

_CHILD = "--child"
_STEP_SECONDS = 0.005


def main() -> None:
    """Serve the pages, collect them in a child that watches its own loop, and print what it saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(_CHILD, metavar="CONFIG", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _collect(options.child)
        return
    pages = [page for name in SETS for page in labelled_pages(name)]
    print(noise())
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        sites = [opened.enter_context(Site()) for _ in range(SOURCES)]
        for number, site in enumerate(sites):
            publish(site, pages[number::SOURCES])
        file = folder / "tearsheet.toml"
        file.write_text(config_of(sites), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.loop", _CHILD, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    late = sorted(seen["late"])
    p99 = 1000 * late[int(0.99 * len(late))]
    rows = [
        [
            f"{len(pages)} pages",
            1000 * seen["cpu"],
            1000 * late[len(late) // 2],
            p99,
            1000 * late[-1],
        ]
    ]
    print_table(["the main process", "CPU ms a page", "late by ms: median", "99th percentile", "most"], rows)
    promise("CPU ms a page in the main process", 1000 * seen["cpu"], at_most=4)
    promise("ms by which 99 of 100 turns of the loop are late", p99, at_most=50)


def _collect(config: str) -> None:
    from scrapy import signals
    from scrapy.crawler import Crawler

    from tearsheet.collect import collect
    from tearsheet.config import load_config
    from tearsheet.order import Order
    from tearsheet.recorder import outcome_stored

    late: list[float] = []
    cpu: list[float] = []

    async def tick() -> None:
        while True:
            due = time.perf_counter() + _STEP_SECONDS
            await asyncio.sleep(_STEP_SECONDS)
            late.append(time.perf_counter() - due)

    def read() -> None:
        if not cpu:
            asyncio.ensure_future(tick())  # noqa: RUF006  # it runs as long as the loop
            cpu.append(_own_cpu())

    def stored() -> None:
        cpu.append(_own_cpu())

    def watch(crawler: Crawler) -> None:
        crawler.signals.connect(read, signal=signals.item_scraped, weak=False)
        crawler.signals.connect(stored, signal=outcome_stored, weak=False)

    loaded = load_config(config)
    collect(loaded, Order(sources=tuple(loaded.sources)), watched_by=watch)
    print(json.dumps({"cpu": (cpu[-1] - cpu[0]) / (len(cpu) - 1), "late": late}))


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
