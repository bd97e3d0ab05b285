"""``extract``: pages in, JSON out, nothing stored."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tearsheet.commands import ENVIRONMENT, Desk, Done, complaint
from tests.tearsheet.harbor import PARAGRAPHS, page

KEYS = {
    "id", "url", "fate", "reason", "title", "standfirst", "text", "authors", "date", "published_at",
    "published_precision", "published_from", "modified_at", "language", "canonical_url", "flags", "removed",
}  # fmt: skip
SPANISH = (
    "<!doctype html><html><head><title>El año de la niña</title></head><body><article><h1>El año de la niña</h1>"
    "<p>La señora llegó a la ciudad con su niño en otoño, según contó a este diario.</p>"
    "<p>970x125</p><p>El señor la esperaba en el muelle desde la mañana, con un paraguas.</p></article></body></html>"
)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Done:
    desk = Desk(tmp_path_factory.mktemp("extract"))
    lines = [
        json.dumps({"id": "a", "url": "https://paper.example/2025/08/12/a", "html": page(1)}),
        "{not json",
        json.dumps(["a list"]),
        json.dumps({"id": "d", "html": page(2)}),
        json.dumps(
            {
                "id": "e",
                "url": "https://paper.example/e",
                "html_base64": base64.b64encode(SPANISH.encode("latin-1")).decode(),
                "headers": {"Content-Type": "text/html; charset=ISO-8859-1"},
            }
        ),
        json.dumps({"id": "f", "url": "https://paper.example/f", "html_base64": "%%%"}),
        json.dumps(
            {"id": "g", "url": "https://paper.example/g", "html": "<html><body><p>Short.</p></body></html>"}
        ),
    ]
    (desk.folder / "in.jsonl").write_text("\n".join(lines) + "\n\n")
    return desk.run("extract", "--batch", "in.jsonl", "--workers", "1")


def test_a_line_comes_out_for_every_line_in_and_in_their_order(batch: Done) -> None:
    assert (batch.code, batch.err) == (0, "")
    assert [line["id"] for line in batch.json_lines] == ["a", None, None, "d", "e", "f", "g"]
    assert [line["fate"] for line in batch.json_lines] == [
        "article", "parse_error", "parse_error", "parse_error", "article", "parse_error", "too_short",
    ]  # fmt: skip


def test_a_line_that_cannot_be_read_says_why_and_where(batch: Done) -> None:
    reasons = [line["reason"] for line in batch.json_lines if line["fate"] == "parse_error"]

    assert [reason.partition(":")[0] for reason in reasons] == [f"in.jsonl, line {n}" for n in (2, 3, 4, 6)]
    assert "not JSON" in reasons[0]
    assert "expected a JSON object, found list" in reasons[1]
    assert "no url" in reasons[2]
    assert "not base64" in reasons[3]


def test_an_article_has_the_documented_keys_and_a_rejected_page_the_text_that_was_found(batch: Done) -> None:
    first, *_, short = batch.json_lines

    assert first.keys() == short.keys() == KEYS
    assert len(first["text"].split("\n\n")) == PARAGRAPHS
    assert (first["date"], first["published_from"]) == ("2025-08-12", "url")
    assert short["text"] == "Short."


def test_bytes_are_decoded_as_their_header_says_and_what_was_cut_is_told(batch: Done) -> None:
    spanish = batch.json_lines[4]

    assert spanish["title"] == "El año de la niña"
    assert spanish["language"] == "es"
    assert "970x125" not in spanish["text"]
    assert {"line": 2, "rule": "ad-slot", "text": "970x125"} in spanish["removed"]


def test_one_page_is_read_from_a_file_with_its_address(desk: Desk) -> None:
    (desk.folder / "page.html").write_text(page(3))

    done = desk.run("extract", "page.html", "--url", "https://paper.example/2024/02/29/c")

    assert done.code == 0
    assert done.json.keys() == KEYS
    assert (done.json["title"], done.json["date"]) == ("Story number 3 of the harbor", "2024-02-29")
    assert not list(desk.folder.glob("*.db"))


def test_what_cannot_be_read_is_one_line_and_exit_2(desk: Desk) -> None:
    (desk.folder / "cut.gz").write_bytes(b"\x1f\x8b\x08\x00 not gzip at all")

    missing, nothing, both, cut = desk.run_all(
        [
            ("extract", "no.html"),
            ("extract",),
            ("extract", "a", "--batch", "b"),
            ("extract", "--batch", "cut.gz"),
        ]
    )

    assert [done.code for done in (missing, nothing, both, cut)] == [2] * 4
    assert "no.html cannot be read" in complaint(missing)
    assert "give a FILE" in complaint(nothing)
    assert "give a FILE" in complaint(both)
    assert "cut.gz" in complaint(cut)


def test_a_page_comes_in_by_stdin(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tearsheet", "extract", "-"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        input=page(4).encode(),
        capture_output=True,
        check=True,
    )

    assert json.loads(done.stdout)["title"] == "Story number 4 of the harbor"
