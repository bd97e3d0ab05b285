"""A daemon in a process of its own whose clock is set while it runs: it goes on, and repeats nothing."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from storage import Corpus
from storage.jobs import Job, Jobs
from tests.tearsheet.commands import ENVIRONMENT, Desk, ended, eventually

# The daemon by a clock that is off by as many seconds as stand in a file; it looks for changes ten times a second.
# Its jobs are real processes that print a line and end. The scheduler's clock is the same.
DAEMON = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
import apscheduler.executors.base
import apscheduler.schedulers.base
from tearsheet import jobs, schedule

class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=float(Path("offset").read_text()))

apscheduler.executors.base.datetime = apscheduler.schedulers.base.datetime = schedule.datetime = Clock
schedule._HEARTBEAT_SECONDS = 0.1
jobs.JOBS = {"collect": ("--version",), "prune": ("prune", "--help")}
sys.exit(schedule.Daemon(None, tell=lambda line: print(line, file=sys.stderr)).serve())
"""


class Clocked:
    """A running daemon whose daily job and whose frequent one have just run once, and its clock."""

    def __init__(self, desk: Desk) -> None:
        self._folder = desk.folder
        self._offset = timedelta()
        self.put(hours=0)
        due = self.now - timedelta(minutes=1)
        daily = f"{due.minute} {due.hour} * * *"
        desk.configure(
            f'[schedule]\ncollect = "every 10 minutes"\nprune = "{daily}"\nreport = ""\nupkeep = ""\n'
        )
        with Corpus.open(self._url, write=True) as corpus:
            for name, line in (("collect", "every 10 minutes"), ("prune", daily)):
                Jobs(corpus).plan(name, timetable=f"{line} (UTC)", next_at=due)
        self.process = subprocess.Popen(
            [sys.executable, "-c", DAEMON],
            cwd=desk.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def _url(self) -> str:
        return f"sqlite:///{self._folder}/tearsheet.db"

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def put(self, *, hours: float) -> None:
        """Put the clock forward or back."""
        self._offset += timedelta(hours=hours)
        new = self._folder / "offset.new"
        new.write_text(str(self._offset.total_seconds()))
        new.replace(self._folder / "offset")

    def job(self, name: str) -> Job:
        with Corpus.open(self._url) as corpus:
            return Jobs(corpus).all()[name]

    def has_run_since(self, name: str, at: datetime | None) -> bool:
        job = self.job(name)
        return not job.is_running and job.started_at not in {None, at}

    def stop(self) -> tuple[int, int]:
        """End the daemon; return how often the frequent job ran, and the daily one."""
        self.process.send_signal(signal.SIGTERM)
        done = ended(self.process)
        assert (done.code, done.err) == (0, "")
        return done.out.count("version"), done.out.count("Usage:")


@pytest.fixture
def clocked(desk: Desk) -> Iterator[Clocked]:
    daemon = Clocked(desk)
    try:
        for name in ("collect", "prune"):
            eventually(lambda name=name: daemon.has_run_since(name, None))
        yield daemon
    finally:
        daemon.process.kill()
        daemon.process.communicate()


def test_an_hour_back_neither_repeats_the_daily_job_nor_stops_the_frequent_one(clocked: Clocked) -> None:
    tomorrow, first = clocked.job("prune").next_at, clocked.job("collect").started_at

    clocked.put(hours=-1)
    eventually(lambda: clocked.job("collect").next_at <= clocked.now + timedelta(minutes=10))
    clocked.put(hours=1 / 6)
    eventually(lambda: clocked.has_run_since("collect", first))
    second = clocked.job("collect").started_at
    # Over the minute at which the daily job ran.
    clocked.put(hours=1)
    eventually(lambda: clocked.has_run_since("collect", second))

    assert clocked.job("prune").next_at == tomorrow
    assert clocked.stop() == (3, 1)


def test_a_day_forward_makes_up_each_job_once(clocked: Clocked) -> None:
    before = {name: clocked.job(name).started_at for name in ("collect", "prune")}

    clocked.put(hours=24)
    for name, started in before.items():
        eventually(lambda name=name, started=started: clocked.has_run_since(name, started))

    assert timedelta(0) < clocked.job("collect").next_at - clocked.now <= timedelta(minutes=10)
    assert timedelta(hours=23) < clocked.job("prune").next_at - clocked.now <= timedelta(hours=24)
    assert clocked.stop() == (2, 2)
