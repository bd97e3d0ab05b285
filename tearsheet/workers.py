"""Reading processes: pages in, articles or rejections out. A page that kills its worker costs no other."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent import futures
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Self, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from pipeline.errors import StorageError
from pipeline.figures import figures_of
from pipeline.items import Article, Page, Rejected, Source
from pipeline.judging.watch import Watch
from pipeline.reading.page import Reading, reading_of
from tearsheet.keeping import PageKeeper
from tearsheet.outcomes import SealedReading
from tearsheet.signals import deaf

__all__ = ["BrokenPage", "KeptReading", "ReadingPool", "outcome_of", "worker_count"]

# The slowest of 1,900 real pages took 2 s; what runs this long is a trap.
READ_DEADLINE_SECONDS = 30.0
# A worker holds nothing that must be tidied up: one that has to end is not asked for long.
_LAST_WORDS_SECONDS = 0.1
# A worker is replaced after so many pages, so that no leak of a parser lasts.
_PAGES_PER_WORKER = 2_000


def worker_count(configured: int) -> int:
    """Return how many reading processes to run; 0 configured means one per core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return configured or len(os.sched_getaffinity(0))
    return configured or os.cpu_count() or 1


class ReadingPool:
    """A context manager around the worker processes.

    A worker that dies or overruns the deadline is replaced, and only its page ends as PARSE_ERROR. With
    ``pages_path`` the workers can keep pages in that page file, which is there.
    """

    def __init__(
        self,
        watches: Sequence[Watch],
        *,
        workers: int,
        pages_path: str = "",
        deadline_seconds: float = READ_DEADLINE_SECONDS,
    ) -> None:
        self._deadline_seconds = deadline_seconds
        CONSTS.term_timeout = _LAST_WORDS_SECONDS
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=_PAGES_PER_WORKER,
            initializer=_start_worker,
            initargs=(tuple(watches), pages_path),
            context=_context(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def start(self) -> None:
        """Start the processes, which the first page would; waits until their libraries are loaded."""
        self._pool.schedule(_rest)

    def read(self, page: Page, source: Source) -> "futures.Future[Article | Rejected]":
        """Send a page to be read and judged."""
        return self._pool.schedule(_read, args=(page, source), timeout=self._deadline_seconds)

    def keep_and_read(self, page: Page, source: Source) -> "futures.Future[KeptReading]":
        """Send a page to be kept and, once its bytes are on the disk, read and judged.

        The future, and so ``outcome_of``, raises StorageError when the page cannot be kept.
        """
        return self._pool.schedule(_keep_and_read, args=(page, source), timeout=self._deadline_seconds)

    def judge(self, article: Article) -> "futures.Future[Article | Rejected]":
        """Send an article to be judged whose page is not there to be read."""
        return self._pool.schedule(_judge, args=(article,), timeout=self._deadline_seconds)

    def extract(self, page: Page) -> "futures.Future[Reading]":
        """Send a page to be read only."""
        return self._pool.schedule(reading_of, args=(page,), timeout=self._deadline_seconds)


def outcome_of(future: "futures.Future[_Read]") -> "_Read | BrokenPage":
    """Return what a finished future holds, or why its page broke the worker; raises StorageError."""
    try:
        return future.result()
    except StorageError:
        raise
    except futures.TimeoutError:
        return BrokenPage(reason="reading it took too long")
    except ProcessExpired as error:
        return BrokenPage(reason=f"reading it ended the worker (exit code {error.exitcode})")
    except Exception as error:  # noqa: BLE001  the run loop: one page must not stop the others
        return BrokenPage(reason=f"{type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPage:
    """A page that could not be read: its worker died, overran its deadline, or raised."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReading:
    """A page that was kept, and what was read in it."""

    page_id: int
    reading: SealedReading


_Read = TypeVar("_Read", bound=Article | Rejected | Reading | KeptReading)
_WATCHES: tuple[Watch, ...] = ()
_PAGES = PageKeeper("")


def _start_worker(watches: tuple[Watch, ...], pages_path: str) -> None:
    # A worker process serves one run: its watches are sent once, not with each page.
    global _WATCHES, _PAGES
    _WATCHES, _PAGES = watches, PageKeeper(pages_path)


def _rest() -> None:
    """Do nothing."""


def _keep_and_read(page: Page, source: Source) -> KeptReading:
    page_id = _PAGES.keep(page)
    what = _read(page, source)
    figures = figures_of(what, source=page.entry.source)
    return KeptReading(page_id=page_id, reading=SealedReading.of(what, figures))


def _read(page: Page, source: Source) -> Article | Rejected:
    from pipeline.steps import read

    return read(page, source=source, watches=_WATCHES)


def _judge(article: Article) -> Article | Rejected:
    from pipeline.steps import judged

    return judged(article, _WATCHES)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tearsheet.preload"])
    _start_fork_server()
    return context


def _start_fork_server() -> None:
    """Start the parent of all workers, deaf like them to SIGINT and SIGTERM from its first moment."""
    with deaf():
        forkserver.ensure_running()
