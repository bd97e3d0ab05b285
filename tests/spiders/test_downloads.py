"""The head of an answer is bounded, its body is not counted to it. Real crawls of a real server."""

import pytest

from spiders.downloads import MAX_HEAD_BYTES

HANDLERS = {"DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "spiders.downloads.BoundedHeads")}
LINES = 40
TOO_MUCH = {f"x-more-{number}": "x" * (MAX_HEAD_BYTES // LINES) for number in range(LINES)}
MUCH = {f"x-more-{number}": "x" * 1000 for number in range(LINES)}


@pytest.fixture
def fates(site, crawl):
    def run(*urls):
        crawled = crawl(
            f'[diario]\nfeeds = ["{site.url("/feed")}"]', direct=urls, channels_too=False, settings=HANDLERS
        )
        return crawled.fates() | dict.fromkeys(crawled.page_urls(), "page")

    return run


def test_headers_that_do_not_end_are_too_large_and_the_next_page_is_fetched(site, fates):
    flood = site.put("/flood", "<html><p>Hola", content_type="text/html", **TOO_MUCH)
    page = site.put_article("/a")

    assert fates(flood, page) == {flood: "too_large", page: "page"}


def test_a_page_of_many_headers_and_a_long_body_is_a_page_however_often_a_connection_is_used(site, fates):
    body = "<html><p>" + "Hola " * MAX_HEAD_BYTES
    body = body[: 3 * MAX_HEAD_BYTES]
    pages = [site.put(f"/{n}", body, content_type="text/html", **MUCH) for n in range(8)]

    assert fates(*pages) == dict.fromkeys(pages, "page")
