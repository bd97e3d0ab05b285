"""Everything that only PostgreSQL needs: its sessions, its errors, its one writer at a time, its upkeep."""

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from pipeline.characters import storable
from pipeline.errors import ConfigError, StorageError
from storage.postgres_index import (
    found_by,
    holds_exactly,
    holds_near,
    index_text,
    is_index_true,
    names_known,
    ranked_by,
    rebuild_index,
    rows_found,
    unindexed,
)

__all__ = [
    "INDEX",
    "RANK_LIMIT",
    "begin",
    "engine_for",
    "faults",
    "found_by",
    "holds_exactly",
    "holds_near",
    "index_text",
    "is_index_true",
    "last_number",
    "location_of",
    "lock_key",
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
    "session_name",
    "set_last_number",
    "settle",
    "table_names",
    "trigger_names",
    "unindexed",
    "weaknesses",
    "wrapped",
]

INDEX = "article_words"
"""Its table; the rows are those of ``storage.postgres_index``."""

RANK_LIMIT = 5_000
"""A search that finds more is given newest first: to rank, every match is read whole."""

_CONNECT_SECONDS = 10
# A batch of an import keeps it for a second, on a busy machine for some.
_BUSY_SECONDS = 10.0

# What holds for every session, whatever the server, the database or the user are set to.
_SESSION = (
    "SET TimeZone = 'UTC'",
    "SET client_encoding = 'UTF8'",
    "SET default_transaction_isolation = 'read committed'",
    "SET idle_in_transaction_session_timeout = 0",
    "SET idle_session_timeout = 0",
    # A question is answered in less time than it takes to compile it, or to start others that help.
    "SET jit = off",
    "SET max_parallel_workers_per_gather = 0",
)
# Nothing changes under a reader, as in SQLite; who waits for the lock must see what the writer before wrote.
_READ = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

_ADVICE = (
    ("08", "the server cannot be reached; check that it runs, and the corpus url"),
    ("22021", "it takes no text with a NUL character"),
    ("25006", "it may not be written; give a server that is no standby, and a user who may write"),
    ("28", "the server refuses the user; check the name and the password in the corpus url"),
    ("3D000", "there is no such database; make it with createdb, in UTF8"),
    ("40", "another program was in the way; run the command again"),
    ("42501", "the user may not do this; let the user own the tables, or SELECT from all of them to read"),
    ("53100", "the server's disk is full; free some space and run the command again"),
    ("53300", "the server takes no more connections; try again when some have ended"),
    ("55P03", "another program keeps it locked; try again when that has ended"),
    ("57P", "the server ended this, is shut down or starting; run the command again when it is up"),
    ("58", "the server cannot read or write its disk; look at its log"),
    ("XX", "it is damaged; put back a backup, and look at the server's log"),
)


_REFUSALS = (
    ('database ".*" does not exist', "3D000"),
    ('role ".*" does not exist|authentication failed|no password supplied|pg_hba.conf', "28"),
    ("too many (clients|connections)|remaining connection slots", "53300"),
    ("shutting down|starting up|in recovery mode", "57P03"),
    ("failed: (Connection refused|No such file)|timeout expired|failed to resolve host", "08"),
    ("server closed the connection|no connection to the server", "08"),
)


def location_of(url: URL) -> str:
    """Return how the corpus is named to people: without the password.

    >>> location_of(URL.create("postgresql+psycopg", "desk", "secret", "db.example.org", 5432, "news"))
    'postgresql://desk@db.example.org:5432/news'
    """
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return shown.render_as_string()


@contextmanager
def wrapped(location: str) -> Iterator[None]:
    """Turn what the database raises into a StorageError that names the place and says what to do."""
    try:
        yield
    except DBAPIError as error:
        raise StorageError(f"{location}: {_advice(error)}") from error


def _advice(error: DBAPIError) -> str:
    said = " ".join(str(error.orig).split())
    state = getattr(error.orig, "sqlstate", None) or _state_from(said)
    for prefix, advice in _ADVICE:
        if state.startswith(prefix):
            return advice
    if isinstance(error, OperationalError) and not state:
        return f"the server cannot be reached, or lets nobody in: {said}"
    return f"the database says: {said}"


def _state_from(said: str) -> str:
    """Return the state that a refusal stands for, which libpq gives in words only; "" for other languages."""
    return next((state for words, state in _REFUSALS if re.search(words, said)), "")


def engine_for(url: URL, *, write: bool) -> Engine:
    """Return an engine on the database; ``begin`` opens its transactions."""
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            json_serializer=_json,
            pool_pre_ping=True,
            connect_args={
                "application_name": session_name(),
                "connect_timeout": _CONNECT_SECONDS,
                # A plan made once for every question does not know which words are rare.
                "prepare_threshold": None,
            },
        )
    except ImportError as error:
        raise ConfigError("PostgreSQL needs psycopg; run pip install 'tearsheet[postgres]'") from error
    settings = [*_SESSION, f"SET lock_timeout = {int(_BUSY_SECONDS * 1000)}"]
    if not write:
        settings.append("SET default_transaction_read_only = on")

    def _connected(connection: Any, _record: Any) -> None:
        connection.execute("; ".join(settings))
        connection.commit()

    event.listen(engine, "connect", _connected)
    return engine


def session_name() -> str:
    """Return what the server shows of this process: its number and its machine."""
    return f"tearsheet {os.getpid()} {socket.gethostname()}"[:63]


def begin(connection: Connection, *, write: bool, seconds: float | None = None) -> None:
    """Open the transaction, first of all that is done in it; ``write`` waits to be the only writer."""
    if not write:
        connection.exec_driver_sql(_READ)
        return
    if seconds is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(seconds * 1000)}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock_key('write')})")


def lock_key(name: str) -> str:
    """Return the two numbers, as SQL, by which the corpus in this schema has a lock of this name."""
    return f"{_OURS}, hashtext(current_schema() || '/{name}')"


# Any number will do that other programs on the database hardly take.
_OURS = 1_952_804_466


def _json(value: object) -> str:
    return json.dumps(_storable(value), ensure_ascii=False, separators=(",", ":"))


def _storable(value: object) -> object:
    """Clean every text inside: an escaped NUL would be stored, and refused when it is read."""
    match value:
        case str():
            return storable(value)
        case list() | tuple():
            return [_storable(one) for one in value]
        case dict():
            return {_storable(key): _storable(one) for key, one in value.items()}
    return value


def weaknesses() -> list[tuple[str, str]]:
    """Return nothing: the server is somebody else's to look after."""
    return []


def overwrite_deleted(connection: Connection) -> None:
    """Do nothing: what is deleted goes when the tables are vacuumed."""


def optimize_index(connection: Connection) -> None:
    """Do nothing: words are put in their places at once."""


def refresh_statistics(connection: Connection) -> None:
    """Let the query planner count again."""
    connection.execute(text("ANALYZE"))


def settle(engine: Engine) -> bool:
    """Let go of what was deleted, in the tables and in the index."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
    return True


@contextmanager
def migrating(connection: Connection, location: str) -> Iterator[None]:
    """Look first whether the database can hold every text; raises StorageError."""
    with connection.begin():
        encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise StorageError(f"{location}: its encoding is {encoding}; make a database in UTF8")
    yield


def table_names(connection: Connection) -> frozenset[str]:
    """Return the names of all tables, those of the full-text index too."""
    found = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
    return frozenset(found.scalars())


def trigger_names(connection: Connection) -> frozenset[str]:
    """Return the names of the triggers."""
    query = "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    ours = "WHERE NOT tgisinternal AND relnamespace = to_regnamespace(quote_ident(current_schema()))"
    return frozenset(connection.execute(text(f"{query} {ours}")).scalars())


def last_number(connection: Connection, table: str) -> int:
    """Return the last number that the table gave a row, kept or not."""
    query = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id')::regclass)")
    return int(connection.execute(query, {"table": table}).scalar() or 0)


def set_last_number(connection: Connection, table: str, number: int) -> None:
    """Let the table give its next row a higher number."""
    query = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :number)")
    connection.execute(query, {"table": table, "number": number})


def new_numbers(connection: Connection, table: str, count: int) -> list[int]:
    """Take the next numbers of the table."""
    query = text(
        "SELECT nextval(pg_get_serial_sequence(:table, 'id')::regclass) FROM generate_series(1, :count)"
    )
    return list(connection.execute(query, {"table": table, "count": count}).scalars())


def rows_astray(connection: Connection) -> int:
    """Return 0: foreign keys were watched all the time."""
    return 0


def faults(connection: Connection) -> list[str]:
    """Return nothing: the server checks its pages whenever it reads them."""
    return []
