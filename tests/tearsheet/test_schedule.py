"""The daemon, as a process of its own with real children: what it runs, what it remembers, how it ends."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import Corpus
from storage.jobs import Job, Jobs
from tests.tearsheet.commands import Desk, Done, complaint, descendants, ended, eventually
from tests.tearsheet.harbor import Harbor, page

COUNT = 3
ONLY_COLLECT = '[schedule]\nreport = ""\nprune = ""\nupkeep = ""\ncollect = "every 6 hours"\n'
TABLE = "every 6 hours (UTC)"


@pytest.fixture
def scheduled(desk: Desk, harbor: Harbor) -> Desk:
    harbor.print(COUNT)
    desk.configure(harbor.config("workers = 1") + ONLY_COLLECT)
    return desk


def planned(desk: Desk, *, hours: float, timetable: str = TABLE, started: float | None = None) -> None:
    """Plan the next run for so many hours from now, as a daemon before this one would have."""
    now = datetime.now(UTC)
    with Corpus.open(f"sqlite:///{desk.folder}/tearsheet.db", write=True) as corpus:
        jobs = Jobs(corpus)
        jobs.plan("collect", timetable=timetable, next_at=now)
        if started is not None:
            jobs.begin("collect", at=now + timedelta(hours=started), next_at=now)
            jobs.end("collect", at=now + timedelta(hours=started), exit_code=0, result="done")
        jobs.plan("collect", timetable=timetable, next_at=now + timedelta(hours=hours))


def job(desk: Desk) -> Job | None:
    with Corpus.open(f"sqlite:///{desk.folder}/tearsheet.db") as corpus:
        return Jobs(corpus).all().get("collect")


def has_ended_a_run(desk: Desk) -> bool:
    row = job(desk)
    return row is not None and row.ended_at is not None


def runs(desk: Desk) -> int:
    with closing(sqlite3.connect(desk.folder / "tearsheet.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM run").fetchone()[0])


@contextmanager
def daemon(desk: Desk) -> Iterator["subprocess.Popen[str]"]:
    process = desk.start("schedule")
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            ended(process)


def stopped(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGTERM) -> Done:
    process.send_signal(number)
    return ended(process, seconds=45)


# What is due


def test_a_run_that_came_due_while_no_daemon_ran_is_made_up_once(scheduled: Desk) -> None:
    planned(scheduled, hours=-20)

    with daemon(scheduled) as process:
        eventually(lambda: has_ended_a_run(scheduled))
        done = stopped(process)

    row = job(scheduled)
    assert (done.code, done.err) == (0, "")
    assert runs(scheduled) == 1
    assert row is not None
    assert (row.exit_code, row.result) == (0, "done")
    assert row.next_at == row.started_at + timedelta(hours=6) if row.started_at else False


def test_a_restart_does_not_repeat_a_run_nor_move_the_next_one(scheduled: Desk, harbor: Harbor) -> None:
    planned(scheduled, hours=2, started=-4)
    before = job(scheduled)

    with daemon(scheduled) as process:
        eventually(lambda: scheduled.ask("schedule", "--json").json["daemon"])
        done = stopped(process)

    assert done.code == 0
    assert job(scheduled) == before
    assert runs(scheduled) == 0


def test_a_changed_timetable_counts_from_now(scheduled: Desk) -> None:
    planned(scheduled, hours=-20, timetable="every 1 day (UTC)")

    with daemon(scheduled) as process:
        eventually(lambda: getattr(job(scheduled), "timetable", "") == TABLE)
        stopped(process)

    row = job(scheduled)
    assert row is not None
    assert timedelta(hours=5.9) < row.next_at - datetime.now(UTC) <= timedelta(hours=6)
    assert runs(scheduled) == 0


def test_a_job_that_was_switched_off_is_forgotten(scheduled: Desk) -> None:
    planned(scheduled, hours=2)
    with Corpus.open(f"sqlite:///{scheduled.folder}/tearsheet.db", write=True) as corpus:
        Jobs(corpus).plan("prune", timetable="15 3 * * * (UTC)", next_at=datetime.now(UTC))

    with daemon(scheduled) as process:
        eventually(lambda: scheduled.ask("schedule", "--json").json["daemon"])
        stopped(process)

    assert scheduled.rows("SELECT name FROM job") == [("collect",)]


# What is shown


def test_the_list_shows_a_run_under_way_and_that_the_daemon_runs(scheduled: Desk, harbor: Harbor) -> None:
    harbor.drip("/a1", page(1), pieces=600)
    planned(scheduled, hours=-1)

    with daemon(scheduled) as process:
        eventually(lambda: harbor.asked("/a1"))
        listed = scheduled.ask("schedule", "--list", "--json").json
        process.kill()
        ended(process)
    after = scheduled.ask("schedule", "--list", "--json").json
    _end_orphans(scheduled)

    (row,) = listed["jobs"]
    assert (listed["daemon"], row["result"], row["ended_at"]) == (True, "running", None)
    assert (after["daemon"], after["jobs"][0]["result"]) == (False, "cut short")


def _end_orphans(desk: Desk) -> None:
    """End the run that a killed daemon left behind: it holds the lock and finishes what is in flight."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_of_desk = (folder / "cwd").resolve() == desk.folder
        except OSError:
            continue
        if is_of_desk:
            os.kill(int(folder.name), signal.SIGKILL)


def test_before_the_first_start_the_list_tells_what_will_be(scheduled: Desk) -> None:
    done = scheduled.ask("schedule", "--list")

    assert done.code == 0
    assert "every 6 hours" in done.out
    assert "not running" in done.err


# How it ends


def test_sigterm_lets_the_run_store_what_is_in_flight(scheduled: Desk, harbor: Harbor) -> None:
    harbor.drip("/a1", page(1), pieces=15, pause_seconds=0.1)
    planned(scheduled, hours=-1)

    with daemon(scheduled) as process:
        eventually(lambda: harbor.asked("/a1"))
        below = descendants(process.pid)
        done = stopped(process)

    row = job(scheduled)
    assert done.code == 0
    assert row is not None
    assert (row.exit_code, row.result) == (0, "told to stop")
    assert scheduled.rows("SELECT outcome FROM run") == [("interrupted",)]
    assert (harbor.url("/a1"),) in scheduled.rows("SELECT url FROM article")
    eventually(lambda: not any(Path(f"/proc/{number}").exists() for number in below))


def test_a_second_signal_ends_all_at_once(scheduled: Desk, harbor: Harbor) -> None:
    harbor.drip("/a1", page(1), pieces=600, pause_seconds=0.1)
    planned(scheduled, hours=-1)

    with daemon(scheduled) as process:
        eventually(lambda: harbor.asked("/a1"))
        below = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        done = ended(process, seconds=20)

    assert done.code != 0
    eventually(lambda: not any(Path(f"/proc/{number}").exists() for number in below))


def test_a_run_that_hangs_is_ended_at_its_deadline_and_told(scheduled: Desk, harbor: Harbor) -> None:
    harbor.drip("/a1", page(1), pieces=20, pause_seconds=0.5)
    config = scheduled.folder / "tearsheet.toml"
    config.write_text(config.read_text().replace("[schedule]\n", "[schedule]\ndeadline_minutes = 0.05\n"))
    planned(scheduled, hours=-1)

    with daemon(scheduled) as process:
        eventually(lambda: has_ended_a_run(scheduled))
        done = stopped(process)

    row = job(scheduled)
    assert row is not None
    assert row.result == "ended at its deadline"
    assert "collect: ended at its deadline" in done.err


def test_a_second_daemon_is_turned_away(scheduled: Desk) -> None:
    planned(scheduled, hours=2)
    with daemon(scheduled):
        eventually(lambda: scheduled.ask("schedule", "--json").json["daemon"])
        second = scheduled.run("schedule")

    assert second.code == 75
    assert "another daemon serves" in complaint(second)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('collect = "* * * *"', "wrong number of fields"),
        ('collect = ""', "switches every job off"),
        ('timezone = "America/Mexico"', "unknown timezone"),
        ("deadline_minutes = 0", "expected more than 0"),
        ('colect = "* * * * *"', "did you mean"),
    ],
)
def test_a_schedule_that_says_no_time_is_one_line(desk: Desk, line: str, said: str) -> None:
    off = "".join(f'{name} = ""\n' for name in ("report", "prune", "upkeep"))
    desk.configure(f"[schedule]\n{off}{line}\n")

    done = desk.run("schedule")

    assert done.code == 2
    assert said in complaint(done)
