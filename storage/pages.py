"""Raw pages, compressed, in a SQLite file of their own: the proof of what was printed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from types import TracebackType
from typing import Self

import zstandard

from pipeline.characters import storable
from pipeline.items import Page
from pipeline.urls import url_key
from storage.sqlite import connect, wrapped

__all__ = ["KeptPage", "PageFile"]

_LEVEL = 9
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as its server sent it."""

    id: int
    url: str
    content_type: str
    fetched_at: datetime
    """The first fetch that gave these bytes."""
    body: bytes


class PageFile:
    """The page file beside a corpus; made when opened with ``write``, and a context manager."""

    def __init__(self, path: str, *, write: bool = False) -> None:
        self._path = path
        with wrapped(path):
            self._connection = connect(path, write=write)
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

    def page(self, page_id: int) -> KeptPage | None:
        """Return one page by its number."""
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
            body=zstandard.decompress(body),
        )
