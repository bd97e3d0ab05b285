"""One run at a time per corpus: a kernel lock, gone with the process that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from pipeline.errors import LockedError, StorageError

__all__ = ["held", "run_lock"]


@contextmanager
def run_lock(corpus_path: str) -> Iterator[None]:
    """Hold the lock of a corpus; raises LockedError at once when another run holds it."""
    with held(f"{corpus_path}.lock", otherwise=f"another run holds {corpus_path}; nothing was done"):
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
