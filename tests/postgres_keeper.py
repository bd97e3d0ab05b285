"""Runs a PostgreSQL server for as long as its own stdin is open, and leaves nothing of it behind.

A program of its own: it outlives a test run that is killed, notices, and stops the server.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_NOBODY = 65534
# Nothing of it outlives the tests: no file has to be safe on the disk. Texts compare as in SQLite.
_INIT = ("--username=tearsheet", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-instructions")
_LOCALE = ("--locale-provider=builtin", "--locale=C.UTF-8")
_OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "autovacuum=off",
)


class _Server:
    """A server in a new folder; run as nobody when we are root, whom PostgreSQL refuses."""

    def __init__(self, programs: Path) -> None:
        # Not in pytest's folder: a socket's path may have 107 characters, and nobody may not enter there.
        self.folder = Path(tempfile.mkdtemp(prefix="tearsheet-pg-"))
        self._user = _NOBODY if os.geteuid() == 0 else None
        self._programs = programs

    def start(self) -> None:
        if self._user is not None:
            self._programs = _copied(self._programs, self.folder)
            os.chown(self.folder, self._user, self._user)
        self._run("initdb", *_INIT, *_LOCALE)
        options = " ".join([*(f"-c {option}" for option in _OPTIONS), f"-k {self.folder}"])
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "--timeout=120", "--log", log, "-o", options)

    def remove(self) -> None:
        try:
            if (self.folder / "data" / "postmaster.pid").exists():
                self._run("pg_ctl", "stop", "--mode=immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        # A file, not a pipe: the server inherits it, and a pipe would stay open until it ends.
        with (self.folder / f"{program}.out").open("w+") as said:
            done = subprocess.run(
                [self._programs / "bin" / program, "-D", self.folder / "data", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                cwd=self.folder,
                check=False,
            )
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


def _copied(programs: Path, folder: Path) -> Path:
    """Copy the programs of the wheel, as nobody may be shut out from where it was installed."""
    package = programs.parent
    copy = folder / package.name / programs.name
    shutil.copytree(programs, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
    # What they are linked with lies beside the package, and is found from the programs' own place.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy


def main() -> None:
    server = _Server(Path(sys.argv[1]))
    try:
        server.start()
        print(server.folder, flush=True)
        sys.stdin.read()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
