"""Opens the database of a corpus: its one engine, its transactions, its migrations."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock, local
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError

from pipeline.errors import ConfigError, StorageError
from storage.pages import page_file_beside
from storage.schema import version_of
from storage.sqlite import MEMORY, begin, engine_for, truncate_log, wrapped

__all__ = ["NEWEST", "Database", "require_corpus"]

NEWEST = "0012"
"""The migration that this version of Tearsheet works with; migrations are numbered upwards."""

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
        self.path = path
        self.pages_path = pages_path
        self.is_writable = is_writable

    @classmethod
    def open(cls, url: str = "sqlite:///tearsheet.db", *, pages_url: str = "", write: bool = False) -> Self:
        """Open the corpus at the URL; made or migrated when opened with ``write``.

        Raises ConfigError for a URL that cannot be used, StorageError when there is no corpus or it cannot be
        opened. Without ``write`` other processes may write meanwhile.
        """
        path = _path(url)
        _require_file(path, write=write)
        pages_path = _path(pages_url) if pages_url else page_file_beside(path)
        database = cls(engine_for(path, write=write), path=path, pages_path=pages_path, is_writable=write)
        try:
            database._bring_up_to_date()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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

        with self._turn, wrapped(self.path), self._engine.begin() as connection:
            with nullcontext() if self.path == MEMORY else in_turn(self.path, seconds=_TURN_SECONDS):
                begin(connection, write=True)
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
        with wrapped(self.path), self._engine.begin() as connection:
            begin(connection, write=False)
            yield connection

    def settle(self) -> bool:
        """Bring all that was written into the database file itself; False when readers are in the way."""
        with wrapped(self.path), self._engine.connect() as connection:
            return truncate_log(connection)

    def _bring_up_to_date(self) -> None:
        with wrapped(self.path):
            found = self._version()
            if found == NEWEST:
                return
            if found > NEWEST:
                raise StorageError(
                    f"{self.path}: made by a newer Tearsheet (tables {found}, known: {NEWEST}); update yours"
                )
            if not self.is_writable:
                raise StorageError(
                    f"{self.path}: made by an older Tearsheet; run `tearsheet collect` to update it"
                )
            # Alembic takes a third of a second to import, and is needed once in the life of a corpus.
            from storage.migrate import upgrade

            upgrade(self._engine, location=self.path)

    def _version(self) -> str:
        """Return the number of the last migration applied; "" for an empty file."""
        with self._engine.begin() as connection:
            begin(connection, write=False)
            found = version_of(connection)
        if found is None:
            raise StorageError(f"{self.path}: is the database of another program; give another path")
        return found


def require_corpus(url: str) -> None:
    """Raise StorageError when there is no corpus at the URL, whatever it is wanted for."""
    _require_file(_path(url), write=False)


def _path(url: str) -> str:
    advice = "write e.g. sqlite:///tearsheet.db as corpus url"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number
        raise ConfigError(f"{url!r} is no database URL; {advice}") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        raise ConfigError(f"this version stores in SQLite only, not yet in PostgreSQL; {advice}")
    if backend != "sqlite":
        raise ConfigError(f"{backend} is not a database that Tearsheet stores in; {advice}")
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
        raise StorageError(f"{path}: no corpus here; run `tearsheet collect` first", is_absent=True)
