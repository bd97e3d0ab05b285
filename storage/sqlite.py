"""Everything that only SQLite needs: opening a file, its pragmas, its errors, its full-text index."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import quote

from sqlalchemy import (
    Engine,
    Float,
    Integer,
    Select,
    String,
    column,
    create_engine,
    event,
    except_,
    func,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from pipeline.characters import storable
from pipeline.errors import StorageError
from pipeline.syntax import Node
from pipeline.words import fold
from storage.dialect import WRITE
from storage.fts5 import fts5

__all__ = [
    "MEMORY",
    "RANK_LIMIT",
    "check_migrated",
    "connect",
    "engine_for",
    "faults",
    "found_by",
    "has_wal_reset_fault",
    "index_text",
    "is_index_true",
    "migrating",
    "optimize_index",
    "overwrite_deleted",
    "ranked_by",
    "rebuild_index",
    "refresh_statistics",
    "settle",
    "unindexed",
    "weaknesses",
    "wrapped",
]

MEMORY = ":memory:"
"""The path of a corpus that lives in memory, for one process."""

RANK_LIMIT = 50_000
"""A search that finds more is given newest first: ranking looks at every match."""

_BUSY_SECONDS = 5.0

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


def connect(path: str, *, write: bool) -> sqlite3.Connection:
    """Open the file, or make it when writing; transactions are the caller's."""
    where = MEMORY if path == MEMORY else f"file:{quote(str(Path(path).absolute()))}?{_mode(path, write)}"
    connection = sqlite3.connect(
        where, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    for pragma in _WRITER_PRAGMAS if write else _READER_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("fold", 1, _folded, deterministic=True)
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


def engine_for(path: str, *, write: bool) -> Engine:
    """Return an engine on the file. A transaction is BEGIN IMMEDIATE where the option WRITE is set."""

    engine = create_engine(
        "sqlite://",
        creator=lambda: cast("DBAPIConnection", connect(path, write=write)),
        poolclass=StaticPool if path == MEMORY else QueuePool,
        json_serializer=_json,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _json(value: object) -> str:
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _begin(connection: Connection) -> None:
    # A transaction that reads and then writes is refused at once when another has written in between,
    # whatever the busy timeout; one that takes the lock first waits its turn.
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


# The index answers to its own name as a column, and ranks by another.
_INDEX = table("article_fts", column("rowid", Integer), column("article_fts", String), column("rank", Float))
_TITLE_WEIGHT, _STANDFIRST_WEIGHT, _TEXT_WEIGHT = 4.0, 2.0, 1.0


def found_by(tree: Node, article_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a tree of words finds the article."""
    return article_id.in_(select(_INDEX.c.rowid).where(_INDEX.c.article_fts.op("MATCH")(fts5(tree))))


def ranked_by(tree: Node, among: Select[tuple[int]] | None) -> Subquery:
    """Return rows of ``article_id`` and ``score``, best first when sorted upwards; costs 3 µs a match."""
    score = func.bm25(_INDEX.c.article_fts, _TITLE_WEIGHT, _STANDFIRST_WEIGHT, _TEXT_WEIGHT)
    return (
        select(_INDEX.c.rowid.label("article_id"), score.label("score"))
        .where(_INDEX.c.article_fts.op("MATCH")(fts5(tree)))
        .subquery()
    )


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


def settle(engine: Engine) -> bool:
    """Bring what was written into the file itself; False when readers of an older state are in the way."""
    with engine.connect() as connection:
        busy, *_ = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def migrating(connection: Connection, location: str) -> Iterator[None]:
    """Switch foreign keys off: a table made anew would otherwise take the rows that hang on it along."""
    connection.connection.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.connection.execute("PRAGMA foreign_keys = ON")


def check_migrated(connection: Connection, location: str) -> None:
    """Raise StorageError when rows point nowhere: nothing looked while they were changed."""
    astray = connection.execute(text("PRAGMA foreign_key_check")).all()
    if astray:
        raise StorageError(f"{location}: {len(astray)} rows point nowhere; nothing was changed")


def faults(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with the file; reads all of it."""
    lines = connection.execute(text("PRAGMA quick_check(10)")).scalars()
    return [str(line) for line in lines if line != "ok"]


def weaknesses() -> list[tuple[str, str]]:
    """Return what is wrong with this SQLite, each with what to do."""
    if not has_wal_reset_fault(sqlite3.sqlite_version_info):
        return []
    what = f"SQLite {sqlite3.sqlite_version} can, rarely, damage a corpus read while it is written"
    return [(what, "use a Python built with SQLite 3.51.3 or newer (or 3.50.7, 3.44.6), and keep backups")]


def index_text(connection: Connection, article_id: int, title: str, standfirst: str, text: str) -> None:
    """Do nothing: triggers keep the index right."""


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
