"""Sitemap bytes -> entries and child sitemaps."""

import base64
import gzip
from datetime import UTC, datetime

import pytest

from pipeline.items import Origin, Source
from spiders.documents import Unreadable
from spiders.sitemaps import (
    ChildSitemap,
    children_to_ask,
    entries_from_sitemap,
    is_news_sitemap,
    sitemaps_from_robots,
)

URL = "https://news.example.org/sitemap.xml"
SOURCE = Source(name="diario", timezone="America/Mexico_City")


def read(body):
    return entries_from_sitemap(body.encode() if isinstance(body, str) else body, url=URL, source=SOURCE)


def urls(content):
    return [entry.url for entry in content.entries]


@pytest.mark.parametrize(
    "case_id", ["sm-query-url", "sm-fake-gzip", "sm-gzip-trailing", "sm-bare-amp", "sm-leading-space"]
)
def test_known_cases_are_read(cases, case_id):
    given = cases[case_id]["input"]
    body = given["body"].encode() if "body" in given else base64.b64decode(given["body_base64"])

    content = entries_from_sitemap(body, url=given["url"], source=SOURCE)

    assert urls(content) == cases[case_id]["expect"]["urls"]


def test_news_fields_are_read():
    content = read(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>'
        "<image:image><image:loc>https://cdn.example.org/1.jpg</image:loc></image:image>"
        "<loc> https://news.example.org/a </loc><lastmod>2025-08-12T15:00:00Z</lastmod>"
        "<n:news><n:publication><n:name>D</n:name></n:publication>"
        "<n:publication_date>2025-08-12 08:00:00</n:publication_date>"
        "<n:title>Entregan &amp;amp; trasladan</n:title></n:news></url></urlset>"
    )

    [entry] = content.entries
    assert (entry.url, entry.title) == ("https://news.example.org/a", "Entregan & trasladan")
    assert entry.published.iso() == "2025-08-12T14:00:00Z"
    assert entry.published.origin is Origin.SITEMAP
    assert entry.modified.iso() == "2025-08-12T15:00:00Z"


def test_prefixes_that_were_never_declared_are_understood():
    content = read(
        "<urlset><url><loc>/a</loc><news:news><news:title>T</news:title></news:news></url></urlset>"
    )

    assert [entry.title for entry in content.entries] == ["T"]


def test_an_index_gives_its_children():
    content = read(
        "<sitemapindex><sitemap><loc>/1.xml?a=1&b=2</loc><lastmod>2025-08-12</lastmod></sitemap></sitemapindex>"
    )

    [child] = content.children
    assert content.is_index
    assert child.url == "https://news.example.org/1.xml?a=1&b=2"
    assert child.modified.iso() == "2025-08-12"


def test_a_bad_address_does_not_end_the_file():
    content = read(
        "<urlset><url><loc>javascript:x</loc></url><url></url><url><loc>http://[</loc></url>"
        "<url><loc>/a\x01</loc></url><url><loc>/b</loc></url></urlset>"
    )

    assert urls(content) == ["https://news.example.org/a", "https://news.example.org/b"]


def test_a_file_that_breaks_off_gives_what_came_before():
    assert urls(read("<urlset><url><loc>/a</loc></url><url><loc>/b</lo")) == ["https://news.example.org/a"]


def test_a_text_sitemap_is_read():
    content = read(
        "\ufeffhttps://news.example.org/a\r\n\r\n  https://news.example.org/b?x=1&y=2 \nno address\nhttp://[\n"
    )

    assert urls(content) == ["https://news.example.org/a", "https://news.example.org/b?x=1&y=2"]


def test_what_has_no_date_is_left_out_where_others_have_one():
    content = read(
        "<urlset><url><loc>/</loc></url><url><loc>/a</loc><lastmod>2025-08-12</lastmod></url></urlset>"
    )

    assert urls(content) == ["https://news.example.org/a"]


def test_of_a_long_sitemap_the_newest_thousand_are_taken_in_its_order():
    days = [f"20{year:02}-01-01" for year in range(10, 26)]
    body = "".join(f"<url><loc>/{n}</loc><lastmod>{days[n % 16]}</lastmod></url>" for n in range(16 * 200))

    content = read(f"<urlset>{body}</urlset>")

    numbers = [int(url.rsplit("/", 1)[1]) for url in urls(content)]
    assert numbers == sorted(n for n in range(16 * 200) if n % 16 >= 11)


def test_a_long_sitemap_without_dates_gives_its_first_thousand():
    body = "".join(f"<url><loc>/{n}</loc></url>" for n in range(1500))

    assert len(read(f"<urlset>{body}</urlset>").entries) == 1000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"<!doctype html><title>x</title>", "HTML page"),
        (b"<rss></rss>", "list it under feeds"),
        (b"hola", "no sitemap"),
        (b"\x1f\x8bbroken", "damaged"),
        (gzip.compress(b"<urlset>" + b" " * 21_000_000), "larger than 20 MB"),
    ],
)
def test_what_is_no_sitemap_says_what_it_is(body, said):
    content = read(body)

    assert isinstance(content, Unreadable)
    assert said in content.reason


def test_entities_are_not_expanded():
    body = '<!DOCTYPE u [<!ENTITY x "https://news.example.org/x">]><urlset><url><loc>&x;</loc></url></urlset>'

    assert "https://news.example.org/x" not in urls(read(body))


def test_robots_txt_lists_sitemaps_however_they_are_written():
    body = b"\xef\xbb\xbfSitemap: /a.xml\nSITEMAP : https://cdn.example.org/b.xml # news\nSitemap: /a.xml\n# Sitemap: no\n"

    listed = sitemaps_from_robots(body, "https://news.example.org/robots.txt")

    assert listed == ("https://news.example.org/a.xml", "https://cdn.example.org/b.xml")


@pytest.mark.parametrize(
    ("url", "is_news"),
    [
        ("https://example.org/news-sitemap.xml", True),
        ("https://example.org/sitemap_google-news.xml", True),
        ("https://example.org/googlenews.xml", True),
        ("https://example.org/sitemap.xml?type=news", True),
        ("https://news.example.org/sitemap.xml", False),
        ("https://example.org/newsletter-sitemap.xml", False),
        ("https://example.org/sitemap-2025.xml", False),
    ],
)
def test_a_news_sitemap_is_told_by_its_path(url, is_news):
    assert is_news_sitemap(url) is is_news


def test_of_an_index_the_sitemaps_of_articles_are_asked_news_first_then_the_newest():
    def child(name, day=None):
        content = read(
            f"<sitemapindex><sitemap><loc>/{name}</loc><lastmod>{day or ''}</lastmod></sitemap></sitemapindex>"
        )
        return content.children[0]

    children = (
        child("viejo.xml", "2024-01-01"),
        child("post-sitemap1.xml", "2025-08-01"),
        child("post-sitemap2.xml", "2025-08-11"),
        child("sin-fecha.xml"),
        child("news.xml", "2025-08-02"),
        child("category-sitemap.xml", "2025-08-11"),
        child("wp-sitemap-users-1.xml"),
    )

    asked = children_to_ask(children, since=datetime(2025, 7, 1, tzinfo=UTC))

    assert [one.url.rsplit("/", 1)[1] for one in asked] == [
        "news.xml",
        "post-sitemap2.xml",
        "post-sitemap1.xml",
        "sin-fecha.xml",
    ]


def test_at_most_twenty_children_are_asked():
    children = tuple(ChildSitemap(url=f"https://news.example.org/{n}.xml") for n in range(50))

    assert children_to_ask(children, since=None) == children[:20]
