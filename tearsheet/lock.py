"""One run at a time per corpus: a kernel lock, gone with the process that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from pipeline.errors import LockedError, StorageError

__all__ = ["run_lock"]


@contextmanager
def run_lock(corpus_path: str) -> Iterator[None]:
    """Hold the lock of a corpus; raises LockedError at once when another run holds it."""
    # A singleton, so that the crawl may ask again for what its own process holds.
    lock = FileLock(f"{corpus_path}.lock", timeout=0, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(f"another run holds {corpus_path}; nothing was done") from None
    except OSError as error:
        raise StorageError(f"{corpus_path}.lock cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()
