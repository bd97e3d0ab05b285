"""The log of real runs: what a person reads after cron, and what a collector of logs takes in."""

import json
import logging
import re
import signal
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from pipeline.secrets import without_secrets
from tearsheet.logs import Event, as_json, as_text
from tests.tearsheet.commands import Desk, ended, eventually
from tests.tearsheet.harbor import Harbor

COUNT = 3
SECRETS = ("hunter2", "s3cr3t", "pr0xyword")


@pytest.fixture
def harbor_desk(desk: Desk, harbor: Harbor) -> Desk:
    harbor.print(COUNT)
    desk.configure(harbor.config("workers = 1"))
    return desk


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_logs_one_event_per_page_and_one_summary(harbor_desk: Desk, harbor: Harbor) -> None:
    harbor.page("/a2", "Out of order", status=500)

    done = harbor_desk.run("--log-format", "json", "collect", "--json")

    *pages, summary = events(done.err)
    assert {page["event"] for page in pages} == {"page"}
    assert {page["url"]: page["fate"] for page in pages} == {
        harbor.url("/a0"): "off_topic",
        harbor.url("/a1"): "off_topic",
        harbor.url("/a2"): "http_error",
    }
    first = next(page for page in pages if page["url"] == harbor.url("/a0"))
    assert (first["source"], first["run"], first["level"]) == ("harbor", 1, "info")
    assert first["bytes"] > 500
    assert first["read_ms"] > 0
    failed = next(page for page in pages if page["fate"] == "http_error")
    assert (failed["reason"], failed["bytes"]) == ("the server answered 500", 0)
    assert (summary["event"], summary["outcome"], summary["level"]) == ("run", "done", "info")
    assert summary["fates"] == done.json["fates"]
    assert summary["received_bytes"] == done.json["received_bytes"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", summary["time"])


def test_with_v_the_same_events_are_lines_of_key_and_value(harbor_desk: Desk, harbor: Harbor) -> None:
    done = harbor_desk.run("-v", "collect", "--quiet")

    lines = done.err.splitlines()
    assert len(lines) == COUNT + 1
    assert re.match(
        rf"time=\S+ level=info event=page run=1 url={re.escape(harbor.url('/a'))}\d source=harbor fate=off_topic ",
        lines[0],
    )
    assert " event=run run=1 outcome=done " in lines[-1]


def test_nothing_is_logged_unless_asked_for(harbor_desk: Desk) -> None:
    assert harbor_desk.run("collect", "--quiet").err == ""


def test_a_run_in_which_no_source_answered_is_a_warning(harbor_desk: Desk, harbor: Harbor) -> None:
    harbor.page("/feed", "Out of order", status=503)

    done = harbor_desk.run("--log-format", "json", "collect", "--quiet")

    (summary,) = events(done.err)
    assert (done.code, summary["level"]) == (3, "warning")
    assert summary["failed"] == {"harbor": "the server answered 503"}


def test_an_import_logs_its_records(desk: Desk) -> None:
    (desk.folder / "a.jsonl").write_text(
        '{"url": "https://paper.example/a", "text": "Two men were moved."}\n'
    )

    done = desk.ask("--log-format", "json", "import", "a.jsonl")

    page, summary = events(done.err)
    assert (page["event"], page["url"], page["article"]) == ("page", "https://paper.example/a", 1)
    assert (summary["event"], summary["discovered"]) == ("run", 1)


def test_the_daemon_and_its_jobs_log_in_one_form(harbor_desk: Desk, harbor: Harbor) -> None:
    schedule = '[schedule]\nreport = ""\nprune = ""\nupkeep = ""\ncollect = "every 1 minute"\n'
    harbor_desk.configure(harbor.config("workers = 1") + schedule)
    harbor_desk.ask("import", "/dev/null")
    _plan_now(harbor_desk)

    daemon = harbor_desk.start("--log-format", "json", "schedule")
    try:
        eventually(lambda: harbor_desk.rows("SELECT 1 FROM job WHERE ended_at IS NOT NULL"))
    finally:
        daemon.send_signal(signal.SIGTERM)
    done = ended(daemon)

    logged = events(done.err)
    assert [each["event"] for each in logged] == ["page"] * COUNT + ["run", "job"]
    assert (logged[-1]["job"], logged[-1]["result"], logged[-1]["level"]) == ("collect", "done", "info")


def _plan_now(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.folder / "tearsheet.db")) as connection, connection:
        connection.execute(
            "INSERT INTO job (name, timetable, next_at, result) "
            "VALUES ('collect', 'every 1 minute (UTC)', '2025-01-01 00:00:00.000000', '')"
        )


# No secrets


def test_no_password_and_no_key_is_logged(desk: Desk, harbor: Harbor) -> None:
    """In addresses of channels and pages, of the proxy, and of the corpus."""
    harbor.print(1)
    host = harbor.url("").removeprefix("http://")
    feed = f"http://reader:hunter2@{host}/feed?api_key=s3cr3t"
    config = harbor.config("workers = 1").replace(harbor.url("/feed"), feed)
    desk.configure(config)
    proxy = "http://user:pr0xyword@127.0.0.1:9"

    direct = desk.run("--log-format", "json", "collect")
    by_url = desk.run("-v", "collect", "--url", f"http://reader:hunter2@{host}/a0?token=s3cr3t")
    proxied = desk.run("--log-format", "json", "collect", http_proxy=proxy, no_proxy="")
    elsewhere = desk.run("-v", "collect", TEARSHEET_CORPUS_URL="postgresql://me:hunter2@db.example:x/corpus")

    for done in (direct, by_url, proxied, elsewhere):
        assert "***" in done.err or done is proxied
        for secret in SECRETS:
            assert secret not in done.err


def test_an_address_without_a_secret_is_logged_as_it_is() -> None:
    harmless = "https://paper.example:8080/@writer/a?monkey=1&keys=2 at 10:30 by me@paper.example"

    assert without_secrets(harmless) == harmless
    assert without_secrets("http://me:pa/ss@paper.example/a@b") == "http://***@paper.example/a@b"
    assert without_secrets("http://me:p@ss@paper.example/a") == "http://***@paper.example/a"


# One event is one line


@pytest.mark.parametrize(
    "hostile", ["two\nlines", "a=b c", 'say "no"', "\x1b[2Jgone", "\u202eturned", "\u2028next", "", "a\\b"]
)
def test_no_value_can_break_the_line_or_forge_a_field(hostile: str) -> None:
    text = as_text({"reason": hostile, "bytes": 1})

    assert text.splitlines() == [text]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e]", text)
    quoted, _, rest = text.removeprefix("reason=").rpartition(" ")
    assert (json.loads(quoted) if quoted.startswith('"') else quoted, rest) == (hostile, "bytes=1")
    assert json.loads(as_json({"reason": hostile})) == {"reason": hostile}
    assert as_json({"reason": hostile}).splitlines() == [as_json({"reason": hostile})]


def test_an_event_is_readable_where_another_program_formats_the_log() -> None:
    record = logging.LogRecord(
        "tearsheet", logging.INFO, "", 0, Event("page", url="u", reason=None), (), None
    )

    assert record.getMessage() == "event=page url=u"
