"""What servers see of whole runs: robots first, nothing asked twice, nothing known asked again."""

import os
import signal
import sqlite3
from contextlib import closing

import pytest

from tests.tearsheet.commands import Desk, ended, eventually
from tests.tearsheet.harbor import Harbor, page

COUNT = 4
RUNS = 4


@pytest.fixture
def harbor_desk(desk: Desk, harbor: Harbor) -> Desk:
    harbor.print(COUNT)
    desk.configure(harbor.config("workers = 1"))
    return desk


def test_robots_is_asked_first_and_by_later_runs_of_the_day_not_at_all(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    for _ in range(2):
        harbor_desk.run("collect")

    paths = [request.path for request in harbor.requests]
    assert paths[0] == "/robots.txt"
    assert paths.count("/robots.txt") == 1


def test_an_unchanged_feed_is_answered_304_and_no_known_article_is_fetched_again(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    for _ in range(RUNS):
        assert harbor_desk.run("collect").code == 0

    assert [harbor.asked(f"/a{number}") for number in range(COUNT)] == [1] * COUNT
    asked = [request for request in harbor.requests if request.path == "/feed"]
    assert len(asked) == RUNS
    assert all("if-none-match" in request.headers for request in asked[1:])
    assert harbor_desk.rows("SELECT last_status FROM channel") == [(304,)]


def test_killed_between_a_feed_and_its_pages_the_next_run_fetches_them_though_the_feed_says_304(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor.drip("/a0", page(0), pieces=600, pause_seconds=0.1)
    run = harbor_desk.start("collect")
    eventually(lambda: harbor.asked("/a0"))
    os.killpg(run.pid, signal.SIGKILL)
    ended(run)
    harbor.page("/a0", page(0))

    done = harbor_desk.run("collect", "--json")

    assert harbor_desk.rows("SELECT last_status FROM channel") == [(304,)]
    assert done.json["fates"] == {"off_topic": COUNT}


def test_a_site_that_asked_for_a_pause_is_not_asked_by_the_next_run(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor_desk.run("collect")
    harbor.page("/feed", "wait", status=503, headers={"Retry-After": "3600"})
    harbor_desk.run("collect")
    before = len(harbor.requests)

    done = harbor_desk.run("collect", "--json")

    assert len(harbor.requests) == before
    assert "asked to wait until" in done.json["failed"]["harbor"]


def test_a_second_look_is_conditional_and_a_page_that_is_the_same_costs_no_body(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor_desk.configure(harbor.config('workers = 1\n[watches.harbor]\nquery = "boats"\n'))
    harbor_desk.run("collect")
    with_looks = "UPDATE address SET next_look_at = '2020-01-01 00:00:00.000000'"
    _write(harbor_desk, with_looks)

    done = harbor_desk.run("collect", "--json")

    assert done.json["fates"] == {"unchanged": COUNT}
    again = [request for request in harbor.requests if request.path == "/a0"]
    assert len(again) == 2
    assert "if-none-match" in again[1].headers


def _write(desk: Desk, statement: str) -> None:
    with closing(sqlite3.connect(desk.folder / "tearsheet.db")) as connection, connection:
        connection.execute(statement)


def test_a_site_that_asked_for_a_pause_makes_no_run_before_it_is_over(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor.page("/a0", "no", status=503, headers={"Retry-After": "3600"})
    harbor_desk.run("collect")
    written(harbor_desk, "UPDATE channel SET next_poll_at = datetime(next_poll_at, '-1 day')")
    asked = len(harbor.requests)

    held = harbor_desk.run("collect", "--due")
    written(harbor_desk, "UPDATE hold SET until = datetime('now', '-1 minute')")
    over = harbor_desk.run("collect", "--due", "--json")

    assert (held.code, held.out, held.err) == (0, "", "No source is due.\n")
    assert over.json["sources"] == ["harbor"]
    assert [request.path for request in harbor.requests[asked:]][:1] == ["/feed"]
    assert harbor_desk.rows("SELECT count(*) FROM run") == [(2,)]


def written(desk: Desk, statement: str) -> None:
    with closing(sqlite3.connect(desk.folder / "tearsheet.db")) as connection, connection:
        connection.execute(statement)
