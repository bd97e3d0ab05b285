"""The progress line of a run: on a terminal, on stderr; nothing of it in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from scrapy import signals
from scrapy.crawler import Crawler

from pipeline.items import Fate
from tearsheet.logs import is_logging
from tearsheet.recorder import outcome_stored
from tearsheet.writer import Stored

__all__ = ["CrawlProgress", "advance", "progress_bar"]


@contextmanager
def progress_bar(what: str, total: int | None = None) -> Iterator[tuple[Progress, TaskID]]:
    """Show a bar while the body runs; silent where stderr is no terminal, or has the log."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty() or is_logging(),
        transient=True,
    )
    with bar:
        yield bar, bar.add_task(what, total=total)


def advance(bar: Progress, task: TaskID, count: int) -> None:
    """Move a bar on; it grows where there is more than was known."""
    bar.advance(task, count)
    for each in bar.tasks:
        if each.id == task and each.total is not None and each.completed > each.total:
            bar.update(task, total=each.completed)


class CrawlProgress:
    """Follows a crawl by its signals."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task
        self._asked = 0
        self._new = 0

    def watch(self, crawler: Crawler) -> None:
        """Connect to the signals of a crawler before it starts."""
        crawler.signals.connect(self._request_made, signal=signals.request_scheduled)
        crawler.signals.connect(self._outcome_stored, signal=outcome_stored)

    def _request_made(self) -> None:
        self._asked += 1
        self._bar.update(self._task, total=self._asked)

    def _outcome_stored(self, stored: Stored) -> None:
        self._new += stored.fate is Fate.NEW
        self._bar.update(self._task, advance=1, description=f"Reading · {self._new} new")
