"""Every recorded page is read as a careful reader would read it.

A kind of page is a folder of tests/pages; a page is ``slug.html``, byte for byte as its server sent it, with
``slug.json`` beside it. To add one, put the .html there and run this test: it writes the .json from what is
read today, to be held against the page line by line. Of a page that is no article only the fate matters;
what else stands in ``expect`` is compared as well.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.items import ChannelKind, Entry, Page
from pipeline.reading.page import Reading
from pipeline.recorded import ARTICLE, RecordedPage, document_text, reading_as_dict, recorded_page

PAGES = Path(__file__).parent / "pages"
FILES = sorted(PAGES.rglob("*.html"))

KNOWN_GAPS: dict[str, dict[str, str]] = {
    "bare-footer/el-burro-del-tejado": {"text": "the paper's address, a bare paragraph, ends the text"},
}
"""What is still read wrong: page -> field -> reason. A gap that is mended must go from here."""


def name_of(file: Path) -> str:
    return file.relative_to(PAGES).with_suffix("").as_posix()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_recorded_page_becomes_what_lies_beside_it(file: Path) -> None:
    document = written_document(file)
    gaps = KNOWN_GAPS.get(name_of(file), {})

    read = reading_as_dict(recorded_page(document["given"], file.read_bytes()).reading())

    expect = document["expect"]
    read = {field: read[field] for field in expect}
    assert without(gaps, read) == without(gaps, expect)
    mended = [field for field in gaps if read[field] == expect[field]]
    assert not mended, f"{name_of(file)} is read right now: take {mended} from KNOWN_GAPS"


def without(gaps: dict[str, str], fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in gaps}


def written_document(file: Path) -> dict[str, Any]:
    """The JSON beside a page; where there is none it is written, and somebody must look at it."""
    beside = file.with_suffix(".json")
    if not beside.exists():
        recorded = fresh_recording(file)
        beside.write_text(document_text(recorded, recorded.reading()), encoding="utf-8")
        pytest.fail(
            f"{beside.name} was written from what is read today: review it. "
            "Set what is given right, and hold every line that is expected against the page."
        )
    document: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
    return document


def fresh_recording(file: Path) -> RecordedPage:
    url = f"https://{file.parent.name}.example/{file.stem}"
    page = Page(
        entry=Entry(url=url, source=file.parent.name, channel=ChannelKind.DIRECT),
        url=url,
        body=file.read_bytes(),
        content_type="text/html; charset=utf-8",
        fetched_at=datetime.now(UTC),
    )
    return RecordedPage(page=page)


def test_an_article_is_compared_in_every_field() -> None:
    every = set(reading_as_dict(Reading()))

    for file in FILES:
        expect = written_document(file)["expect"]
        assert set(expect) <= every
        assert expect["fate"] != ARTICLE or set(expect) == every, name_of(file)


def test_no_record_is_without_its_page_and_no_gap_without_its_record() -> None:
    pages = {name_of(file) for file in FILES}

    assert {name_of(file) for file in PAGES.rglob("*.json")} <= pages
    assert set(KNOWN_GAPS) <= pages


def test_a_page_without_a_record_gets_one_to_be_reviewed(tmp_path: Path) -> None:
    file = tmp_path / "gazette" / "eleven-men.html"
    file.parent.mkdir()
    file.write_bytes((PAGES / "correction" / "eleven-moved-from-santa-ines.html").read_bytes())

    with pytest.raises(pytest.fail.Exception, match="review"):
        written_document(file)

    written = written_document(file)
    recorded = recorded_page(written["given"], file.read_bytes())
    assert recorded.page.url == "https://gazette.example/eleven-men"
    assert reading_as_dict(recorded.reading()) == written["expect"]
    assert written["expect"]["title"] == "Eleven prisoners moved from Santa Inés"
