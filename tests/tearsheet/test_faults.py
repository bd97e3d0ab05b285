"""What an unattended machine does to a run: kills it anywhere, loses power, locks, runs out of things."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.tearsheet.commands import ENVIRONMENT, Desk, complaint, ended, eventually
from tests.tearsheet.harbor import Harbor, page

KILLS = 30
NEW_EACH_TIME = 4
SEED = 20_260_304


@pytest.fixture
def harbor_desk(desk: Desk, harbor: Harbor) -> Desk:
    desk.configure(harbor.config("workers = 1"))
    return desk


def stored_urls(desk: Desk) -> set[str]:
    return {url for (url,) in desk.rows("SELECT url FROM article")}


def article_urls(harbor: Harbor, count: int) -> set[str]:
    return {harbor.url(f"/a{number}") for number in range(count)}


def assert_sound(desk: Desk) -> None:
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]
    assert desk.rows("PRAGMA foreign_key_check") == []
    with closing(sqlite3.connect(desk.folder / "tearsheet.db")) as connection, connection:
        # Raises when the index does not hold the words of the texts.
        connection.execute("INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)")


def assert_balanced(desk: Desk) -> None:
    """Every URL that a run met has one fate in it, and the run counts them as they are."""
    for run, counted in desk.rows("SELECT id, fates FROM run WHERE outcome <> 'running'"):
        found = desk.rows("SELECT fate, count(*) FROM fate WHERE run_id = ? GROUP BY fate", run)
        assert dict(found) == json.loads(counted)


# Kills, and the loss of power


def killed_after(run: "subprocess.Popen[str]", seconds: float) -> None:
    try:
        run.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
    run.communicate()


def test_killed_at_thirty_moments_nothing_stored_is_lost_and_nothing_is_stored_twice(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    moments = random.Random(SEED)  # noqa: S311  # when to kill is no secret
    harbor.print(NEW_EACH_TIME)
    began = time.monotonic()
    harbor_desk.run("collect")
    takes = time.monotonic() - began
    stored = stored_urls(harbor_desk)

    for kill in range(1, KILLS + 1):
        harbor.print((kill + 1) * NEW_EACH_TIME)
        killed_after(harbor_desk.start("collect"), moments.uniform(0.3, 1.0) * takes)
        before, stored = stored, stored_urls(harbor_desk)
        assert before <= stored
    last = harbor_desk.run("collect", "--json")

    count = (KILLS + 1) * NEW_EACH_TIME
    assert (last.code, last.json["outcome"]) == (0, "done")
    assert stored_urls(harbor_desk) == article_urls(harbor, count)
    assert harbor_desk.rows("SELECT count(*) FROM article") == [(count,)]
    assert_sound(harbor_desk)
    assert_balanced(harbor_desk)


def test_after_a_loss_of_power_with_a_torn_log_the_next_run_goes_on(
    harbor_desk: Desk, harbor: Harbor, tmp_path: Path
) -> None:
    harbor.print(30)
    run = harbor_desk.start("collect")
    log = harbor_desk.folder / "tearsheet.db-wal"
    eventually(lambda: harbor.asked("/a20") and log.stat().st_size)
    # What the disk would hold: the files as they are at this moment, the end of the log torn off.
    dark = tmp_path / "after the dark"
    dark.mkdir()
    for name in ("tearsheet.db", "tearsheet.db-wal", "tearsheet.pages.db", "tearsheet.pages.db-wal"):
        shutil.copy(harbor_desk.folder / name, dark / name)
    with (dark / "tearsheet.db-wal").open("r+b") as torn:
        torn.truncate((dark / "tearsheet.db-wal").stat().st_size - 1000)
    ended(run)

    after = Desk(dark)
    after.configure((harbor_desk.folder / "tearsheet.toml").read_text())
    done = after.run("collect", "--json")

    assert (done.code, done.json["outcome"]) == (0, "done")
    assert stored_urls(after) == article_urls(harbor, 30)
    assert_sound(after)
    assert_balanced(after)


# What the machine refuses


def test_a_corpus_that_may_only_be_read_is_one_line_and_can_still_be_searched(
    desk: Desk, harbor: Harbor, tmp_path: Path
) -> None:
    harbor.print(2)
    desk.configure('[corpus]\nurl = "sqlite:///disk/tearsheet.db"\n' + harbor.config())
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder):
        assert desk.run("collect").code == 0
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)

        refused, searched = desk.run("collect"), desk.run("search", "harbor", "--include-off-topic")

    assert refused.code == 5
    assert "tearsheet.db" in complaint(refused)
    assert searched.code == 0
    assert "Story number 1" in searched.out


class mounted:  # noqa: N801  # reads as a verb
    """A disk of its own on this folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(self._folder)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("a disk can only be mounted by root")

    def __exit__(self, *error: object) -> None:
        subprocess.run(["umount", str(self._folder)], check=True)


def test_a_corpus_that_another_program_keeps_locked_is_one_line_and_loses_nothing(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor.print(2)
    harbor_desk.run("collect")
    harbor.print(4)
    with closing(sqlite3.connect(harbor_desk.folder / "tearsheet.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = harbor_desk.run("collect")
        other.execute("ROLLBACK")
    free = harbor_desk.run("collect")

    assert locked.code == 5
    assert "another program keeps it locked" in complaint(locked)
    assert free.code == 0
    assert stored_urls(harbor_desk) == article_urls(harbor, 4)


@pytest.mark.parametrize("handles", [20, 32, 64])
def test_out_of_file_handles_a_run_says_so_and_the_next_one_has_everything(
    harbor_desk: Desk, harbor: Harbor, handles: int
) -> None:
    harbor.print(6)
    command = f"ulimit -n {handles}; exec {sys.executable} -m tearsheet collect"
    poor = subprocess.run(
        ["bash", "-c", command],
        cwd=harbor_desk.folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    rich = harbor_desk.run("collect")

    assert "Traceback" not in poor.stderr
    assert rich.code == 0
    assert stored_urls(harbor_desk) == article_urls(harbor, 6)
    assert_sound(harbor_desk)


# Many at once


@pytest.fixture
def sixteen() -> Iterator[list[Harbor]]:
    with ExitStack() as opened:
        yield [opened.enter_context(Harbor()) for _ in range(16)]


def test_sigterm_in_the_middle_of_sixteen_slow_pages_stores_all_sixteen(
    desk: Desk, sixteen: list[Harbor]
) -> None:
    tables = ""
    for number, harbor in enumerate(sixteen):
        harbor.announce([number])
        harbor.drip(f"/a{number}", page(number), pieces=20, pause_seconds=0.15)
        tables += f'[sources.harbor-{number}]\nfeeds = ["{harbor.url("/feed")}"]\n'
    config = sixteen[0].config("workers = 2\nconcurrency = 32")
    desk.configure(config[: config.index("[sources")] + tables)
    run = desk.start("collect", "--json")
    eventually(lambda: all(harbor.asked(f"/a{number}") for number, harbor in enumerate(sixteen)))

    os.killpg(run.pid, signal.SIGTERM)
    done = ended(run, seconds=45)

    assert (done.code, done.json["outcome"]) == (0, "interrupted")
    assert len(stored_urls(desk)) == 16


def test_two_writers_and_three_readers_at_once_are_never_told_that_it_is_locked(
    harbor_desk: Desk, harbor: Harbor, tmp_path: Path
) -> None:
    harbor.print(2)
    harbor_desk.run("collect")
    records = tmp_path / "records.jsonl"
    with records.open("w") as out:
        for number in range(400):
            text = f"Record {number} tells of the harbor and of {number * 7} boats that lay in it."
            print(json.dumps({"url": f"https://old.example/{number}", "text": text}), file=out)
    end = time.monotonic() + 4
    readers: list[subprocess.Popen[str]] = []
    writing = harbor_desk.start("import", str(records))
    told: list[str] = []

    while time.monotonic() < end or writing.poll() is None:
        readers = [harbor_desk.start("search", "harbor", "--json") for _ in range(3)]
        with closing(sqlite3.connect(harbor_desk.folder / "tearsheet.db", timeout=5)) as other:
            for _ in range(20):
                with other:
                    other.execute(
                        "INSERT INTO search_mark VALUES ('x', 1, '2026-01-01') ON CONFLICT DO NOTHING"
                    )
                    other.execute("DELETE FROM search_mark")
        told += [done.err for done in map(ended, readers) if done.code]
    written = ended(writing)

    assert told == []
    assert written.code == 0, written.err
    assert_sound(harbor_desk)
