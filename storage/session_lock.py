"""Locks on a corpus in PostgreSQL: one holder at a time, on whatever machine; gone with its session."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from pipeline.errors import LockedError
from storage.postgres import lock_key, wrapped

__all__ = ["holder", "session_lock"]

# A machine that vanishes says no goodbye: the server asks after it, and lets go after two minutes.
_ASK_AFTER = "SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 6"


@dataclass(slots=True)
class _Held:
    session: Connection
    number: int


# By place and name, for the process: the crawl may ask again for what its own process holds.
_held: dict[tuple[str, str], _Held] = {}


@contextmanager
def session_lock(engine: Engine, location: str, name: str, *, otherwise: str) -> Iterator[None]:
    """Hold the lock of this name; raises LockedError with that message at once when another has it."""
    place = (str(engine.url), name)
    held = _held.get(place)
    if held is None:
        with wrapped(location):
            held = _held[place] = _Held(_locked_session(engine, name, otherwise), 0)
    held.number += 1
    try:
        yield
    finally:
        held.number -= 1
        if not held.number:
            del _held[place]
            _let_go(held.session)


def _locked_session(engine: Engine, name: str, otherwise: str) -> Connection:
    """Return a session of its own that holds the lock until it is closed."""
    # No transaction: it would keep the server from clearing up for as long as the run takes.
    session = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    session.detach()
    session.exec_driver_sql(_ASK_AFTER)
    if session.exec_driver_sql(f"SELECT pg_try_advisory_lock({lock_key(name)})").scalar():
        return session
    session.close()
    raise LockedError(otherwise)


def _let_go(session: Connection) -> None:
    # Said first: of a session that is closed the server learns in its own time.
    with suppress(DBAPIError):
        session.exec_driver_sql("SELECT pg_advisory_unlock_all()")
    session.close()


def holder(engine: Engine, name: str) -> int | None:
    """Return the number of the process that holds the lock: None when none does, 0 on another machine."""
    classid, objid = lock_key(name).split(", ", 1)
    query = f"""
        SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND pg_locks.objsubid = 2
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = {classid} AND objid::bigint = ({objid})::bigint & 4294967295
    """  # noqa: S608  # our own names
    with engine.begin() as connection:
        said = connection.exec_driver_sql(query).scalar()
    if said is None:
        return None
    _, number, machine = [*str(said).split(" "), "", ""][:3]
    return int(number) if number.isdecimal() and machine == socket.gethostname() else 0
