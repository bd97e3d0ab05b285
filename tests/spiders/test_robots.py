"""robots.txt is asked for first, obeyed, and remembered."""

from itertools import pairwise

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from spiders.robots import rules_text, seconds_asked

SOURCE = '[s]\nfeeds = ["{}"]\n'


@pytest.fixture
def fetch(crawl):
    """Ask for pages of a site, without its channels."""

    def run(site, *urls, **order):
        return crawl(SOURCE.format(site.url("/rss")), direct=list(urls), channels_too=False, **order)

    return run


def rules(text):
    return ProtegoRobotParser(rules_text(text if isinstance(text, bytes) else text.encode()), None)


def robots_count(site):
    return sum(asked.path == "/robots.txt" for asked in site.asked)


def old(site, body="User-agent: *\nDisallow: /privado\n", *, status=200, hours=1.0):
    return {site.url(""): (status, body, hours)}


@pytest.mark.parametrize("case_id", ["robots-first-match", "robots-query-wildcard"])
def test_the_longest_rule_decides_and_stars_span_queries(cases, case_id):
    case = cases[case_id]
    parser = rules(case["input"]["robots"])

    allowed = [parser.allowed(url, case["input"]["agent"]) for url in case["input"]["urls"]]

    assert allowed == case["expect"]["allowed"]


def test_a_request_rate_without_a_unit_is_in_seconds(cases):
    case = cases["robots-request-rate"]

    asked = seconds_asked(rules(case["input"]["robots"]), agent=case["input"]["agent"])

    assert asked == case["expect"]["min_delay_s"]


def test_a_crawl_delay_is_what_the_site_asks_for(cases):
    case = cases["robots-crawl-delay"]

    asked = seconds_asked(rules(case["input"]["robots"]), agent=case["input"]["agent"])

    assert asked == case["expect"]["min_gap_s"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("User-agent: *\nCrawl-delay: soon\n", 0),
        ("User-agent: *\nCrawl-delay: -3\n", 0),
        ("User-agent: *\nCrawl-delay: nan\n", 0),
        ("User-agent: *\nRequest-rate: 0/10\n", 0),
        ("User-agent: *\nCrawl-delay: 86400\n", 120),
        ("User-agent: *\nCrawl-delay: inf\n", 0),
        ("User-agent: *\nCrawl-delay: 0.5\n", 0.5),
        ("User-agent: *\nCrawl-delay: 2\nRequest-rate: 1/5s\n", 5),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: Tearsheet\nCrawl-delay: 3\n", 3),
    ],
)
def test_the_delay_that_a_site_asks_of_us_is_bounded(text, seconds):
    assert seconds_asked(rules(text), agent="Tearsheet") == seconds


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_rules_are_read_in_any_encoding_and_behind_a_byte_order_mark(encoding):
    text = "User-agent: *\nDisallow: /privado\n# Año\n".encode(encoding)

    assert not rules(text).allowed("https://news.example/privado", "Tearsheet")
    assert rules(text).allowed("https://news.example/a", "Tearsheet")


def test_a_page_in_place_of_robots_txt_holds_no_rules():
    assert rules_text(b"\n <!doctype html>\nUser-agent: *\nDisallow: /\n") == b""


def test_only_whole_lines_of_the_first_500_kib_are_read():
    long = b"Disallow: /a\n" * 50_000

    text = rules_text(b"User-agent: *\n" + long)

    assert 500 * 1024 - 20 < len(text) <= 500 * 1024
    assert text.endswith(b"\nDisallow: /a\n")


def test_robots_txt_is_asked_for_first_and_once(site, fetch):
    site.put("/robots.txt", "User-agent: *\nDisallow: /privado\n")
    pages = {site.put_article(f"/{number}") for number in range(3)}

    crawled = fetch(site, *pages, site.url("/privado"))

    assert crawled.page_urls() == pages
    assert crawled.fates() == {site.url("/privado"): "robots"}
    assert site.asked[0].path == "/robots.txt"
    assert robots_count(site) == 1
    assert crawled.robots == {site.url(""): [200, "User-agent: *\nDisallow: /privado\n"]}


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_a_robots_txt_allows_everything_and_that_is_remembered(site, fetch, status):
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    page = site.put_article("/a")

    crawled = fetch(site, page)

    assert crawled.page_urls() == {page}
    assert crawled.robots == {site.url(""): [status, ""]}


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_nothing_is_fetched_while_robots_txt_fails_and_it_is_asked_for_again_later(
    site, fetch, cases, status
):
    case = cases["robots-5xx-disallow"]
    site.put("/robots.txt", status=status)
    pages = [site.put_article("/a"), site.put_article("/b")]

    crawled = fetch(site, *pages)

    assert [asked.path for asked in site.asked] == ["/robots.txt"]
    assert len(case["expect"]["fetched"]) == 1
    assert crawled.fates() == dict.fromkeys(pages, "robots")
    assert set(crawled.reasons().values()) == {f"robots.txt answered {status}; asked again later"}
    site.put("/robots.txt", "")
    again = fetch(site, *pages, robots={site.url(""): (status, "", 1.1)})
    assert again.page_urls() == set(pages)


def test_a_failure_of_robots_txt_is_not_asked_for_again_within_the_hour(site, fetch):
    page = site.put_article("/a")

    crawled = fetch(site, page, robots=old(site, "", status=500, hours=0.5))

    assert site.asked == []
    assert crawled.fates() == {page: "robots"}


def test_rules_of_today_are_not_asked_for_again_and_their_sitemaps_are_polled(site, crawl):
    site.put("/rss", "<rss version='2.0'><channel></channel></rss>")
    site.put("/news-sitemap.xml", f"<urlset><url><loc>{site.put_article('/n')}</loc></url></urlset>")
    text = f"User-agent: *\nDisallow: /privado\nSitemap: {site.url('/news-sitemap.xml')}\n"

    crawled = crawl(
        SOURCE.format(site.url("/rss")), direct=[site.url("/privado")], robots=old(site, text, hours=23)
    )

    assert crawled.fates() == {site.url("/privado"): "robots"}
    assert set(site.paths()) == {"/rss", "/news-sitemap.xml", "/n"}
    assert robots_count(site) == 0


def test_rules_of_yesterday_are_asked_for_again(site, fetch):
    site.put("/robots.txt", "User-agent: *\nDisallow: /otro\n")
    page = site.put_article("/privado")

    crawled = fetch(site, page, robots=old(site, hours=25))

    assert crawled.page_urls() == {page}
    assert crawled.robots[site.url("")][1] == "User-agent: *\nDisallow: /otro\n"


def test_the_last_rules_count_while_robots_txt_fails_for_a_month(site, fetch):
    site.put("/robots.txt", status=500)
    page, private = site.put_article("/a"), site.put_article("/privado")

    crawled = fetch(site, page, private, robots=old(site, hours=29 * 24))
    later = fetch(site, page, robots=old(site, hours=31 * 24))

    assert crawled.page_urls() == {page}
    assert crawled.fates() == {private: "robots"}
    assert crawled.robots[site.url("")][0] == 200
    assert later.fates() == {page: "robots"}


def test_a_site_whose_robots_txt_is_silent_is_told_as_not_answering(site, fetch):
    site.thinks_seconds = 1.5
    page = site.put_article("/a")

    crawled = fetch(site, page, timeout_seconds=0.5)

    assert crawled.fates() == {page: "timeout"}
    assert site.paths() == []
    assert crawled.robots == {}


def test_nothing_is_fetched_where_robots_txt_is_too_large_to_read(site, fetch):
    site.put("/robots.txt", b"# nothing\n" * 2000)
    page = site.put_article("/a")

    crawled = fetch(site, page, max_page_bytes=10_000)

    assert crawled.fates() == {page: "robots"}
    assert crawled.reasons() == {page: "robots.txt is larger than collect.max_page_bytes"}
    assert site.paths() == []


def test_redirects_of_robots_txt_are_followed_to_another_site(site, fetch):
    page = "http://news.example/privado"
    site.put("http://news.example/robots.txt", status=301, location="http://www.other.example/robots.txt")
    site.put("http://www.other.example/robots.txt", "User-agent: *\nDisallow: /privado\n")

    crawled = fetch(site, page, proxy=site.url(""))

    assert crawled.fates() == {page: "robots"}
    assert set(crawled.robots) == {"http://news.example"}


@pytest.mark.parametrize("location", ["/robots.txt", "ftp://127.0.0.1/robots.txt", "javascript:void(0)"])
def test_a_robots_txt_that_redirects_for_ever_or_to_nowhere_holds_no_rules(site, fetch, location):
    site.put("/robots.txt", status=302, location=location)
    page = site.put_article("/a")

    crawled = fetch(site, page)

    assert crawled.page_urls() == {page}
    assert robots_count(site) <= 6


def test_a_crawl_delay_is_kept_from_the_first_page_on(site, fetch):
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.6\n")
    pages = {site.put_article(f"/{number}") for number in range(3)}

    crawled = fetch(site, *pages, settings={"DOWNLOAD_DELAY": 0.1})

    assert crawled.page_urls() == pages
    assert all(later.at - earlier.at >= 0.6 for earlier, later in pairwise(site.asked))
    assert len(site.asked) == 4


def test_a_crawl_delay_from_memory_is_kept_too(site, fetch):
    pages = {site.put_article(f"/{number}") for number in range(3)}

    fetch(site, *pages, robots=old(site, "User-agent: *\nRequest-rate: 1/1\n"))

    assert len(site.asked) == 3
    assert all(later.at - earlier.at >= 1 for earlier, later in pairwise(site.asked))
