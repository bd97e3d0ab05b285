"""Raw pages, compressed, in a SQLite file of their own: the proof of what was printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

from pipeline.characters import storable
from pipeline.errors import RecordError
from pipeline.items import Page
from pipeline.urls import url_key
from storage.sqlite import MEMORY, connect, wrapped

__all__ = ["KeptPage", "PageAge", "PageFile", "page_file_beside"]

# Level 9 makes pages a tenth smaller, and takes five times as long.
_LEVEL = 3
_HOLES_SHARE = 0.25
# A page is written once, and seldom read; every process that keeps pages has a cache of its own.
_CACHE_KIB = 4096
_SCHEMA = """
CREATE TABLE IF NOT EXISTS page (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url_key TEXT NOT NULL,
    url TEXT NOT NULL,
    content_type TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    last_fetched_at TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (url_key, sha256)
)
"""
_INSERT = """
INSERT INTO page (url_key, url, content_type, fetched_at, last_fetched_at, sha256, body)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def page_file_beside(path: str) -> str:
    """Return where the pages of a corpus are unless it is said otherwise.

    >>> page_file_beside("/srv/tearsheet.db")
    '/srv/tearsheet.pages.db'
    """
    return path if path == MEMORY else str(Path(path).with_suffix(".pages.db"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as its server sent it."""

    id: int
    url: str
    content_type: str
    fetched_at: datetime
    """The first fetch that gave these bytes."""
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAge:
    """How old a page is, and how much room it takes."""

    id: int
    last_fetched_at: datetime
    size: int
    """As kept: compressed."""


class PageFile:
    """The page file beside a corpus; made when opened with ``write``, and a context manager."""

    def __init__(self, path: str, *, write: bool = False) -> None:
        self._path = path
        with wrapped(path):
            self._connection = connect(path, write=write)
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            if write:
                self._connection.execute(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def keep(self, page: Page) -> int:
        """Store the page at once and return its number; the same bytes at the same address are kept once."""
        key, digest = url_key(page.url), sha256(page.body).digest()
        at = page.fetched_at.astimezone(UTC).isoformat()
        with wrapped(self._path):
            found = self._connection.execute(
                "UPDATE page SET last_fetched_at = ? WHERE url_key = ? AND sha256 = ? RETURNING id",
                (at, key, digest),
            ).fetchone()
            if found is not None:
                return int(found[0])
            body = zstandard.compress(page.body, _LEVEL)
            row = (key, storable(page.url), storable(page.content_type), at, at, digest, body)
            inserted = self._connection.execute(_INSERT, row)
        return int(inserted.lastrowid or 0)

    def remove(self, keys: Sequence[str]) -> int:
        """Remove every page of these URL keys, so that its bytes are gone from the file; return how many."""
        self._connection.execute("PRAGMA secure_delete = ON")
        with wrapped(self._path):
            removed = sum(
                self._connection.execute("DELETE FROM page WHERE url_key = ?", (key,)).rowcount
                for key in keys
            )
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return removed

    def fetched_before(self, limit: datetime, *, at_once: int) -> Iterator[tuple[PageAge, ...]]:
        """Yield the pages that were last fetched before the limit, so many at a time, in order of number."""
        query = (
            "SELECT id, last_fetched_at, length(body) FROM page WHERE id > ? AND last_fetched_at < ? "
            "ORDER BY id LIMIT ?"
        )
        last = 0
        while True:
            with wrapped(self._path):
                rows = self._connection.execute(query, (last, limit.isoformat(), at_once)).fetchall()
            if not rows:
                return
            yield tuple(
                PageAge(id=number, last_fetched_at=datetime.fromisoformat(at), size=size)
                for number, at, size in rows
            )
            last = rows[-1][0]

    def newest(self, *, at_once: int) -> Iterator[tuple[tuple[int, str], ...]]:
        """Yield number and URL key of each address's last page, so many at a time, in order of number."""
        query = (
            "SELECT id, url_key FROM page WHERE id > ? AND NOT EXISTS (SELECT 1 FROM page AS later WHERE "
            "later.url_key = page.url_key AND (later.last_fetched_at, later.id) > "
            "(page.last_fetched_at, page.id)) ORDER BY id LIMIT ?"
        )
        last = 0
        while True:
            with wrapped(self._path):
                rows = self._connection.execute(query, (last, at_once)).fetchall()
            if not rows:
                return
            yield tuple((number, key) for number, key in rows)
            last = rows[-1][0]

    def drop(self, ids: Sequence[int]) -> None:
        """Remove pages by their numbers, in one transaction."""
        with wrapped(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("DELETE FROM page WHERE id = ?", [(number,) for number in ids])
            self._connection.execute("COMMIT")

    def shrink(self) -> int:
        """Give back the room of removed pages, once they were a quarter of the file; return its bytes."""
        with wrapped(self._path):
            free, pages, size = (
                int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("freelist_count", "page_count", "page_size")
            )
            if free < pages * _HOLES_SHARE:
                return 0
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return free * size

    def page(self, page_id: int) -> KeptPage | None:
        """Return one page by its number; raises RecordError when its bytes are damaged."""
        return self._one("id = ?", page_id)

    def latest(self, key: str) -> KeptPage | None:
        """Return the page fetched last of a URL key."""
        return self._one("url_key = ? ORDER BY last_fetched_at DESC, id DESC LIMIT 1", key)

    def _one(self, condition: str, value: int | str) -> KeptPage | None:
        query = f"SELECT id, url, content_type, fetched_at, body FROM page WHERE {condition}"  # noqa: S608
        with wrapped(self._path):
            row = self._connection.execute(query, (value,)).fetchone()
        if row is None:
            return None
        number, url, content_type, fetched_at, body = row
        return KeptPage(
            id=number,
            url=url,
            content_type=content_type,
            fetched_at=datetime.fromisoformat(fetched_at),
            body=_unpacked(body, f"{self._path}: page {number}"),
        )


def _unpacked(body: bytes, name: str) -> bytes:
    try:
        return zstandard.decompress(body)
    except zstandard.ZstdError as error:
        raise RecordError(f"{name} is damaged: {error}") from error
