"""Freezes what a question finds: read from one snapshot, written in short transactions, there when whole."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from pipeline.errors import ConfigError, StorageError
from storage.database import Database
from storage.frozen.packing import Words, fingerprint_line, packed, words_hash, words_of
from storage.frozen.sets import remove, set_row, told
from storage.frozen.texts import hold_words
from storage.frozen.values import FrozenSet
from storage.search.answers import records
from storage.search.records import Record
from storage.search.selection import Filters, Selection, selection
from storage.sqlite import MEMORY
from storage.tables import ARTICLE, FROZEN_ARTICLE, FROZEN_SET, TEXT

__all__ = ["freeze"]

_AT_ONCE = 500
_LONGEST_NAME = 100
# A process that was killed while it froze leaves a set without a name.
_ABANDONED = timedelta(days=1)


@dataclass(slots=True)
class _Tally:
    """What is said of all articles of a set, added up as they are written."""

    digest: Any = field(default_factory=hashlib.sha256)
    watches: dict[str, set[str]] = field(default_factory=dict)
    articles: int = 0

    def add(self, record: Record, its_hash: str) -> None:
        self.digest.update(fingerprint_line(record.id, record.revision, its_hash))
        self.articles += 1
        for judgement in record.watches:
            self.watches.setdefault(judgement.watch, set()).add(judgement.version)

    def as_values(self) -> dict[str, Any]:
        return {
            "fingerprint": self.digest.hexdigest(),
            "articles": self.articles,
            "watches": {watch: sorted(found - {""}) for watch, found in sorted(self.watches.items())},
        }


def freeze(
    database: Database,
    query: str,
    filters: Filters,
    *,
    name: str,
    at: datetime,
    advance: Callable[[int], None] = lambda _: None,
) -> FrozenSet:
    """Keep what the question finds, in the state of now, under a name; a blank question finds everything.

    ``advance`` is told the size of every batch. Raises QueryError, and ConfigError for a name that is taken
    or cannot be one.
    """
    asked = selection(query, filters, now=at)
    with database.read() as connection:
        _check_name(connection, name)
    # In memory there is one connection only: everything is one transaction then.
    with database.write() if database.path == MEMORY else nullcontext():
        with database.write() as writing:
            _clear_abandoned(writing, before=at - _ABANDONED)
            set_id = _begin(writing, query, filters, at)
        try:
            made = _fill(database, asked, set_id, advance)
            with database.write() as writing:
                _check_name(writing, name)
                made |= {"name": name, "forgotten": _forgotten(writing, set_id)}
                writing.execute(update(FROZEN_SET).where(FROZEN_SET.c.id == set_id).values(**made))
                return told(set_row(writing, name))
        except BaseException:
            # Where the disk is full nothing can be removed either: the next one clears it away.
            with suppress(StorageError), database.write() as writing:
                remove(writing, set_id)
            raise


def _fill(
    database: Database, asked: Selection, set_id: int, advance: Callable[[int], None]
) -> dict[str, Any]:
    """Write the articles of a set; return what is said of all of them."""
    tally = _Tally()
    # A search that is left before its end must let go of its cursor before its connection.
    with database.read() as reading, closing(records(reading, asked)) as found:
        newest_id = reading.execute(select(func.max(ARTICLE.c.id))).scalar() or 0
        for some in _batches(found):
            hashes = [words_hash(words_of(record)) for record in some]
            with database.write() as writing:
                _write(writing, set_id, some, hashes)
            for record, its_hash in zip(some, hashes, strict=True):
                tally.add(record, its_hash)
            advance(len(some))
    return tally.as_values() | {"newest_id": newest_id}


def _forgotten(connection: Connection, set_id: int) -> int:
    is_forgotten = FROZEN_ARTICLE.c.set_id == set_id, FROZEN_ARTICLE.c.record.is_(None)
    query = select(func.count()).select_from(FROZEN_ARTICLE).where(*is_forgotten)
    return int(connection.execute(query).scalar_one())


def _check_name(connection: Connection, name: str) -> None:
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise ConfigError(
            f"{name[:_LONGEST_NAME]!r} cannot be the name of a set; "
            f"give a word or some, in at most {_LONGEST_NAME} characters"
        )
    if connection.execute(select(FROZEN_SET.c.id).where(FROZEN_SET.c.name == name)).first() is not None:
        raise ConfigError(
            f"there is a frozen set {name!r} already, and it stays as it is; give another name, "
            f"or first remove it: tearsheet frozen {name!r} --remove"
        )


def _clear_abandoned(connection: Connection, *, before: datetime) -> None:
    nameless = select(FROZEN_SET.c.id).where(FROZEN_SET.c.name.is_(None), FROZEN_SET.c.frozen_at < before)
    for set_id in connection.execute(nameless).scalars().all():
        remove(connection, set_id)


def _begin(connection: Connection, query: str, filters: Filters, at: datetime) -> int:
    kept = {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in filters.items()
        if value
    }
    row = {
        "query": query,
        "filters": kept,
        "frozen_at": at,
        "version": _version(),
        "watches": {},
        "newest_id": 0,
        "articles": 0,
        "forgotten": 0,
        "fingerprint": "",
    }
    key = connection.execute(insert(FROZEN_SET), row).inserted_primary_key
    return int(key[0]) if key else 0


def _version() -> str:
    try:
        return version("tearsheet")
    except PackageNotFoundError:  # run from its folder, never installed
        return ""


def _batches(found: Iterator[Record]) -> Iterator[Sequence[Record]]:
    while some := list(islice(found, _AT_ONCE)):
        yield some


def _write(connection: Connection, set_id: int, some: Sequence[Record], hashes: Sequence[str]) -> None:
    """Write a batch; what was forgotten or read anew since the snapshot is met as it would be afterwards."""
    now = _words_now(connection, [record.id for record in some])
    rows = []
    for record, its_hash in zip(some, hashes, strict=True):
        is_there = record.id in now
        if is_there and now[record.id] != words_of(record):
            hold_words(connection, record.id, words_of(record))
        rows.append(
            {
                "set_id": set_id,
                "article_id": record.id,
                "revision": record.revision,
                "words_hash": its_hash if is_there else None,
                "record": packed(record) if is_there else None,
            }
        )
    connection.execute(insert(FROZEN_ARTICLE), rows)


def _words_now(connection: Connection, ids: Sequence[int]) -> dict[int, Words]:
    query = select(TEXT).where(TEXT.c.article_id.in_(ids))
    return {row.article_id: (row.title, row.standfirst, row.text) for row in connection.execute(query)}
