"""One run at a time per corpus: a lock of the kernel or the server, gone with the process that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import LockedError, StorageError
from storage.database import Database

__all__ = ["daemon_lock", "is_daemon_running", "lock_holder", "run_lock"]

_RUN, _DAEMON = "run", "daemon"
_ENDINGS = {_RUN: ".lock", _DAEMON: ".schedule.lock"}


@contextmanager
def run_lock(corpus: Database) -> Iterator[None]:
    """Hold the lock of a corpus; raises LockedError at once when another run holds it."""
    with _held(corpus, _RUN, otherwise=f"another run holds {corpus.path}; nothing was done"):
        yield


@contextmanager
def daemon_lock(corpus: Database) -> Iterator[None]:
    """Hold the place of the daemon of a corpus; raises LockedError at once when there is one."""
    with _held(corpus, _DAEMON, otherwise=f"another daemon serves {corpus.path}; nothing was done"):
        yield


def is_daemon_running(corpus: Database) -> bool:
    """Tell whether a daemon serves this corpus."""
    return _holder(corpus, _DAEMON) is not None


def lock_holder(corpus: Database) -> int | None:
    """Return the number of the process that holds the run lock: None when none does, 0 when not told."""
    return _holder(corpus, _RUN)


@contextmanager
def _held(corpus: Database, name: str, *, otherwise: str) -> Iterator[None]:
    if corpus.file is None:
        with corpus.lock(name, otherwise=otherwise):
            yield
        return
    path = f"{corpus.file}{_ENDINGS[name]}"
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


def _holder(corpus: Database, name: str) -> int | None:
    if corpus.file is None:
        return corpus.lock_holder(name)
    file = Path(f"{corpus.file}{_ENDINGS[name]}")
    if not file.exists():
        return None
    try:
        with _held(corpus, name, otherwise=""):
            return None
    except LockedError:
        return _process_locking(file)


def _process_locking(file: Path) -> int:
    """Read what the kernel tells of its locks (Linux); 0 elsewhere."""
    inode = f":{file.stat().st_ino}"
    try:
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    fields = (line.split() for line in lines)
    return next((int(each[-4]) for each in fields if each[-3].endswith(inode)), 0)
