"""Reading processes: CPU time per page and pages per second with 1 and 2 workers, against the same run's 1.

The floor is the same reading without a pool, in one process. Each figure is a process of its own: what it
takes for many pages, less what it takes for few, so that start-up is reported apart. Three rounds in turn.
Promises: two workers take at most 1.1 times the CPU time of one and, where two cores are idle, read at least
1.4 times the pages per second.
"""

import argparse
import json
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.labelled import SETS, pages_of
from benchmarks.measure import Cost, cost_of, noise, print_table, promise, spread
from pipeline.items import Page, Source
from pipeline.judging.loading import builtin_watches
from pipeline.steps import read
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of

_ROUNDS = 3
_WORKERS = (0, 1, 2)
_FEW = 16
_AHEAD = 8
_NAMES = {0: "no pool", 1: "1 worker", 2: "2 workers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One number of workers, once: what a page takes, and what starting takes."""

    cpu_per_page: float
    pages_per_second: float
    with_start: float
    """Pages per second, start-up counted."""
    start_seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, help="read once with so many workers and print the seconds")
    parser.add_argument("--pages", type=int, help="so many pages only")
    asked = parser.parse_args()
    if asked.workers is None:
        _compare()
    else:
        print(json.dumps(_timed(pages_of(*SETS)[: asked.pages], asked.workers)))


def _compare() -> None:
    count = len(pages_of(*SETS))
    before = noise()
    rounds = [{workers: _round(workers, count) for workers in _WORKERS} for _ in range(_ROUNDS)]
    print(f"{before}\nafterwards: {noise()}\n")
    _print(rounds, count)
    cpu = [each[2].cpu_per_page / each[1].cpu_per_page for each in rounds]
    # The best of each, not the best ratio: one slowed round of the single worker would flatter the two.
    best = {workers: max(each[workers].pages_per_second for each in rounds) for workers in (1, 2)}
    promise("CPU time per page, 2 workers over 1 (median)", median(cpu), at_most=1.1)
    promise(
        "pages per second, best of 2 workers over best of 1 (needs two idle cores)",
        best[2] / best[1],
        at_least=1.4,
    )


def _print(rounds: Sequence[dict[int, _Round]], count: int) -> None:
    rows = [
        [
            _NAMES[workers],
            spread(each[workers].cpu_per_page / each[0].cpu_per_page for each in rounds),
            spread((each[workers].pages_per_second / each[0].pages_per_second for each in rounds), best=max),
            spread((each[workers].with_start / each[0].with_start for each in rounds), best=max),
            spread((each[workers].start_seconds for each in rounds), " s"),
        ]
        for workers in _WORKERS
    ]
    print(f"{count} pages; over the same reading without a pool (best / median of {_ROUNDS} rounds)")
    print_table(["", "CPU per page", "pages/s", "pages/s with start-up", "start-up"], rows)


def _round(workers: int, count: int) -> _Round:
    few, many = _cost(workers, _FEW), _cost(workers, count)
    took, few_took = json.loads(many.stdout), json.loads(few.stdout)
    return _Round(
        cpu_per_page=(many.cpu_seconds - few.cpu_seconds) / (count - _FEW),
        pages_per_second=(count - _FEW) / (took["seconds"] - few_took["seconds"]),
        with_start=count / took["seconds"],
        start_seconds=took["start_seconds"],
    )


def _cost(workers: int, pages: int) -> Cost:
    own = [sys.executable, "-m", "benchmarks.workers"]
    return cost_of([*own, "--workers", str(workers), "--pages", str(pages)])


def _timed(pages: Sequence[Page], workers: int) -> dict[str, float]:
    """Seconds to the first outcome, and to the last."""
    began = time.perf_counter()
    outcomes = _outcomes(pages, workers) if workers else _outcomes_inline(pages)
    is_whole = next(outcomes)
    start = time.perf_counter() - began
    if not (is_whole and all(outcomes)):
        sys.exit("a page broke its worker")
    return {"start_seconds": start, "seconds": time.perf_counter() - began}


def _outcomes_inline(pages: Sequence[Page]) -> Iterator[bool]:
    source, watches = Source(name="benchmark"), builtin_watches()
    for page in pages:
        read(page, source=source, watches=watches)
        yield True


def _outcomes(pages: Sequence[Page], workers: int) -> Iterator[bool]:
    """Whether each page was read; pages are sent some places ahead, as a crawl does."""
    source = Source(name="benchmark")
    with ReadingPool(builtin_watches(), workers=workers) as pool:
        waiting = deque(pool.read(page, source) for page in pages[: workers * _AHEAD])
        for page in pages[workers * _AHEAD :]:
            yield not isinstance(outcome_of(waiting.popleft()), BrokenPage)
            waiting.append(pool.read(page, source))
        while waiting:
            yield not isinstance(outcome_of(waiting.popleft()), BrokenPage)


if __name__ == "__main__":
    main()
