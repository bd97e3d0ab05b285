"""Opens the database of a corpus: its one engine, its transactions, its migrations."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock, local
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError

from pipeline.errors import ConfigError, StorageError
from storage import sqlite
from storage.dialect import Dialect, dialect_named
from storage.pages import page_file_beside
from storage.schema import version_of
from storage.sqlite import MEMORY

__all__ = ["NEWEST", "Database", "require_corpus"]

NEWEST = "0014"
"""The migration that this version of Tearsheet works with; migrations are numbered upwards."""

_ADVICE = "write e.g. sqlite:///tearsheet.db or postgresql+psycopg://host/name as corpus url"
_TWO_SIGNS = "the corpus url has an @ too many; write one in a password as %40, a slash as %2F"
_POSTGRES = ("postgresql", "postgres")
"""How it is named in a URL: by SQLAlchemy, and by other programs."""
_PAGES_ADVICE = "write e.g. sqlite:///tearsheet.pages.db as pages_url"
_ABSENT = "{}: no corpus here; run `tearsheet collect` first"
_PAGES_HERE = "tearsheet.pages.db"
"""Where the raw pages of a corpus in PostgreSQL are unless it is said otherwise: in the working folder."""
# No writer keeps others waiting as long, but one that is not of Tearsheet.
_TURN_SECONDS = 10.0


class _Writing(local):
    """The connection on which the thread writes."""

    connection: Connection | None = None


class Database:
    """One database and its transactions, of which each thread has its own: a context manager."""

    def __init__(self, engine: Engine, *, path: str, pages_path: str, is_writable: bool) -> None:
        self._engine = engine
        self._writing = _Writing()
        # Threads wait for each other here, where waiting costs nothing.
        self._turn = RLock()
        self.dialect: Dialect = dialect_named(engine.dialect.name)
        self.path = path
        """Its file; of PostgreSQL its URL without the password."""
        self.pages_path = pages_path
        self.is_writable = is_writable
        self._guard: Callable[[Connection], None] | None = None

    @classmethod
    def open(cls, url: str = "sqlite:///tearsheet.db", *, pages_url: str = "", write: bool = False) -> Self:
        """Open the corpus at the URL, in SQLite or PostgreSQL; made or migrated when opened with ``write``.

        Raises ConfigError for a URL that cannot be used, StorageError when there is no corpus or it cannot be
        opened. Without ``write`` other processes may write meanwhile.
        """
        engine, path = _engine(url, write=write)
        if pages_url:
            pages_path = _file(_parsed(pages_url, advice=_PAGES_ADVICE), advice=_PAGES_ADVICE)
        else:
            pages_path = page_file_beside(path) if engine.dialect.name == "sqlite" else _PAGES_HERE
        database = cls(engine, path=path, pages_path=pages_path, is_writable=write)
        try:
            database._bring_up_to_date()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def guard(self, check: Callable[[Connection], None]) -> None:
        """Have this called first in each transaction that writes: what it raises ends the transaction."""
        self._guard = check

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction that has the write lock; inside another, that one's.

        Everything in it is stored, or after an error nothing. Keep it short: no network, no reading of pages.
        Raises StorageError when the corpus was opened to be read.
        """
        if not self.is_writable:
            raise StorageError(f"{self.path}: opened for reading only; open it with write=True")
        if self._writing.connection is not None:
            yield self._writing.connection
            return
        # Its import takes a twentieth of a second, which who only reads is spared.
        from storage.lock import in_turn

        with self._turn, self.dialect.wrapped(self.path), self._engine.begin() as connection:
            with in_turn(self.path, seconds=_TURN_SECONDS) if self._needs_turns else nullcontext():
                self.dialect.begin(connection, write=True)
            if self._guard is not None:
                self._guard(connection)
            self._writing.connection = connection
            try:
                yield connection
            finally:
                self._writing.connection = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection on one snapshot; inside ``write`` it sees what was written so far."""
        if self._writing.connection is not None:
            yield self._writing.connection
            return
        with self.dialect.wrapped(self.path), self._engine.begin() as connection:
            self.dialect.begin(connection, write=False)
            yield connection

    @property
    def writing(self) -> Connection | None:
        """The connection of the transaction in which this thread writes; None outside of any."""
        return self._writing.connection

    def settle(self) -> bool:
        """Bring all that was written to its place in the database; False when readers are in the way."""
        with self.dialect.wrapped(self.path):
            return self.dialect.settle(self._engine)

    def run_lock(self) -> AbstractContextManager[None]:
        """Hold the lock of the corpus; raises LockedError at once when another run holds it."""
        from storage.lock import run_lock

        return run_lock(self._engine, self.path)

    def lock(self, name: str, *, otherwise: str) -> AbstractContextManager[None]:
        """Hold another lock; raises LockedError with that message when another process has it."""
        from storage.lock import corpus_lock

        return corpus_lock(self._engine, self.path, name, otherwise=otherwise)

    def lock_holder(self, name: str) -> int | None:
        """Return the number of the process that holds a lock of a server: None when none does, 0 elsewhere.

        Only for a corpus without a ``file``, beside which the lock would lie.
        """
        from storage.session_lock import holder

        with self.dialect.wrapped(self.path):
            return holder(self._engine, name)

    @property
    def _needs_turns(self) -> bool:
        return self.file is not None and self.path != MEMORY

    @property
    def file(self) -> Path | None:
        """The file it is in; None when it is on a server."""
        return Path(self.path) if self._engine.dialect.name == "sqlite" else None

    def is_made(self) -> bool:
        """Tell whether there are the tables of a corpus, of whatever version."""
        with self.dialect.wrapped(self.path):
            return bool(self._version())

    def _bring_up_to_date(self) -> None:
        with self.dialect.wrapped(self.path):
            found = self._version()
            if found == NEWEST:
                return
            if found > NEWEST:
                raise StorageError(
                    f"{self.path}: made by a newer Tearsheet (tables {found}, known: {NEWEST}); update yours"
                )
            if not found and not self.is_writable:
                raise StorageError(_ABSENT.format(self.path), is_absent=True)
            if not self.is_writable:
                raise StorageError(
                    f"{self.path}: made by an older Tearsheet; run `tearsheet collect` to update it"
                )
            # Alembic takes a third of a second to import, and is needed once in the life of a corpus.
            from storage.migrate import upgrade

            upgrade(self._engine, location=self.path)

    def _version(self) -> str:
        """Return the number of the last migration applied; "" for an empty database."""
        with self._engine.begin() as connection:
            self.dialect.begin(connection, write=False)
            found = version_of(connection)
        if found is None:
            raise StorageError(f"{self.path}: is the database of another program; give another place")
        return found


def require_corpus(url: str) -> None:
    """Raise StorageError when there is no corpus at the URL, whatever it is wanted for."""
    engine, path = _engine(url, write=False)
    database = Database(engine, path=path, pages_path="", is_writable=False)
    try:
        if not database.is_made():
            raise StorageError(_ABSENT.format(path), is_absent=True)
    finally:
        database.close()


def _engine(url: str, *, write: bool) -> tuple[Engine, str]:
    """Return an engine on the database, and how the corpus is named to people."""
    parsed = _parsed(url, advice=_ADVICE)
    if parsed.get_backend_name() in _POSTGRES:
        if "@" in f"{parsed.host}{parsed.database}":
            # It would be shown as part of the host, and half of the password with it.
            raise ConfigError(_TWO_SIGNS)
        # Loaded where it is used: not everybody has the libraries it needs.
        from storage import postgres

        return postgres.engine_for(parsed, write=write), postgres.location_of(parsed)
    path = _file(parsed, advice=_ADVICE)
    _require_file(path, write=write)
    return sqlite.engine_for(path, write=write), path


def _parsed(url: str, *, advice: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number
        raise ConfigError(f"{url!r} is no database URL; {advice}") from error


def _file(parsed: URL, *, advice: str) -> str:
    backend = parsed.get_backend_name()
    if backend != "sqlite":
        raise ConfigError(f"{backend} is not a database that Tearsheet stores this in; {advice}")
    return parsed.database or MEMORY


def _require_file(path: str, *, write: bool) -> None:
    if path == MEMORY:
        if not write:
            raise StorageError("a corpus in memory is empty unless it is opened for writing")
        return
    file = Path(path)
    try:
        has_folder = file.parent.is_dir()
        has_bytes = file.exists() and file.stat().st_size > 0
    except OSError as error:
        raise StorageError(f"{path}: it cannot be opened: {error.strerror}") from error
    if write and not has_folder:
        raise StorageError(f"{path}: there is no folder {file.parent}; make it first")
    if not write and not has_bytes:
        raise StorageError(_ABSENT.format(path), is_absent=True)
