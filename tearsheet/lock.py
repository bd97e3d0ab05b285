"""One run and one daemon at a time per corpus, and who they are."""

from contextlib import AbstractContextManager
from pathlib import Path

from pipeline.errors import LockedError
from storage.database import Database
from storage.lock import held, lock_file

__all__ = ["daemon_lock", "is_daemon_running", "lock_holder", "run_lock"]

_RUN, _DAEMON = "run", "schedule"


def run_lock(corpus: Database) -> AbstractContextManager[None]:
    """Hold the lock of a corpus; raises LockedError at once when another run holds it."""
    return corpus.run_lock()


def daemon_lock(corpus: Database) -> AbstractContextManager[None]:
    """Hold the place of the daemon of a corpus; raises LockedError at once when there is one."""
    return corpus.lock(_DAEMON, otherwise=f"another daemon serves {corpus.path}; nothing was done")


def is_daemon_running(corpus: Database) -> bool:
    """Tell whether a daemon serves this corpus."""
    return _holder(corpus, _DAEMON) is not None


def lock_holder(corpus: Database) -> int | None:
    """Return the number of the process that holds the run lock: None when none does, 0 when not told."""
    return _holder(corpus, _RUN)


def _holder(corpus: Database, name: str) -> int | None:
    if corpus.file is None:
        return corpus.lock_holder(name)
    file = Path(lock_file(corpus.path, name))
    if not file.exists():
        return None
    try:
        with held(str(file), otherwise=""):
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
