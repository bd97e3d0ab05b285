"""Runs ``tearsheet`` as its users do: a process of its own, in a folder of its own."""

import atexit
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_SETTINGS = ("TEARSHEET_CONFIG", "TEARSHEET_CORPUS_URL", "NO_COLOR", "COLUMNS", "FORCE_COLOR")
# A proxy knows nothing of this machine's own ports.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _SETTINGS} | {"no_proxy": "*"}
LONGEST_SECONDS = 60


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def complaint(done: Done) -> str:
    """The one line on stderr of a command that refused; nothing else may have been printed."""
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert line.startswith("tearsheet: ")
    assert "unexpected" not in line
    return line.removeprefix("tearsheet: ")


@dataclass(frozen=True)
class Desk:
    """A folder with a tearsheet.toml, and the command run in it."""

    folder: Path

    def configure(self, text: str) -> None:
        (self.folder / "tearsheet.toml").write_text(text, encoding="utf-8")

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start the command as the head of a process group, as a shell does."""
        return subprocess.Popen(
            [sys.executable, "-m", "tearsheet", *arguments],
            cwd=self.folder,
            env=ENVIRONMENT | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *arguments: str, **environment: str) -> Done:
        return ended(self.start(*arguments, **environment))

    def run_all(self, commands: Sequence[Sequence[str]]) -> list[Done]:
        """Run commands one after the other, as ``ask`` does."""
        return [self.ask(*arguments) for arguments in commands]

    def ask(self, *arguments: str) -> Done:
        """Run a short command in a process forked from one that has imported them all."""
        return _forked(self.folder, arguments)

    def rows(self, query: str, *values: object, file: str = "tearsheet.db") -> list[tuple[Any, ...]]:
        """What is in the corpus file, asked past all code under test."""
        with closing(sqlite3.connect(self.folder / file)) as connection:
            return connection.execute(query, values).fetchall()

    def why(self, url: str) -> list[str]:
        """The fates of a URL, newest first."""
        return [row["fate"] for row in self.ask("why", url, "--json").json["fates"]]


# Most of what a short command takes is its imports: here they are made once.
_FORK_SERVER = """
import json, os, sys
from importlib import import_module
from tearsheet.cli.app import _COMMANDS, main
for module, _ in _COMMANDS.values():
    import_module(f"tearsheet.cli.{module}")
for line in sys.stdin:
    folder, out, err, arguments = json.loads(line)
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv = ["tearsheet", *arguments]
        try:
            main()
        except SystemExit as end:
            sys.stdout.flush()
            os._exit(end.code)  # nor does it wait for all the imports to be torn down
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@cache
def _fork_server() -> "subprocess.Popen[str]":
    """Ends with its stdin, so with the tests."""
    server = subprocess.Popen(
        [sys.executable, "-c", _FORK_SERVER],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, server)
    return server


def _end(server: "subprocess.Popen[str]") -> None:
    server.communicate()


def _forked(folder: Path, arguments: Sequence[str]) -> Done:
    server = _fork_server()
    assert server.stdin is not None
    assert server.stdout is not None
    with TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        print(json.dumps([str(folder), str(out), str(err), list(arguments)]), file=server.stdin, flush=True)
        code = int(server.stdout.readline())
        return Done(code, out.read_bytes().decode(), err.read_bytes().decode())


def ended(process: "subprocess.Popen[str]", *, seconds: float = LONGEST_SECONDS) -> Done:
    """Wait for a process; one that hangs is killed with all its children and fails the test."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return Done(process.returncode, out, err)


def eventually(condition: Callable[[], object], *, seconds: float = LONGEST_SECONDS) -> None:
    """Return as soon as the condition holds; fail when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def descendants(pid: int) -> dict[int, int]:
    """The living processes below a process, each with the processor time it used (in ticks)."""
    parents, ticks = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(folder.name)
        parents[number] = int(fields[1])
        ticks[number] = int(fields[11]) + int(fields[12])
    below: dict[int, int] = {}
    layer = {pid}
    while layer:
        layer = {number for number, parent in parents.items() if parent in layer}
        below |= {number: ticks[number] for number in layer}
    return below


def storing_process(pid: int) -> int | None:
    """The process that writes the corpus for a collector; None while there is none."""
    for number in descendants(pid):
        try:
            command = Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in command:
            return number
    return None


def reading_worker(pid: int) -> int | None:
    """The worker process of a collector that has begun to read a page in earnest; None when none has."""
    children = {
        number
        for number in descendants(pid)
        if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1] == str(pid)
    }
    busy = {number: ticks for number, ticks in descendants(pid).items() if number not in children}
    return next((number for number, ticks in busy.items() if ticks >= 15), None)
