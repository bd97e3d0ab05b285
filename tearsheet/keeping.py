"""Keeping pages from several processes: one after the other."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StorageError
from pipeline.items import Page
from storage.pages import PageFile

__all__ = ["PageKeeper"]


class PageKeeper:
    """One process's way to a page file that others write too; opened with its first page, for good."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._pages: PageFile | None = None

    def keep(self, page: Page) -> int:
        """Store the page at once and return its number; raises StorageError when it cannot be stored."""
        # The kernel gives the turn back when a process is killed. SQLite's own lock lets two connections
        # write and tidy up at one instant, which some of its versions do not always survive.
        with _turn(Path(self._path).absolute().parent):
            if self._pages is None:
                self._pages = PageFile(self._path, write=True)
            return self._pages.keep(page)


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise StorageError(f"{folder} cannot be read: {error.strerror}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
