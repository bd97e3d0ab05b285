"""The reading processes: a page that will not end costs only itself."""

from concurrent import futures
from datetime import UTC, datetime

from pipeline.items import Article, ChannelKind, Entry, Page, Source
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of, worker_count
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


def test_as_many_workers_run_as_are_asked_for_else_one_per_core() -> None:
    assert worker_count(3) == 3
    assert worker_count(0) >= 1
