"""One run at a time per corpus: a kernel lock, gone with the process that holds it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from filelock import FileLock, Timeout

from pipeline.errors import LockedError, StorageError

__all__ = ["held", "in_turn", "run_lock"]

_ASK_AGAIN_SECONDS = 0.003


@contextmanager
def run_lock(corpus_path: str) -> Iterator[None]:
    """Hold the lock of a corpus; raises LockedError at once when another run holds it."""
    with held(f"{corpus_path}.lock", otherwise=f"another run holds {corpus_path}; nothing was done"):
        yield


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
