"""How we ask."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from pipeline.items import Validators
from spiders.hosts import hosts_of
from spiders.outcomes import BudgetSpent
from spiders.politeness import (
    RunBudget,
    answers_unchanged,
    conditional_headers,
    crawl_settings,
    validators_from_headers,
)

NOON = datetime(2025, 8, 12, 12, tzinfo=UTC)


def settings(contact="robot@tearsheet.example"):
    return crawl_settings(
        delay_seconds=1.5,
        concurrency=32,
        timeout_seconds=30,
        max_page_bytes=1000,
        contact=contact,
        version="0.1",
    )


def test_one_request_a_host_is_under_way_and_robots_txt_is_obeyed():
    polite = settings()

    assert polite["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert polite["DOWNLOAD_DELAY"] == 1.5
    assert polite["ROBOTSTXT_OBEY"] is True
    assert polite["RETRY_ENABLED"] is False


def test_certificates_are_verified_and_no_door_is_left_open():
    safe = settings()

    assert safe["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert safe["TELNETCONSOLE_ENABLED"] is False
    assert safe["REMOTE_CONTROL_ENABLED"] is False
    handlers = safe["DOWNLOAD_HANDLERS"]
    assert [scheme for scheme, handler in handlers.items() if handler] == ["http", "https"]
    assert handlers.keys() >= {"file", "data", "ftp", "s3"}


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("robot@tearsheet.example", "Tearsheet/0.1 (+robot@tearsheet.example)"),
        ("", "Tearsheet/0.1"),
        ("Redacción\r\nX: 1", "Tearsheet/0.1 (+Redaccin X: 1)"),
    ],
)
def test_the_user_agent_says_who_asks_in_plain_letters(contact, agent):
    assert settings(contact)["USER_AGENT"] == agent


def test_the_budget_of_one_source_is_not_spent_by_another():
    budget = RunBudget(budget_seconds=0)
    budget.process_request(Request("https://a.example/", meta={"tearsheet_source": "a"}))
    budget.process_request(Request("https://b.example/", meta={"tearsheet_source": "b"}))
    budget.process_request(Request("https://a.example/robots.txt"))

    with pytest.raises(BudgetSpent):
        budget.process_request(Request("https://a.example/2", meta={"tearsheet_source": "a"}))


def test_validators_are_sent_back_as_they_came():
    kept = validators_from_headers(
        Headers({"ETag": 'W/"1"', "Last-Modified": "Tue, 12 Aug 2025 14:30:00 GMT"})
    )

    assert conditional_headers(kept) == {
        "If-None-Match": 'W/"1"',
        "If-Modified-Since": "Tue, 12 Aug 2025 14:30:00 GMT",
    }
    assert conditional_headers(Validators()) == {}


@pytest.mark.parametrize(
    "last_modified",
    ["Fri, 12 Jul 2041 08:00:00 GMT", "2025-08-12 08:00:00", "yesterday", "Tue, 12 Aug 2025 12:06:00 GMT"],
)
def test_a_last_modified_that_lies_ahead_or_is_no_date_is_dropped(last_modified):
    kept = validators_from_headers(Headers({"Last-Modified": last_modified}), now=NOON)

    assert kept == Validators()


def test_a_server_whose_clock_is_a_little_ahead_is_believed():
    kept = validators_from_headers(Headers({"Last-Modified": "Tue, 12 Aug 2025 12:04:00 GMT"}), now=NOON)

    assert kept.last_modified == "Tue, 12 Aug 2025 12:04:00 GMT"


@pytest.mark.parametrize("etag", [b'"' + b"x" * 1100 + b'"', b'"a\x00b"', b'"a\x1b"', b'"\x85"'])
def test_an_absurd_etag_is_dropped(etag):
    assert validators_from_headers(Headers({"ETag": etag}), now=NOON) == Validators()


@pytest.mark.parametrize("etag", ['"1"', 'W/"a b"', "5f3-abc", '"Fri, 12 Jul 2041 08:00:00 GMT"'])
def test_any_other_etag_is_kept_as_it_came(etag):
    assert validators_from_headers(Headers({"ETag": etag}), now=NOON).etag == etag


def test_validators_from_the_future_are_neither_kept_nor_sent(cases):
    case = cases["http-bogus-last-modified"]["input"]
    headers = case["exchanges"][0]["headers"]

    kept = validators_from_headers(Headers(headers), now=datetime.fromisoformat(case["now"]))
    stored = Validators(etag=headers["ETag"], last_modified=headers["Last-Modified"])

    assert conditional_headers(kept) == {}
    assert conditional_headers(stored) == {}


def test_a_304_is_an_answer_only_to_who_asked_for_it():
    plain = Request("https://a.example/")
    conditional = Request("https://a.example/", headers=conditional_headers(Validators(etag='"1"')))

    assert answers_unchanged(Response(plain.url, status=304, request=conditional))
    assert not answers_unchanged(Response(plain.url, status=304, request=plain))
    assert not answers_unchanged(Response(plain.url, status=200, request=conditional))


def crawl_pages(crawl, urls, **order):
    source = '[s]\nfeeds = ["http://news.example/rss"]\n'
    return crawl(source, direct=urls, channels_too=False, **order)


def were_apart(asked):
    return all(earlier.answered_at <= later.at for earlier, later in pairwise(asked))


def test_a_site_is_asked_one_question_at_a_time_whatever_the_subdomain_and_others_meanwhile(site, crawl):
    site.thinks_seconds = 0.1
    one = [f"http://{host}.news.example/{number}" for host in ("www", "a", "b") for number in range(2)]
    other = [f"http://diario.com.mx/{number}" for number in range(6)]
    for url in one + other:
        site.put_article(url)

    crawled = crawl_pages(crawl, one + other, proxy=site.url(""), concurrency=16)

    of_one = [asked for asked in site.asked if "news.example" in asked.path]
    of_other = [asked for asked in site.asked if "diario.com.mx" in asked.path]
    assert crawled.page_urls() == {*one, *other}
    assert len(of_one) == 6 + 3
    assert were_apart(of_one)
    assert were_apart(of_other)
    assert not were_apart(site.asked)


def test_a_redirect_to_another_site_waits_for_that_sites_turn(site, crawl):
    site.thinks_seconds = 0.1
    moved = [f"http://old.example/{number}" for number in range(3)]
    pages = [f"http://new.example.org/{number}" for number in range(3)]
    for url, page in zip(moved, pages, strict=True):
        site.put(url, status=301, location=page)
        site.put_article(page)
    more = [f"http://www.new.example.org/more/{number}" for number in range(3)]
    for url in more:
        site.put_article(url)

    crawled = crawl_pages(crawl, moved + more, proxy=site.url(""))

    assert crawled.page_urls() == {*moved, *more}
    assert were_apart([asked for asked in site.asked if "example.org" in asked.path])


def test_our_own_delay_lies_between_any_two_requests_to_a_site_and_varies(site, crawl):
    pages = [site.put_article(f"/{number}") for number in range(5)]

    crawl_pages(crawl, pages, settings={"DOWNLOAD_DELAY": 0.2})

    gaps = [later.at - earlier.at for earlier, later in pairwise(site.asked)]
    # The jitter is a quarter; on its way a request may lose some milliseconds.
    assert min(gaps) >= 0.14
    assert len({round(gap, 3) for gap in gaps}) > 1


def test_every_request_says_who_asks_and_carries_neither_cookie_nor_referer(site, crawl):
    site.put("/robots.txt", "", set_cookie="a=1")
    page = site.put("/a", status=302, location="/b", set_cookie="b=2")
    site.put_article("/b")

    crawl_pages(crawl, [page])

    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a", "/b"]
    for asked in site.asked:
        assert asked.headers["user-agent"] == "Tearsheet/0.1 (+https://tearsheet.example/robot)"
        assert not {"cookie", "referer"} & asked.headers.keys()


def test_a_spider_without_a_memory_of_hosts_is_given_one():
    crawler = Crawler(Spider)
    crawler.spider = Spider("s")

    assert hosts_of(crawler) is hosts_of(crawler)
