"""Everything that only SQLite needs: opening a file, its pragmas, its errors, its full-text index."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import cast
from urllib.parse import quote

from sqlalchemy import (
    Engine,
    create_engine,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from pipeline.characters import storable
from pipeline.errors import StorageError
from storage.sqlite_index import (
    add_functions,
    found_by,
    holds_exactly,
    holds_near,
    index_text,
    is_index_true,
    names_known,
    optimize_index,
    ranked_by,
    rebuild_index,
    rows_found,
    unindexed,
)

__all__ = [
    "INDEX",
    "MEMORY",
    "RANK_LIMIT",
    "begin",
    "connect",
    "engine_for",
    "faults",
    "found_by",
    "has_wal_reset_fault",
    "holds_exactly",
    "holds_near",
    "index_text",
    "is_index_true",
    "last_number",
    "migrating",
    "names_known",
    "new_numbers",
    "optimize_index",
    "overwrite_deleted",
    "ranked_by",
    "rebuild_index",
    "refresh_statistics",
    "rows_astray",
    "rows_found",
    "set_last_number",
    "settle",
    "table_names",
    "trigger_names",
    "unindexed",
    "weaknesses",
    "wrapped",
]

MEMORY = ":memory:"
"""The path of a corpus that lives in memory, for one process."""

INDEX = "article_fts"
"""How the names of its tables begin."""

RANK_LIMIT = 50_000
"""A search that finds more is given newest first: ranking looks at every match."""

# A batch of an import keeps it for a second, on a busy machine for some.
_BUSY_SECONDS = 10.0
# SQLite by itself asks but ten times a second, and so misses another writer's short pauses again and again.
_PATIENCE_SECONDS = 0.05
_ASK_AGAIN_SECONDS = 0.003

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_WRITER_PRAGMAS = (
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
    # The file by which the users of a log share it cannot grow.
    ("SQLITE_IOERR_SHMSIZE", "the disk is full; free some space and run the command again"),
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
    if write:
        # Of several that make the same new file, SQLite refuses all but one at once, whatever the patience.
        _until_free(lambda: connection.execute("PRAGMA journal_mode = WAL"), _BUSY_SECONDS)
    for pragma in _WRITER_PRAGMAS if write else _READER_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    add_functions(connection)
    return connection


def _mode(path: str, write: bool) -> str:
    if write:
        return "mode=rwc"
    # On a disk that nobody can write, SQLite cannot make the file through which readers share the log; where
    # there is no log, it may be told that nothing changes.
    is_frozen = os.statvfs(Path(path).absolute().parent).f_flag & os.ST_RDONLY
    return "mode=ro&immutable=1" if is_frozen and not Path(f"{path}-wal").exists() else "mode=ro"


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
    return storable(_JSON.encode(value))


def begin(connection: Connection, *, write: bool, seconds: float | None = None) -> None:
    """Open the transaction, first of all that is done in it; ``write`` waits for the write lock and takes it.

    One that reads and then writes is refused when another has written in between, whatever the busy timeout;
    one that takes the lock first waits its turn.
    """
    # Said and not listened for: with any listener, SQLAlchemy looks for listeners at every statement.
    if not write:
        connection.exec_driver_sql("BEGIN")
        return
    patience = _BUSY_SECONDS if seconds is None else seconds
    _until_free(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"), patience)


def _until_free(statement: Callable[[], object], seconds: float) -> None:
    end = monotonic() + seconds
    while True:
        try:
            statement()
        except (OperationalError, sqlite3.OperationalError) as error:
            if not _is_busy(error) or monotonic() >= end:
                raise
            sleep(_ASK_AGAIN_SECONDS)
        else:
            return


def _is_busy(error: OperationalError | sqlite3.OperationalError) -> bool:
    said = error.orig if isinstance(error, OperationalError) else error
    return str(getattr(said, "sqlite_errorname", "")).startswith("SQLITE_BUSY")


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


def table_names(connection: Connection) -> frozenset[str]:
    """Return the names of all tables, those of the full-text index too."""
    return _names(connection, "table")


def trigger_names(connection: Connection) -> frozenset[str]:
    """Return the names of the triggers: by them the full-text index follows the texts."""
    return _names(connection, "trigger")


def _names(connection: Connection, kind: str) -> frozenset[str]:
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = :kind"), {"kind": kind})
    return frozenset(found.scalars())


def last_number(connection: Connection, table: str) -> int:
    """Return the last number that the table gave a row, kept or not; 0 where that is not known."""
    query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
    return int(connection.exec_driver_sql(query, (table,)).scalar() or 0)


def set_last_number(connection: Connection, table: str, number: int) -> None:
    """Let the table give its next row a higher number; one that gives numbers again does so by itself."""
    given = {"table": table, "number": number}
    counts = "SELECT 1 FROM sqlite_master WHERE name = :table AND sql LIKE '%AUTOINCREMENT%'"
    if connection.execute(text(counts), {"table": table}).first():
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"), given)


def new_numbers(connection: Connection, table: str, count: int) -> list[int]:
    """Return the numbers behind the last one; the table goes on behind those that are used."""
    last = last_number(connection, table)
    return list(range(last + 1, last + 1 + count))


def rows_astray(connection: Connection) -> int:
    """Return how many rows point at others that are not there."""
    return len(connection.execute(text("PRAGMA foreign_key_check")).all())


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
