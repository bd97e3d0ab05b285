"""Packed answers: what we say that we can unpack is unpacked, within bounds. Real crawls of a real server."""

import gzip
import zlib

import brotli
import pytest
import zstandard

PACKED = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
PAGE = b"<html><p>Hola"
TOO_MUCH = PAGE + b"x" * 500_000


@pytest.fixture
def pages(site, crawl):
    def run(*urls):
        return crawl(
            f'[diario]\nfeeds = ["{site.url("/feed")}"]',
            direct=urls,
            channels_too=False,
            max_page_bytes=50_000,
        )

    return run


def test_every_coding_that_is_announced_is_unpacked(site, pages):
    urls = {
        site.put(f"/{coding}", pack(PAGE), content_type="text/html", content_encoding=coding)
        for coding, pack in PACKED.items()
    }

    crawled = pages(*urls)

    (announced,) = {asked.headers["accept-encoding"] for asked in site.asked}
    assert set(announced.split(", ")) <= set(PACKED)
    assert {page["url"]: page["size"] for page in crawled.pages} == dict.fromkeys(urls, len(PAGE))


@pytest.mark.parametrize("coding", PACKED)
def test_what_unpacks_to_too_much_is_too_large_packed_twice_as_well(site, pages, coding):
    pack = PACKED[coding]
    once = site.put("/once", pack(TOO_MUCH), content_type="text/html", content_encoding=coding)
    twice = site.put(
        "/twice", pack(pack(TOO_MUCH)), content_type="text/html", content_encoding=f"{coding}, {coding}"
    )

    assert pages(once, twice).fates() == {once: "too_large", twice: "too_large"}


@pytest.mark.parametrize("coding", PACKED)
def test_what_is_not_packed_as_its_headers_say_costs_itself_and_says_why(site, pages, coding):
    damaged = site.put("/damaged", PAGE * 9, content_type="text/html", content_encoding=coding)
    after = site.put_article("/after")

    crawled = pages(damaged, after)

    assert crawled.page_urls() == {after}
    assert "cannot be unpacked" in crawled.reasons()[damaged]
