"""One run at a time per corpus: a lock of the kernel or the server, gone with the process that holds it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from pipeline.errors import LockedError, StorageError

__all__ = ["corpus_lock", "held", "in_turn", "lock_file", "run_lock"]

_ASK_AGAIN_SECONDS = 0.003


def run_lock(engine: Engine, location: str) -> AbstractContextManager[None]:
    """Hold the lock of a corpus; raises LockedError at once when another run holds it."""
    return corpus_lock(engine, location, "run", otherwise=f"another run holds {location}; nothing was done")


def corpus_lock(engine: Engine, location: str, name: str, *, otherwise: str) -> AbstractContextManager[None]:
    """Hold a lock of a corpus; raises LockedError at once, with this message, when another process does."""
    if engine.dialect.name == "sqlite":
        return held(lock_file(location, name), otherwise=otherwise)
    # Loaded where it is used: not everybody has the libraries it needs.
    from storage.session_lock import session_lock

    return session_lock(engine, location, name, otherwise=otherwise)


def lock_file(location: str, name: str) -> str:
    """Return the file that is locked, beside the corpus.

    >>> lock_file("news.db", "run"), lock_file("news.db", "schedule")
    ('news.db.lock', 'news.db.schedule.lock')
    """
    return f"{location}.lock" if name == "run" else f"{location}.{name}.lock"


@contextmanager
def in_turn(corpus_path: str, *, seconds: float) -> Iterator[None]:
    """Wait for the writers that wait already, then do what waits for the database's own lock; no longer.

    SQLite knows no queue: a writer that hardly pauses would keep every other one out. Without a turn, on a
    full disk or after so many seconds, all goes on as it would have.
    """
    with ExitStack() as turn:
        with suppress(Timeout, OSError):
            lock = FileLock(f"{corpus_path}.turn.lock", timeout=seconds, poll_interval=_ASK_AGAIN_SECONDS)
            turn.enter_context(lock)
        yield


@contextmanager
def held(path: str, *, otherwise: str) -> Iterator[None]:
    """Hold the lock of a file; raises LockedError with this message when another process does."""
    # A singleton, so that the crawl may ask again for what its own process holds.
    lock = FileLock(path, timeout=0, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(otherwise) from None
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()
