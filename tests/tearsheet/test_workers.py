"""The reading processes: a page that will not end costs only itself."""

from concurrent import futures
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.items import Article, ChannelKind, Entry, Page, Source
from storage.pages import PageFile
from tearsheet.workers import BrokenPage, KeptReading, ReadingPool, outcome_of, worker_count
from tests.tearsheet.harbor import page

SOURCE = Source(name="harbor")


def fetched(number: int, *, paragraphs: int = 6) -> Page:
    url = f"https://harbor.example/a{number}"
    entry = Entry(url=url, source=SOURCE.name, channel=ChannelKind.FEED)
    body = page(number, paragraphs=paragraphs).encode()
    return Page(entry=entry, url=url, body=body, content_type="text/html", fetched_at=datetime.now(UTC))


def test_a_page_that_overruns_its_deadline_is_given_up_and_the_pool_goes_on() -> None:
    with ReadingPool((), workers=1, deadline_seconds=2) as pool:
        pages = [fetched(0), fetched(1, paragraphs=40_000), fetched(2)]
        reading = [pool.read(each, SOURCE) for each in pages]
        futures.wait(reading)

        first, broken, last = map(outcome_of, reading)

    assert isinstance(first, Article)
    assert broken == BrokenPage(reason="reading it took too long")
    assert isinstance(last, Article)
    assert last.title == "Story number 2 of the harbor"


def test_what_several_workers_read_at_once_is_all_kept_under_the_number_they_give(tmp_path: Path) -> None:
    path = str(tmp_path / "kept.pages.db")
    pages = [fetched(number) for number in range(24)]
    with PageFile(path, write=True) as file, ReadingPool((), workers=4, pages_path=path) as pool:
        reading = [pool.keep_and_read(each, SOURCE) for each in pages]
        futures.wait(reading)

        done = [outcome_of(each) for each in reading]

        assert all(isinstance(each, KeptReading) for each in done)
        kept = [file.page(each.page_id) for each in done if isinstance(each, KeptReading)]
        assert [each.body for each in kept if each] == [page.body for page in pages]


def test_a_page_that_breaks_its_worker_was_kept_before(tmp_path: Path) -> None:
    path = str(tmp_path / "kept.pages.db")
    endless = fetched(0, paragraphs=40_000)
    with (
        PageFile(path, write=True) as file,
        ReadingPool((), workers=1, pages_path=path, deadline_seconds=2) as pool,
    ):
        broken, after = (pool.keep_and_read(each, SOURCE) for each in (endless, fetched(1)))
        futures.wait([broken, after])

        assert outcome_of(broken) == BrokenPage(reason="reading it took too long")
        kept = file.latest(endless.url)
        assert kept is not None
        assert kept.body == endless.body
        assert isinstance(outcome_of(after), KeptReading)


def test_a_page_that_cannot_be_kept_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "kept.pages.db").mkdir()
    with ReadingPool((), workers=1, pages_path=str(tmp_path / "kept.pages.db")) as pool:
        reading = pool.keep_and_read(fetched(0), SOURCE)
        futures.wait([reading])

        with pytest.raises(StorageError, match=r"kept\.pages\.db"):
            outcome_of(reading)


def test_as_many_workers_run_as_are_asked_for_else_one_per_core() -> None:
    assert worker_count(3) == 3
    assert worker_count(0) >= 1
