"""A corpus of a million articles: storing it against raw sqlite3, and what its searches take.

The articles are invented: 3 KB each, two languages, 200 sources, three years, one in eight a copy. Storing:
CPU time of the project's own statements, in batches, over plain inserts of the same rows under the same
indexes and triggers, in turn in the same run. Copies are stored as such; finding them is measured by
``benchmarks.copies``. Searching: CPU time of whole calls of ``storage.Corpus``, warm, which is what they take
on a core of their own; wall time stands beside it.
"""

import argparse
import gc
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from benchmarks.invented import SOUGHT, Placed, articles
from benchmarks.measure import noise, print_table, promise
from benchmarks.raw import copier, empty_like, insert
from storage import Corpus
from storage.articles import Articles
from storage.upkeep import keep_up

__all__ = ["BATCH", "Measure", "measures", "spread", "store", "times"]

BATCH = 200
_COMPARED = 20_000
_TABLES = ("article", "article_text", "revision", "judgement")
_ROUNDS = 60
_SLOWEST = 0.99
_MONTH = "after:2024-03 before:2024-04"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--corpus", type=Path, help="A file that an earlier run made, or that is to be made.")
    asked = parser.parse_args()
    print(noise(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = asked.corpus or Path(folder) / "corpus.db"
        if not path.exists():
            _make(path, asked.articles)
        with Corpus.open(f"sqlite:///{path}") as corpus:
            _measure_size(path, corpus.count("", include_copies=True, include_off_topic=True))
            _measure_searches(corpus)
    print(f"afterwards: {noise()}")


def _make(path: Path, count: int) -> None:
    floor = path.with_suffix(".floor")
    own, raw, began = _Clock(), _Clock(), time.perf_counter()
    with Corpus.open(f"sqlite:///{path}", write=True) as corpus:
        numbers = dict[int, int]()
        made = articles(count)
        source = sqlite3.connect(path)
        with closing(source), closing(empty_like(source, floor)) as target:
            copiers, done = [copier(source, target, table) for table in _TABLES], 0
            while batch := list(islice(made, BATCH)):
                with own.running():
                    store(corpus, batch, numbers)
                if done < _COMPARED:
                    again = [(statement, rows(done, done + BATCH)) for rows, statement in copiers]
                    with raw.running():
                        insert(target, again)
                    compared = own.cpu_seconds
                done += len(batch)
                if done % 50_000 == 0:
                    print(f"{done:,} stored", file=sys.stderr, flush=True)
        keep_up(corpus)
    floor.unlink()
    print(f"stored {done:,} articles in {time.perf_counter() - began:,.0f} s, the making of them included")
    promise("raw inserts, CPU over ours", raw.cpu_seconds / compared, at_least=0.9)


def store(corpus: Corpus, batch: Sequence[Placed], numbers: dict[int, int]) -> None:
    """Store a batch: no copy is in one batch with what it copies."""
    placed = []
    for one in batch:
        twin = None if one.copy_of is None else numbers[one.copy_of]
        placed.append((one.article, replace(one.decision, compared_with=twin)))
    stored = Articles(corpus).store_all(placed)
    numbers.update(zip((one.number for one in batch), stored, strict=True))


class _Clock:
    """Adds up what some part of a run takes of this process's CPU time."""

    def __init__(self) -> None:
        self.cpu_seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        began = time.process_time()
        yield
        self.cpu_seconds += time.process_time() - began


def _measure_size(path: Path, count: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name"
        sizes = {name: size / count for name, size in connection.execute(query)}
    index = sum(size for name, size in sizes.items() if name.startswith(("article_fts", "article_facet")))
    print(f"{count:,} articles, {path.stat().st_size / count:,.0f} bytes of file for each\n")
    promise("bytes an article, text and search index", sizes["article_text"] + index, at_most=6200)


@dataclass(frozen=True, slots=True)
class Measure:
    """Some questions, each asked in turn until there are enough figures."""

    name: str
    ask: Callable[[str], object]
    queries: Sequence[str]
    most_ms: float | None = None


def _measure_searches(corpus: Corpus) -> None:
    rows = []
    for measure in measures(corpus):
        cpu, wall = times(measure)
        rows.append([measure.name, *spread(cpu), *spread(wall), measure.most_ms or ""])
    columns = "ms", "p50 CPU", "p99 CPU", "p50 wall", "p99 wall", "promised"
    print_table(columns, rows)
    for row in rows:
        if row[-1]:
            promise(f"ms, {row[0]}, p99 of CPU", float(str(row[2])), at_most=float(str(row[-1])))


def measures(corpus: Corpus) -> Iterator[Measure]:
    """Yield what people ask."""
    terms = [f'"{term}"' for term in SOUGHT]

    def best(query: str) -> object:
        return corpus.search(query, sort="rank").articles

    def newest(query: str) -> object:
        return corpus.search(query).articles

    def shape(query: str) -> object:
        return corpus.facets(query, by=("source", "day"))

    yield Measure("count of a term", corpus.count, terms, 15)
    yield Measure("newest 20 of a term, count and snippets", newest, terms, 15)
    of_source = [f"{term} source:diario-sonora {_MONTH}" for term in terms]
    yield Measure("source and month, best 20", best, of_source, 40)
    phrases = ['"juez de control"', '"handed over"', '"a juez de"']
    yield Measure("phrase, best 20", best, phrases, 60)
    near = ["zambada NEAR/20 cartel", "deported NEAR/10 cartel", "extradición NEAR/30 fiscalía"]
    yield Measure("NEAR, best 20", best, near, 60)
    boolean = ["(extradit* OR deported) cartel -sinaloa", "extradición fiscalía", "deported OR zambada"]
    yield Measure("boolean, best 20", best, boolean, 60)
    yield Measure("source and day of a common term", shape, ["cartel"], 130)
    yield Measure("all facets of a common term", corpus.facets, ["cartel"])
    yield Measure("best 20 of a term in 1 of 20", best, ["fiscalía"])
    yield Measure("newest 20 of a word of every day", newest, ["de", "said"])


def times(
    measure: Measure, clock: Callable[[], float] = time.process_time
) -> tuple[list[float], list[float]]:
    """Return how many milliseconds by the clock, and how many on the wall, each of some calls took."""
    cpu, wall = [], []
    for query in measure.queries:
        measure.ask(query)
    # Now and then Python looks through all that a program is made of, for 50 ms: no part of any question.
    gc.freeze()
    for number in range(max(_ROUNDS, len(measure.queries))):
        query = measure.queries[number % len(measure.queries)]
        began, busy = time.perf_counter(), clock()
        measure.ask(query)
        cpu.append((clock() - busy) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return cpu, wall


def spread(figures: Sequence[float]) -> tuple[float, float]:
    """Return the median, and what 99 of 100 do not exceed."""
    known = sorted(figures)
    return known[len(known) // 2], known[min(int(len(known) * _SLOWEST), len(known) - 1)]


if __name__ == "__main__":
    main()
