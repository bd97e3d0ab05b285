"""``import``: records, pages and archives come in through the same steps as a crawl, and all of them are kept."""

import csv
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest

from tests.tearsheet.commands import Desk, Done, complaint
from tests.tearsheet.harbor import page

LINE = {"id", "url", "fate", "reason", "article", "duplicate_of", "duplicate_cluster", "story", "revision"}
BOATS = "The boats came home in the evening.\n\nAll of them were full of fish, said the people on the pier."
TITLE = "Boss \x1b[31mhanded over\x1b]0;owned\x07 in \x9b2J the \u202eharbor"


def record(number: int, **more: Any) -> dict[str, Any]:
    told = (
        f"Boat {number} came home in the evening with {number * 13} fish, said the people on pier {number}."
    )
    return {
        "id": f"r{number}",
        "url": f"https://paper.example/{number}",
        "title": f"Boat {number} is home",
        "text": told,
    } | more


def warc(pages: Mapping[str, str]) -> bytes:
    """An archive with one response per page, and a request that is none."""
    out = BytesIO()
    for url, html in pages.items():
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
        for kind, block in (("request", b"GET / HTTP/1.1\r\n\r\n"), ("response", http)):
            head = (
                f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-02-29T12:00:00Z\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{len(block):012d}>\r\n"
                f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
            )
            out.write(head.encode() + block + b"\r\n\r\n")
    return out.getvalue()


@dataclass(frozen=True)
class Imported:
    desk: Desk
    done: Done
    report: list[dict[str, Any]]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """Everything that can be imported, in one run."""
    desk = Desk(tmp_path_factory.mktemp("import"))
    records = [
        record(1, published_at="2024-02-29", authors=["Ann Lee", "Bo Ek"], source="gazette", language="en"),
        record(2, title=TITLE, text=BOATS, byline="Ann Lee", site="gazette"),
        record(3, title="=HYPERLINK(1)", text=BOATS),
        record(4, html=page(4), text=""),
        record(5, html="<html><body><p>Short.</p></body></html>"),
    ]
    lines = [json.dumps(each) for each in records]
    (desk.folder / "records.jsonl").write_text("\n".join(lines[:3]))
    (desk.folder / "more.jsonl.gz").write_bytes(gzip.compress("\n\n".join(lines[3:]).encode()))
    (desk.folder / "page.html").write_text(page(6))
    (desk.folder / "crawl.warc").write_bytes(warc({"https://archive.example/7": page(7)}))
    files = ("records.jsonl", "more.jsonl.gz", "page.html", "crawl.warc")
    done = desk.run("import", *files, "--report", "report.jsonl", "--json")
    report = [json.loads(line) for line in (desk.folder / "report.jsonl").read_text().splitlines()]
    return Imported(desk, done, report)


def exported(imported: Imported) -> dict[str, dict[str, Any]]:
    records = imported.desk.ask("export", "--include-copies").json_lines
    return {record["url"]: record for record in records}


def test_every_record_has_its_line_in_the_report_in_their_order(imported: Imported) -> None:
    assert (imported.done.code, imported.done.err) == (0, "")
    assert all(line.keys() == LINE for line in imported.report)
    assert [(line["id"], line["fate"]) for line in imported.report] == [
        ("r1", "new"), ("r2", "new"), ("r3", "copy"), ("r4", "new"), ("r5", "too_short"), ("", "new"), ("", "new"),
    ]  # fmt: skip
    assert imported.done.json["fates"] == {"new": 5, "copy": 1, "too_short": 1}
    twin, copy, short = imported.report[1], imported.report[2], imported.report[4]
    assert (copy["duplicate_of"], copy["duplicate_cluster"], copy["story"]) == (twin["article"],) * 3
    assert (short["article"], short["story"], short["revision"]) == (None, None, None)
    assert "characters" in short["reason"]


def test_what_was_imported_is_kept_and_found_whatever_the_watches_say(imported: Imported) -> None:
    found = imported.desk.ask("search", "fish", "--json").json
    records = exported(imported)

    assert {hit["external_id"] for hit in found["articles"]} == {"r1", "r2"}
    assert len(records) == 6
    first = records["https://paper.example/1"]
    assert (first["source"], first["channel"], first["authors"]) == (
        "gazette",
        "import",
        ["Ann Lee", "Bo Ek"],
    )
    assert (first["published_at"], first["published_precision"]) == ("2024-02-29", "day")
    assert records["https://paper.example/4"]["title"] == "Story number 4 of the harbor"
    assert records["https://archive.example/7"]["first_seen_at"] == "2024-02-29T12:00:00Z"
    assert records[(imported.desk.folder / "page.html").as_uri()]["source"] == "files"


def test_a_hostile_headline_does_nothing_to_the_terminal(imported: Imported) -> None:
    commands = [("search", "boats"), ("show", "2"), ("show", "2", "--revisions"), ("show", "3", "--copies")]
    as_json = ("show", "2", "--json")

    done = imported.desk.run_all([*commands, as_json])

    for each in done:
        assert each.code == 0
        assert "handed over" in each.out
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(each.out + each.err)
    assert "\u202e" in done[-1].json["title"]


def test_a_csv_cell_is_no_formula(imported: Imported) -> None:
    rows = csv.DictReader(
        imported.desk.ask("export", "--format", "csv", "--include-copies").out.splitlines(keepends=True)
    )

    assert "'=HYPERLINK(1)" in {row["title"] for row in rows}


def test_a_bad_line_stops_the_import_and_what_came_before_it_is_stored(desk: Desk) -> None:
    lines = [json.dumps(record(1)), json.dumps(record(2)), '{"url": ', json.dumps(record(4))]
    (desk.folder / "bad.jsonl").write_text("\n".join(lines))

    done = desk.run("import", "bad.jsonl", "--report", "report.jsonl")

    assert done.code == 2
    assert complaint(done).startswith("bad.jsonl, line 3: not JSON")
    assert desk.rows("SELECT external_id FROM article ORDER BY id") == [("r1",), ("r2",)]
    assert len((desk.folder / "report.jsonl").read_text().splitlines()) == 2
    assert desk.rows("SELECT outcome FROM run") == [("interrupted",)]


def test_a_second_import_of_the_same_finds_everything_unchanged_and_a_later_text_is_a_revision(
    desk: Desk,
) -> None:
    file = desk.folder / "records.jsonl"
    file.write_text("\n".join(json.dumps(record(number)) for number in (1, 2)))
    first = desk.run("import", "records.jsonl", "--source", "mine", "--json").json
    file.write_text("\n".join([json.dumps(record(1)), json.dumps(record(2, text=BOATS))]))
    second = desk.run("import", "records.jsonl", "--source", "mine", "--json").json

    assert first["fates"] == {"new": 2}
    assert second["fates"] == {"revision": 1, "unchanged": 1}
    assert desk.rows("SELECT source, revision FROM article ORDER BY id") == [("mine", 1), ("mine", 2)]


def test_a_file_that_cannot_be_read_is_one_line_and_exit_2(desk: Desk) -> None:
    (desk.folder / "broken.jsonl.gz").write_bytes(gzip.compress(b"{}" * 5000)[:-20])

    missing, broken, nowhere = desk.run_all(
        [
            ("import", "no.jsonl"),
            ("import", "broken.jsonl.gz"),
            ("import", "no.jsonl", "--report", "/nowhere/report.jsonl"),
        ]
    )

    assert [done.code for done in (missing, broken, nowhere)] == [2, 2, 2]
    assert complaint(missing).startswith("no.jsonl cannot be read")
    assert complaint(broken).startswith("broken.jsonl.gz")
    assert "/nowhere/report.jsonl cannot be written" in complaint(nowhere)


def test_a_sighting_in_the_future_is_refused_and_a_date_after_it_is_unknown(desk: Desk) -> None:
    ahead = record(1, fetched_at="9999-12-31T23:59:59Z")
    late = record(2, fetched_at="2025-08-12T12:00:00Z", published_at="2031-01-01")
    (desk.folder / "ahead.jsonl").write_text(json.dumps(ahead))
    (desk.folder / "late.jsonl").write_text(json.dumps(late))

    refused = desk.ask("import", "ahead.jsonl")
    desk.ask("import", "late.jsonl")

    assert refused.code == 2
    assert complaint(refused).startswith("ahead.jsonl, line 1: fetched_at '9999-12-31T23:59:59Z' lies in")
    assert desk.ask("export").json_lines[0]["published_at"] is None


def test_an_address_that_is_none_harms_nobody(desk: Desk) -> None:
    (desk.folder / "odd.jsonl").write_text(json.dumps(record(1, url="http://[odd")))

    desk.ask("import", "odd.jsonl")

    assert desk.ask("export").json_lines[0]["url"] == "http://[odd"
