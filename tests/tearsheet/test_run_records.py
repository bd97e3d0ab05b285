"""What is kept of a run, of a real collection over loopback: read by people and by scripts."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tearsheet import __version__
from tests.tearsheet.commands import Desk, complaint
from tests.tearsheet.harbor import Harbor, page

COUNT = 4


@pytest.fixture
def harbor_desk(desk: Desk, harbor: Harbor) -> Desk:
    harbor.print(COUNT)
    desk.configure(harbor.config("workers = 1"))
    return desk


def test_a_run_tells_by_what_it_was_made_what_it_took_and_what_went_wrong(
    harbor_desk: Desk, harbor: Harbor
) -> None:
    harbor.drip("/a1", page(1), pieces=4, pause_seconds=0.1)
    for path in ("/a2", "/a3"):
        harbor.page(path, "Out of order", status=500)

    collected = harbor_desk.run("collect", "--json")
    record, shown = harbor_desk.ask("runs", "1", "--json").json, harbor_desk.ask("runs", "1").out

    began, ended = (datetime.fromisoformat(record[name]) for name in ("started_at", "ended_at"))
    assert record == collected.json
    assert (record["version"], len(record["configuration"])) == (__version__, 12)
    assert abs(record["seconds"] - (ended - began).total_seconds()) <= 1
    assert record["requests"] == len(harbor.requests)
    assert record["fetched_bytes"] == sum(len(page(number).encode()) for number in (0, 1))
    assert record["received_bytes"] > record["fetched_bytes"]
    assert record["fetch_seconds"] >= 0.3
    assert record["read_seconds"] > 0
    assert record["errors"] == [
        {
            "of": "page",
            "fate": "http_error",
            "reason": "the server answered 500",
            "count": 2,
            "sources": {"harbor": 2},
            "example": harbor.url("/a2"),
        }
    ]
    assert "the server answered 500" in shown
    assert f"Tearsheet {__version__}, configuration {record['configuration']}." in shown


def test_another_configuration_is_known_by_its_hash(harbor_desk: Desk, harbor: Harbor) -> None:
    harbor_desk.run_all([("collect",), ("collect",)])
    harbor_desk.configure(harbor.config("workers = 1\nmax_age_days = 3"))
    harbor_desk.ask("collect")

    third, second, first = harbor_desk.ask("runs", "--json").json

    assert first["configuration"] == second["configuration"] != third["configuration"]


def test_a_run_that_lost_its_corpus_says_so_in_its_record(harbor_desk: Desk, tmp_path: Path) -> None:
    harbor_desk.ask("import", "/dev/null")
    with closing(sqlite3.connect(tmp_path / "tearsheet.db")) as connection:
        connection.execute(
            "CREATE TRIGGER broken BEFORE UPDATE ON fate BEGIN SELECT RAISE(FAIL, 'no more fates'); END"
        )

    done = harbor_desk.run("collect")
    record = harbor_desk.ask("runs", "2", "--json").json

    assert done.code == 5
    assert "no more fates" in complaint(done)
    assert (record["outcome"], record["seconds"] is None) == ("failed", False)
    assert "no more fates" in record["failure"]
    assert "no more fates" in harbor_desk.ask("runs", "2").out
