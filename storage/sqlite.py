"""Everything that only SQLite needs: opening a file, its pragmas, its errors, its full-text index."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic, sleep
from typing import cast
from unicodedata import normalize
from urllib.parse import quote

from sqlalchemy import (
    Engine,
    Float,
    Integer,
    String,
    column,
    create_engine,
    except_,
    func,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from pipeline.characters import storable
from pipeline.errors import StorageError
from pipeline.passages import Passage
from pipeline.syntax import Exact, Near, Text
from pipeline.words import fold

__all__ = [
    "MEMORY",
    "author_contains",
    "begin",
    "connect",
    "engine_for",
    "faults_in_file",
    "found_by",
    "has_wal_reset_fault",
    "is_index_true",
    "optimize_index",
    "overwrite_deleted",
    "ranked_by",
    "rebuild_index",
    "refresh_statistics",
    "truncate_log",
    "unindexed",
    "wrapped",
]

MEMORY = ":memory:"
"""The path of a corpus that lives in memory, for one process."""

# A batch of an import keeps it for a second, on a busy machine for some.
_BUSY_SECONDS = 10.0
# SQLite by itself asks but ten times a second, and so misses another writer's short pauses again and again.
_PATIENCE_SECONDS = 0.05
_ASK_AGAIN_SECONDS = 0.003

_WRITER_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "journal_size_limit = 67108864",
    "foreign_keys = ON",
    # Without it a REPLACE would pass by the triggers that keep the index right.
    "recursive_triggers = ON",
    "cache_size = -65536",
)
_READER_PRAGMAS = ("cache_size = -65536", "mmap_size = 1073741824")

_ADVICE = (
    ("SQLITE_FULL", "the disk is full; free some space and run the command again"),
    ("SQLITE_BUSY", "another program keeps it locked; try again when that has ended"),
    ("SQLITE_LOCKED", "another program keeps it locked; try again when that has ended"),
    ("SQLITE_NOTADB", "it is not a corpus; give the file that `tearsheet collect` made"),
    ("SQLITE_CORRUPT", "it is damaged; put back a backup, or move it away and collect again"),
    ("SQLITE_READONLY", "it may not be written; check who owns the file and its folder"),
    ("SQLITE_CANTOPEN", "it cannot be opened; check the path and who may read it"),
    ("SQLITE_PERM", "it cannot be opened; check the path and who may read it"),
    ("SQLITE_AUTH", "it cannot be opened; check the path and who may read it"),
    ("SQLITE_IOERR", "the disk cannot be read or written; check it, and its free space"),
)


@contextmanager
def wrapped(location: str) -> Iterator[None]:
    """Turn what the database raises into a StorageError that names the place and says what to do."""
    try:
        yield
    except DBAPIError as error:
        raise StorageError(f"{location}: {_advice(error.orig)}") from error
    except sqlite3.Error as error:
        raise StorageError(f"{location}: {_advice(error)}") from error


def _advice(error: BaseException | None) -> str:
    name = getattr(error, "sqlite_errorname", "")
    for prefix, advice in _ADVICE:
        if name.startswith(prefix):
            return advice
    return f"the database says: {' '.join(str(error).split())}"


def connect(path: str, *, write: bool, patience: float = _BUSY_SECONDS) -> sqlite3.Connection:
    """Open the file, or make it when writing; transactions are the caller's."""
    where = MEMORY if path == MEMORY else f"file:{quote(str(Path(path).absolute()))}?{_mode(path, write)}"
    connection = sqlite3.connect(
        where,
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    for pragma in _WRITER_PRAGMAS if write else _READER_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("fold", 1, _folded, deterministic=True)
    connection.create_function("holds_near", 4, _holds_near, deterministic=True)
    connection.create_function("holds_exactly", 2, _holds_exactly, deterministic=True)
    return connection


def _mode(path: str, write: bool) -> str:
    if write:
        return "mode=rwc"
    # On a disk that nobody can write, SQLite cannot make the file through which readers share the log; where
    # there is no log, it may be told that nothing changes.
    is_frozen = os.statvfs(Path(path).absolute().parent).f_flag & os.ST_RDONLY
    return "mode=ro&immutable=1" if is_frozen and not Path(f"{path}-wal").exists() else "mode=ro"


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _holds_exactly(text: str, phrase: str) -> bool:
    first, *_ = exact = tuple(phrase.split(" "))
    # To look for letters costs far less than to split into words, which most texts are then spared.
    return first in normalize("NFC", text) and Passage(text).found(Exact(exact)) is not None


def _holds_near(text: str, left: str, right: str, between: int) -> bool:
    near = Near(_text(left), _text(right), between)
    return Passage(text).found(near) is not None


@lru_cache(maxsize=64)
def _text(phrase: str) -> Text:
    return Text(tuple(phrase.removesuffix("*").split()), prefix=phrase.endswith("*"))


def engine_for(path: str, *, write: bool) -> Engine:
    """Return an engine on the file; ``begin`` opens its transactions."""
    patience = _PATIENCE_SECONDS if write else _BUSY_SECONDS
    return create_engine(
        "sqlite://",
        creator=lambda: cast("DBAPIConnection", connect(path, write=write, patience=patience)),
        poolclass=StaticPool if path == MEMORY else QueuePool,
        json_serializer=_json,
    )


def _json(value: object) -> str:
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def begin(connection: Connection, *, write: bool, seconds: float | None = None) -> None:
    """Open the transaction, first of all that is done in it; ``write`` waits for the write lock and takes it.

    One that reads and then writes is refused when another has written in between, whatever the busy timeout;
    one that takes the lock first waits its turn.
    """
    # Said and not listened for: with any listener, SQLAlchemy looks for listeners at every statement.
    if not write:
        connection.exec_driver_sql("BEGIN")
        return
    end = monotonic() + (_BUSY_SECONDS if seconds is None else seconds)
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not _is_busy(error) or monotonic() >= end:
                raise
            sleep(_ASK_AGAIN_SECONDS)
        else:
            return


def _is_busy(error: OperationalError) -> bool:
    return str(getattr(error.orig, "sqlite_errorname", "")).startswith("SQLITE_BUSY")


# The index answers to its own name as a column, and ranks by another.
_INDEX = table("article_fts", column("rowid", Integer), column("article_fts", String), column("rank", Float))
_TITLE_WEIGHT, _STANDFIRST_WEIGHT, _TEXT_WEIGHT, _LABELS_WEIGHT = 4.0, 2.0, 1.0, 0.0


def found_by(match: str, article_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a full-text expression (storage.search.fulltext) finds the article."""
    return article_id.in_(select(_INDEX.c.rowid).where(_INDEX.c.article_fts.op("MATCH")(match)))


def ranked_by(match: str) -> Subquery:
    """Return rows of ``article_id`` and ``score``, best first when sorted upwards; costs 3 µs a match."""
    weights = _TITLE_WEIGHT, _STANDFIRST_WEIGHT, _TEXT_WEIGHT, _LABELS_WEIGHT
    score = func.bm25(_INDEX.c.article_fts, *weights)
    return (
        select(_INDEX.c.rowid.label("article_id"), score.label("score"))
        .where(_INDEX.c.article_fts.op("MATCH")(match))
        .subquery()
    )


def author_contains(authors: ColumnElement[list[str]], value: str) -> ColumnElement[bool]:
    """Return the condition that a folded author's name contains the value."""
    names = func.json_each(authors).table_valued("value")
    return select(names.c.value).where(func.instr(func.fold(names.c.value), value) > 0).exists()


def has_wal_reset_fault(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite can, rarely, damage a file that several connections write and checkpoint.

    >>> has_wal_reset_fault((3, 40, 1)), has_wal_reset_fault((3, 50, 7)), has_wal_reset_fault((3, 51, 3))
    (True, False, False)
    """
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return version >= (3, 7) and not mended


def overwrite_deleted(connection: Connection) -> None:
    """Have what this connection deletes overwritten in the file, not only let go of."""
    connection.execute(text("PRAGMA secure_delete = ON"))


def optimize_index(connection: Connection) -> None:
    """Write the full-text index anew, without what was deleted; some seconds for 100,000 articles."""
    connection.execute(text("INSERT INTO article_fts (article_fts) VALUES ('optimize')"))


def rebuild_index(connection: Connection) -> None:
    """Make the full-text index from the texts, as if it had never been; and what keeps it right."""
    connection.execute(text("INSERT INTO article_fts (article_fts) VALUES ('rebuild')"))


def refresh_statistics(connection: Connection) -> None:
    """Let the query planner count again what has grown since it last did."""
    connection.execute(text("PRAGMA optimize = 0x10002"))


def truncate_log(connection: Connection) -> bool:
    """Bring what was written into the file itself; False when readers of an older state are in the way.

    Outside of a transaction.
    """
    busy, *_ = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def faults_in_file(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with the file; reads all of it."""
    lines = connection.execute(text("PRAGMA quick_check(10)")).scalars()
    return [str(line) for line in lines if line != "ok"]


def unindexed(connection: Connection) -> int:
    """Return how many texts have no entry in the full-text index, or entries no text."""
    indexed, written = table("article_fts_docsize", column("id")), table("article_text", column("article_id"))
    one, other = select(indexed.c.id), select(written.c.article_id)
    apart = union_all(except_(one, other).subquery().select(), except_(other, one).subquery().select())
    return int(connection.execute(select(func.count()).select_from(apart.subquery())).scalar_one())


def is_index_true(connection: Connection) -> bool:
    """Say whether the full-text index holds the words of the texts; needs a writing connection."""
    # Without the 1, the index is only compared with itself, and a stale one passes.
    check = "INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)"
    try:
        connection.execute(text(check))
    except DatabaseError as error:
        if not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
            raise
        return False
    return True
