"""One run and one daemon at a time per corpus, and who they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import LockedError
from storage.lock import held, run_lock

__all__ = ["daemon_lock", "is_daemon_running", "lock_holder", "run_lock"]


@contextmanager
def daemon_lock(corpus_path: str) -> Iterator[None]:
    """Hold the place of the daemon of a corpus; raises LockedError at once when there is one."""
    with held(_daemon_file(corpus_path), otherwise=f"another daemon serves {corpus_path}; nothing was done"):
        yield


def is_daemon_running(corpus_path: str) -> bool:
    """Tell whether a daemon serves this corpus."""
    if not Path(_daemon_file(corpus_path)).exists():
        return False
    try:
        with daemon_lock(corpus_path):
            return False
    except LockedError:
        return True


def lock_holder(corpus_path: str) -> int | None:
    """Return the number of the process that holds the run lock: None when none does, 0 when not told."""
    file = Path(f"{corpus_path}.lock")
    if not file.exists():
        return None
    try:
        with run_lock(corpus_path):
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


def _daemon_file(corpus_path: str) -> str:
    return f"{corpus_path}.schedule.lock"
