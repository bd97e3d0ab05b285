"""Sitemap bytes -> entries and child sitemaps."""

import base64
import gzip
import time
import tracemalloc
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

WHOLE = "<?xml version='1.0'?><urlset><url><loc>/a?x=1&y=2</loc></url><url><loc>/ñ</loc></url></urlset>"


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


def test_images_videos_and_other_languages_of_an_article_are_not_its_own():
    content = read(
        '<urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><image:loc>/1.jpg</image:loc>'
        '<xhtml:link rel="alternate" hreflang="en" href="/en/a"/><loc>/a</loc></url>'
        "<url><video:video><video:title>V</video:title><video:publication_date>2019-01-01</video:publication_date>"
        "</video:video><video:publication_date>2019-01-01</video:publication_date><loc>/b</loc></url></urlset>"
    )

    assert urls(content) == ["https://news.example.org/a", "https://news.example.org/b"]
    assert not any(entry.published or entry.title for entry in content.entries)


@pytest.mark.parametrize(
    "body", ["<urlset></urlset>", "<urlset/>", "<sitemapindex></sitemapindex>", "<urlset>"]
)
def test_a_sitemap_of_nothing_lists_nothing(body):
    content = read(body)

    assert (content.entries, content.children) == ((), ())


@pytest.mark.parametrize(
    "body",
    [
        WHOLE.encode("utf-16"),
        WHOLE.replace("'1.0'", "'1.0' encoding='UTF-16'").encode("utf-16-le"),
        b"\xef\xbb\xbf\n" + WHOLE.encode(),
        gzip.compress(WHOLE.encode()),
        gzip.compress(gzip.compress(WHOLE.encode())),
        gzip.compress(WHOLE[:30].encode()) + gzip.compress(WHOLE[30:].encode()),
        WHOLE.replace("/a?x=1&y=2", "<![CDATA[ /a?x=1&y=2 ]]>").encode(),
        WHOLE.replace("urlset", "URLSET").replace("loc>", "LOC>").encode(),
    ],
    ids=["utf-16", "utf-16 unmarked", "mark", "gzip", "gzip twice", "gzip in parts", "cdata", "upper case"],
)
def test_a_sitemap_is_read_however_it_is_packed_and_encoded(body):
    assert urls(read(body)) == ["https://news.example.org/a?x=1&y=2", "https://news.example.org/ñ"]


@pytest.mark.parametrize("rest", [b"", b"\x1f\x8bdamaged"])
def test_of_a_packed_file_that_breaks_off_what_came_before_is_kept(rest):
    numbers = [n * n * 7919 % 1_000_003 for n in range(1, 40_000)]
    packed = gzip.compress(
        f"<urlset>{''.join(f'<url><loc>/{n}</loc></url>' for n in numbers)}</urlset>".encode()
    )

    found = urls(read((packed if rest else packed[:100_000]) + rest))

    assert found == [f"https://news.example.org/{n}" for n in numbers[:1000]]


def test_an_index_does_not_list_itself():
    content = read(
        f"<sitemapindex><sitemap><loc>{URL}</loc></sitemap><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>"
    )

    assert [child.url for child in content.children] == ["https://news.example.org/1.xml"]


def test_of_a_huge_index_the_thousand_likeliest_are_kept():
    body = "".join(
        f"<sitemap><loc>/{n}.xml</loc><lastmod>{2000 + n % 25}-01-01</lastmod></sitemap>" for n in range(2500)
    )

    content = read(f"<sitemapindex>{body}<sitemap><loc>/news.xml</loc></sitemap></sitemapindex>")

    assert len(content.children) == 1000
    assert content.children[0].url == "https://news.example.org/news.xml"
    assert {child.modified.at.year for child in content.children[1:]} == set(range(2015, 2025))


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
        (gzip.compress(gzip.compress(b" " * 200_000_000)), "larger than 20 MB"),
        pytest.param(
            gzip.compress(gzip.compress(gzip.compress(b"<urlset/>"))), "packed more than 3 times", id="packed"
        ),
        (b"<urlset>" + b" " * 20_000_000, "larger than 20 MB"),
    ],
)
def test_what_is_no_sitemap_says_what_it_is(body, said):
    content = read(body)

    assert isinstance(content, Unreadable)
    assert said in content.reason


def test_entities_are_not_expanded():
    body = '<!DOCTYPE u [<!ENTITY x "https://news.example.org/x">]><urlset><url><loc>&x;</loc></url></urlset>'

    assert "https://news.example.org/x" not in urls(read(body))


def test_a_bomb_is_cut_while_it_inflates():
    bomb = gzip.compress(b" " * 300_000_000)
    tracemalloc.start()

    read(bomb)

    assert tracemalloc.get_traced_memory()[1] < 45_000_000
    tracemalloc.stop()


def test_entities_within_entities_are_not_expanded():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE u [<!ENTITY e0 "{"x" * 1000}">{levels}]><urlset><url><loc>/&e11;</loc></url><url><loc>/b</loc></url></urlset>'

    assert all(len(url) < 100 for url in urls(read(body)))
    assert urls(read(body))[-1] == "https://news.example.org/b"


def test_what_stands_before_tags_nested_without_end_is_kept():
    content = read(
        "<urlset><url><loc>/a</loc></url><url>" + "<b>" * 60_000 + "</url><url><loc>/c</loc></url></urlset>"
    )

    assert urls(content) == ["https://news.example.org/a"]


@pytest.mark.parametrize(
    "body",
    [
        lambda n: "<urlset>" + "<url><loc>/a</loc></url>" * n,
        lambda n: "<urlset>" + "<![CDATA[" * n + "</url>",
        lambda n: "<urlset>" + "</url" * n + "</url>",
        lambda n: "<urlset>" + "&" * n + "<url><loc>/a</loc></url>",
        lambda n: "<urlset><url>" + "<x/>" * n + "<loc>/a</loc></url>",
        lambda n: "<urlset>" + "<" * n,
        lambda n: "https://news.example.org/a\n" * n,
    ],
    ids=["records", "cdata", "ends", "ampersands", "one record", "brackets", "lines"],
)
def test_the_cost_of_a_sitemap_grows_no_faster_than_the_sitemap(body):
    def seconds(n):
        began = time.process_time()
        read(body(n))
        return time.process_time() - began

    seconds(1000)
    assert seconds(64_000) < 40 * max(seconds(4000), 0.05)


def test_robots_txt_lists_sitemaps_however_they_are_written():
    body = b"\xef\xbb\xbfSitemap: /a.xml\nSITEMAP : https://cdn.example.org/b.xml # news\nSitemap: /a.xml\n# Sitemap: no\n"

    listed = sitemaps_from_robots(body, "https://news.example.org/robots.txt")

    assert listed == ("https://news.example.org/a.xml", "https://cdn.example.org/b.xml")


def test_a_line_of_robots_txt_without_an_address_takes_none_from_the_next_line():
    body = b"Sitemap:\nUser-agent: *\nsItEmAp:/a.xml#news\r\nSitemap: # none yet\rSITEMAP:\thttp://cdn.example.org/b.xml?x=1&y=2\n"

    listed = sitemaps_from_robots(body, "https://news.example.org/robots.txt")

    assert listed == ("https://news.example.org/a.xml", "http://cdn.example.org/b.xml?x=1&y=2")


def test_an_endless_robots_txt_is_read_in_time():
    began = time.process_time()

    listed = sitemaps_from_robots(
        b"\n" * 500_000 + b"".join(b"Sitemap: /%d.xml\n" % n for n in range(3000)), URL
    )

    assert len(listed) == 1000
    assert time.process_time() - began < 5


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


def test_a_child_without_a_date_has_that_in_its_name():
    names = [
        "sitemap-2023.xml",
        "sitemap-1.xml",
        "2025/07.xml",
        "sitemap-2025-08.xml",
        "20250630.xml",
        "sitemap-2024-12.xml",
    ]
    children = tuple(ChildSitemap(url=f"https://news.example.org/{name}") for name in names)

    asked = children_to_ask(children, since=datetime(2025, 7, 20, tzinfo=UTC))

    assert [child.url.partition("org/")[2] for child in asked] == [
        "sitemap-2025-08.xml",
        "2025/07.xml",
        "sitemap-1.xml",
    ]
