"""What ends a run in the middle: signals, a killed process, a killed worker, a full disk, a second run."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tearsheet.commands import (
    ENVIRONMENT,
    Desk,
    Done,
    complaint,
    descendants,
    ended,
    eventually,
    reading_worker,
    storing_process,
)
from tests.tearsheet.harbor import Harbor, page

COUNT = 8
# As long as it takes a worker some seconds to read.
LONG = 8_000


@pytest.fixture
def harbor_desk(desk: Desk, harbor: Harbor) -> Desk:
    harbor.print(COUNT)
    desk.configure(harbor.config("workers = 1"))
    return desk


def stored_urls(desk: Desk) -> list[str]:
    return sorted(url for (url,) in desk.rows("SELECT url FROM article"))


def all_urls(harbor: Harbor, count: int = COUNT) -> list[str]:
    return sorted(harbor.url(f"/a{number}") for number in range(count))


def assert_sound(desk: Desk) -> None:
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]
    assert desk.rows("PRAGMA foreign_key_check") == []


# Signals


def test_ctrl_c_lets_the_page_in_flight_arrive_and_leaves_the_rest_to_the_next_run(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor.drip("/a2", page(2), pieces=15, pause_seconds=0.1)
    run = harbor_desk.start("collect", "--json")
    eventually(lambda: harbor.asked("/a2"))

    os.killpg(run.pid, signal.SIGINT)
    done = ended(run, seconds=45)

    assert (done.code, done.json["outcome"]) == (0, "interrupted")
    assert done.json["fates"] == {"off_topic": 3, "pending": COUNT - 3}
    assert stored_urls(harbor_desk) == all_urls(harbor, 3)
    assert harbor.asked("/a3") == 0


def test_sigterm_to_the_whole_group_lets_a_page_be_read_to_its_end(harbor_desk: Desk, harbor: Harbor) -> None:
    harbor.page("/a0", page(0, paragraphs=LONG))
    run = harbor_desk.start("collect", "--json")
    eventually(lambda: reading_worker(run.pid))

    os.killpg(run.pid, signal.SIGTERM)
    done = ended(run, seconds=45)

    assert (done.code, done.json["outcome"]) == (0, "interrupted")
    assert set(done.json["fates"]) <= {"off_topic", "pending"}
    assert harbor.url("/a0") in stored_urls(harbor_desk)


def catches_sigterm(pid: int) -> bool:
    """Whether the process has a handler of its own (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def test_sigterm_during_start_up_ends_a_run_in_good_order(harbor_desk: Desk) -> None:
    run = harbor_desk.start("collect")
    eventually(lambda: catches_sigterm(run.pid))

    os.killpg(run.pid, signal.SIGTERM)
    done = ended(run, seconds=45)

    assert (done.code, done.err) == (0, "")
    assert harbor_desk.run("collect").code == 0
    assert "running" not in dict(harbor_desk.rows("SELECT outcome, id FROM run"))


STOPPED_WHILE_OPENING = """
import os, signal, sys

if __name__ == "__main__":
    from tearsheet.recorder import Recorder

    opened = Recorder.open_spider

    def open_spider(recorder):
        opened(recorder)
        os.kill(os.getpid(), signal.SIGTERM)

    Recorder.open_spider = open_spider
    sys.argv = ["tearsheet", "collect", "--json"]
    from tearsheet.cli import main

    main()
"""


def test_sigterm_while_a_run_is_being_opened_ends_it_in_good_order(harbor_desk: Desk) -> None:
    (harbor_desk.folder / "stopped.py").write_text(STOPPED_WHILE_OPENING)
    run = subprocess.Popen(
        [sys.executable, "stopped.py"],
        cwd=harbor_desk.folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    done = ended(run, seconds=45)

    assert (done.code, done.json["outcome"], done.err) == (0, "interrupted", "")


def test_a_second_signal_ends_at_once_and_the_next_run_goes_on(harbor_desk: Desk, harbor: Harbor) -> None:
    harbor.drip("/a2", page(2), pieces=600, pause_seconds=0.1)
    run = harbor_desk.start("collect")
    eventually(lambda: harbor.asked("/a2"))
    run.send_signal(signal.SIGTERM)
    run.send_signal(signal.SIGINT)
    done = ended(run, seconds=10)
    harbor.page("/a2", page(2))

    after = harbor_desk.run("collect", "--json")

    assert done.code < 0
    assert after.json["outcome"] == "done"
    assert stored_urls(harbor_desk) == all_urls(harbor)


# A second run, and a killed one


@dataclass(frozen=True)
class Killed:
    """A run that another one met, and that was then killed in the middle; and the run after it."""

    desk: Desk
    harbor: Harbor
    turned_away: Done
    runs_meanwhile: list[tuple[int, str]]
    asked_meanwhile: int
    orphans: Collection[int]
    after: Done


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    desk = Desk(tmp_path_factory.mktemp("killed"))
    with Harbor() as harbor:
        harbor.print(COUNT)
        harbor.drip("/a5", page(5), pieces=600, pause_seconds=0.1)
        desk.configure(harbor.config("workers = 1"))
        first = desk.start("collect")
        eventually(lambda: harbor.asked("/a5"))
        asked = len(harbor.requests)
        turned_away = desk.run("collect")
        runs_meanwhile = desk.rows("SELECT id, outcome FROM run")
        asked_meanwhile = len(harbor.requests) - asked
        orphans = descendants(first.pid)
        first.kill()
        ended(first)
        harbor.page("/a5", page(5))
        after = desk.run("collect", "--json")
        yield Killed(desk, harbor, turned_away, runs_meanwhile, asked_meanwhile, orphans, after)


def test_a_second_run_is_turned_away_and_changes_nothing(killed: Killed) -> None:
    assert killed.turned_away.code == 75
    assert "another run holds" in complaint(killed.turned_away)
    assert killed.runs_meanwhile == [(1, "running")]
    assert killed.asked_meanwhile == 0


def test_after_a_kill_the_next_run_stores_everything_once(killed: Killed) -> None:
    assert (killed.after.code, killed.after.json["outcome"]) == (0, "done")
    assert stored_urls(killed.desk) == all_urls(killed.harbor)
    assert killed.desk.rows("SELECT id, outcome FROM run ORDER BY id") == [(1, "interrupted"), (2, "done")]
    assert_sound(killed.desk)


def test_every_url_of_a_killed_run_has_one_fate(killed: Killed) -> None:
    fates = killed.desk.rows("SELECT count(*), count(DISTINCT address_id) FROM fate WHERE run_id = 1")

    assert fates == [(COUNT, COUNT)]


def test_a_killed_run_leaves_no_process_behind(killed: Killed) -> None:
    eventually(lambda: not any(Path(f"/proc/{orphan}").exists() for orphan in killed.orphans))


# A killed worker


def test_a_page_that_kills_its_worker_ends_as_parse_error_and_costs_no_other(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor.page("/a0", page(0, paragraphs=LONG))
    run = harbor_desk.start("collect", "--json")
    eventually(lambda: reading_worker(run.pid))

    os.kill(reading_worker(run.pid) or 0, signal.SIGKILL)
    done = ended(run)

    assert (done.code, done.json["outcome"]) == (0, "done")
    assert done.json["fates"] == {"off_topic": COUNT - 1, "parse_error": 1}
    assert harbor_desk.why(harbor.url("/a0")) == ["parse_error"]
    with closing(sqlite3.connect(harbor_desk.folder / "tearsheet.pages.db")) as pages:
        assert pages.execute("SELECT count(*) FROM page").fetchone() == (COUNT,)


# A killed writer


def test_a_run_whose_writing_process_is_killed_ends_with_one_line_and_the_next_stores_everything_once(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor.drip("/a2", page(2), pieces=30, pause_seconds=0.1)
    run = harbor_desk.start("collect")
    eventually(lambda: harbor.asked("/a2"))
    below = descendants(run.pid)

    os.kill(storing_process(run.pid) or 0, signal.SIGKILL)
    broken = ended(run)
    harbor.page("/a2", page(2))
    after = harbor_desk.run("collect", "--json")

    assert broken.code == 5
    assert "the process that writes it ended (exit code -9)" in complaint(broken)
    assert not any(Path(f"/proc/{number}").exists() for number in below)
    assert (after.code, after.json["outcome"]) == (0, "done")
    assert stored_urls(harbor_desk) == all_urls(harbor)
    assert_sound(harbor_desk)


# The disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own with room for a corpus, but not for many pages."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_one_line_and_after_making_room_nothing_is_lost(
    desk: Desk, harbor: Harbor, small_disk: Path
) -> None:
    harbor.print(40)
    desk.configure('[corpus]\nurl = "sqlite:///disk/tearsheet.db"\n' + harbor.config())

    full = desk.run("collect")
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    roomy = desk.run("collect", "--json")

    assert full.code == 5
    assert "disk is full" in complaint(full)
    assert (roomy.code, roomy.json["outcome"]) == (0, "done")
    on_disk = Desk(small_disk)
    assert stored_urls(on_disk) == all_urls(harbor, 40)
    assert_sound(on_disk)


# A corpus that is none


@pytest.mark.parametrize(
    ("corpus", "said"),
    [
        ("folder", "cannot be opened"),
        ("text.db", "not a corpus"),
        ("nowhere/tearsheet.db", "make it first"),
    ],
)
def test_a_corpus_that_cannot_be_opened_is_one_line_and_exit_5(
    desk: Desk, harbor: Harbor, corpus: str, said: str
) -> None:
    (desk.folder / "folder").mkdir()
    (desk.folder / "text.db").write_text("Not a database at all.\n" * 400)
    desk.configure(f'[corpus]\nurl = "sqlite:///{corpus}"\n' + harbor.config())

    collecting, searching = desk.run_all([("collect",), ("search", "harbor")])

    assert (collecting.code, searching.code) == (5, 5)
    assert said in complaint(collecting)
    assert corpus in complaint(searching)
    assert harbor.requests == ()
