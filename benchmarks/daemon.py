"""The daemon over many runs: what it keeps of memory, file handles and processes, against itself half-way.

A real daemon in a process of its own, whose jobs are real child processes, due every half second instead of
every two minutes. Promise: from run 100 to run 200 its memory grows by less than 5 %, and no handle and no
zombie is left.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.measure import print_table, promise, skip
from pipeline.timetable import Timetable
from tearsheet import schedule
from tearsheet.config import Config
from tearsheet.jobs import JobDefinition

_RUNS = 200
_SERVE = "--serve"
_STEP = timedelta(seconds=0.5)


class _Often(Timetable):
    """Due far more often than any line can say."""

    def next_after(self, at: datetime) -> datetime:
        return at + _STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the daemon holds at one moment."""

    resident_mb: float
    handles: int
    zombies: int


def main() -> None:
    """Let a daemon run its jobs, look at it half-way and at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=_RUNS)
    parser.add_argument(_SERVE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        sys.exit(_serve())
    if not Path("/proc/self/status").exists():
        skip("this system does not tell what a process holds (no /proc)")
    half_way, end = _looked_at(options.runs)
    print_table(
        ("the daemon holds", f"after {options.runs // 2} runs", f"after {options.runs}"),
        [
            ("memory, MB", half_way.resident_mb, end.resident_mb),
            ("file handles", half_way.handles, end.handles),
            ("zombies", half_way.zombies, end.zombies),
        ],
    )
    promise("memory at the end over half-way", end.resident_mb / half_way.resident_mb, at_most=1.05)
    promise("handles gained", end.handles - half_way.handles, at_most=0)
    promise("zombies", end.zombies, at_most=0)


def _serve() -> int:
    """Be the daemon: with one job that is due all the time."""
    job = JobDefinition(name="collect", arguments=("--version",), table=_Often(line="often"))

    def often(_config: Config) -> dict[str, JobDefinition]:
        return {"collect": job}

    schedule.definitions = often
    return schedule.Daemon(None, tell=print).serve()


def _looked_at(runs: int) -> tuple[_Held, _Held]:
    with tempfile.TemporaryDirectory() as folder:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.daemon", _SERVE],
            env={**os.environ, "TEARSHEET_CORPUS_URL": f"sqlite:///{folder}/tearsheet.db"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            half_way = _held_after(daemon, runs // 2)
            return half_way, _held_after(daemon, runs - runs // 2)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.communicate()


def _held_after(daemon: "subprocess.Popen[str]", runs: int) -> _Held:
    """Wait for so many more runs: each is a ``tearsheet --version``, which prints one line."""
    assert daemon.stdout is not None
    for _ in range(runs):
        if not daemon.stdout.readline():
            sys.exit("the daemon ended")
    process = Path(f"/proc/{daemon.pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    return _Held(
        resident_mb=int(status["VmRSS"].split()[0]) / 1024,
        handles=len(list((process / "fd").iterdir())),
        zombies=_zombies(daemon.pid),
    )


def _zombies(parent: int) -> int:
    """Count the dead children that were not waited for, but for the one that has just printed its line."""
    states = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, above, *_ = stat.read_text().rpartition(")")[2].split()
            states += [state] * (int(above) == parent)
    return max(states.count("Z") - 1, 0)


if __name__ == "__main__":
    main()
