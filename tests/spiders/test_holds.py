"""A site that asked for a pause gets it."""

from datetime import UTC, datetime, timedelta

import pytest
from scrapy.http import Headers

from spiders.holds import retry_after

NOON = datetime(2025, 8, 12, 12, tzinfo=UTC)
SOURCE = '[s]\nfeeds = ["{}"]\n'


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 5 ", timedelta(seconds=5)),
        ("Tue, 12 Aug 2025 12:30:00 GMT", timedelta(minutes=30)),
        ("Tue, 12 Aug 2025 12:30:00 -0000", timedelta(minutes=30)),
        ("Tue, 12 Aug 2025 14:30:00 +0200", timedelta(minutes=30)),
        ("Tuesday, 12-Aug-25 12:30:00 GMT", timedelta(minutes=30)),
        ("999999999", timedelta(hours=24)),
        ("Thu, 12 Aug 2055 12:30:00 GMT", timedelta(hours=24)),
        ("Tue, 12 Aug 2025 11:30:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("2.5", None),
        ("999999999999999999999", None),
        ("in a minute", None),
        ("١٢٠", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(written, wait):
    until = retry_after(Headers({"Retry-After": written.encode()}), now=NOON)

    assert until == (None if wait is None else NOON + wait)


def test_an_answer_without_the_header_asks_for_no_wait():
    assert retry_after(Headers(), now=NOON) is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("headers", "seconds"), [({}, 600), ({"retry_after": "3000"}, 3000)])
def test_a_site_that_is_overloaded_is_left_alone_as_a_whole(site, crawl, status, headers, seconds):
    first = site.put("/a", status=status, **headers)
    others = [site.put_article("/b"), site.put_article("/c")]

    crawled = crawl(SOURCE.format(site.url("/rss")), direct=[first, *others], channels_too=False)

    assert site.paths() == ["/a"]
    assert [crawled.fates()[url] for url in others] == ["pending", "pending"]
    assert all(crawled.reasons()[url].startswith("asked to wait until ") for url in others)
    assert seconds <= crawled.held[f"127.0.0.1:{site.port}"] < seconds + 60


def test_a_pause_that_was_asked_for_in_an_earlier_run_is_kept(site, crawl):
    page, key = site.put_article("/a"), f"127.0.0.1:{site.port}"

    held = crawl(SOURCE.format(site.url("/rss")), direct=[page], channels_too=False, held={key: 600})
    asked_while_held = [*site.asked]
    over = crawl(SOURCE.format(site.url("/rss")), direct=[page], channels_too=False, held={key: -1})

    assert asked_while_held == []
    assert held.fates() == {page: "pending"}
    assert over.page_urls() == {page}


def test_a_pause_holds_every_subdomain_and_no_other_site(site, crawl):
    first = site.put("http://a.news.example/1", status=429, retry_after="900")
    site.put_article("http://b.news.example/2")
    site.put_article("http://other.example/3")
    urls = ["http://a.news.example/1", "http://b.news.example/2", "http://other.example/3"]

    crawled = crawl(
        SOURCE.format("http://news.example/rss"), direct=urls, channels_too=False, proxy=site.url("")
    )

    assert first.endswith(urls[0])
    assert crawled.fates() == {urls[0]: "blocked", urls[1]: "pending"}
    assert crawled.page_urls() == {urls[2]}
    assert list(crawled.held) == ["news.example"]


def test_the_pause_of_a_robots_txt_holds_its_site_though_older_rules_allow_the_page(site, crawl):
    site.put("/robots.txt", status=503, retry_after="900")
    page = site.put_article("/a")

    crawled = crawl(
        SOURCE.format(site.url("/rss")),
        direct=[page],
        channels_too=False,
        robots={site.url(""): (200, "User-agent: *\nDisallow: /privado\n", 25)},
    )

    assert crawled.fates() == {page: "pending"}
    assert [asked.path for asked in site.asked] == ["/robots.txt"]
