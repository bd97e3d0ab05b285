"""What an address answers is told by its content, and leads to where channels are declared."""

import gzip
from datetime import UTC, datetime

import pytest

from pipeline.items import ChannelKind
from spiders.discovery import (
    Candidate,
    Finding,
    finding_from_answer,
    sitemap_candidates,
    usual_feeds,
    usual_sitemaps,
)

AT = datetime(2025, 8, 13, tzinfo=UTC)
HOME = "https://paper.example/"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{language}
<item><title>{title}</title><link>https://paper.example/a1</link>
<pubDate>Tue, 12 Aug 2025 10:00:00 GMT</pubDate></item></channel></rss>"""
NEWS_SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://paper.example/a1</loc><news:news>
<news:publication><news:name>Paper</news:name><news:language>es-MX</news:language></news:publication>
<news:publication_date>2025-08-12T10:00:00Z</news:publication_date><news:title>Uno</news:title></news:news>
</url></urlset>"""


def found(body: str | bytes, *, url: str = HOME, content_type: str = "text/html") -> Finding:
    content = body.encode() if isinstance(body, str) else body
    candidate = Candidate(url=url, found="the address given")
    return finding_from_answer(candidate, content, url=url, content_type=content_type, fetched_at=AT)


def page(head: str = "", body: str = "", language: str = "es") -> str:
    return f'<!doctype html><html lang="{language}"><head><title>Paper</title>{head}</head><body>{body}</body></html>'


def leads(head: str = "", body: str = "", **more: str) -> list[str]:
    return [lead.url for lead in found(page(head, body), **more).leads]


@pytest.mark.parametrize("content_type", ["application/rss+xml", "text/html", "text/plain", ""])
def test_a_feed_is_one_whatever_its_content_type(content_type):
    finding = found(RSS.format(language="<language>es-AR</language>", title="Uno"), content_type=content_type)

    assert (finding.kind, finding.language, len(finding.entries)) == (ChannelKind.FEED, "es", 1)
    assert finding.newest_at == datetime(2025, 8, 12, 10, tzinfo=UTC)
    assert not finding.is_news_sitemap


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_a_news_sitemap_is_told_by_its_headlines_packed_or_not(pack):
    finding = found(pack(NEWS_SITEMAP), url="https://paper.example/map.xml")

    assert (finding.kind, finding.is_news_sitemap) == (ChannelKind.SITEMAP, True)


def test_a_sitemap_index_leads_to_its_newest_parts_of_articles():
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>https://paper.example/old.xml</loc><lastmod>2019-01-01</lastmod></sitemap>"
        "<sitemap><loc>https://paper.example/post-sitemap.xml</loc><lastmod>2025-08-12</lastmod></sitemap>"
        "<sitemap><loc>https://paper.example/author-sitemap.xml</loc><lastmod>2025-08-12</lastmod></sitemap>"
        "</sitemapindex>"
    )

    finding = found(index, url="https://paper.example/sitemap.xml", content_type="application/xml")

    assert [(lead.url, lead.parent) for lead in finding.leads] == [
        ("https://paper.example/post-sitemap.xml", "https://paper.example/sitemap.xml")
    ]


def test_a_page_leads_to_the_feeds_that_it_declares_in_its_order():
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Paper &raquo; Feed" href="/feed/">'
        '<LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" HREF="atom.xml">'
        '<link rel="alternate" type="application/feed+json" href="https://feeds.example/paper.json">'
        '<link rel="feed" href="/plain">'
    )

    assert leads(head) == [
        "https://paper.example/feed/",
        "https://paper.example/atom.xml",
        "https://feeds.example/paper.json",
        "https://paper.example/plain",
    ]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/rss+xml" title="Paper &raquo; Comments Feed" href="/x">',
        '<link rel="alternate" type="application/rss+xml" title="Comentarios" href="/x">',
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="alternate" type="application/json" href="/wp-json/">',
        '<link rel="alternate" hreflang="en" href="/en/">',
        '<link rel="amphtml" type="application/rss+xml" href="/x">',
        '<link rel="stylesheet" type="text/xml" href="/x">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:void(0)">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="/">',
    ],
)
def test_a_feed_of_comments_another_kind_of_link_and_the_page_itself_are_left_out(link):
    assert leads(link) == []


def test_a_page_on_a_host_that_is_called_comments_may_have_a_feed():
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'

    assert leads(head, url="https://commentary.example/") == ["https://commentary.example/feed"]


def test_links_count_from_the_base_of_the_page_and_each_feed_once():
    head = (
        '<base href="https://static.example/es/">'
        '<link rel="alternate" type="application/rss+xml" href="rss">'
        '<link rel="alternate" type="application/rss+xml" href="/es/rss/?utm_source=page">'
    )

    assert leads(head) == ["https://static.example/es/rss"]


def test_a_page_leads_to_what_it_links_to_as_a_feed_after_what_it_declares():
    body = (
        '<a href="/rss/portada.xml">RSS</a><a href="https://feeds.example/x/">x</a><a href="/feedback">f</a>'
        '<a href="/nota/rssi-26">r</a><a href="/ver?next=/rss">n</a>'
    )

    assert leads('<link rel="alternate" type="text/xml" href="/main">', body) == [
        "https://paper.example/main",
        "https://paper.example/rss/portada.xml",
        "https://feeds.example/x/",
    ]


def test_a_page_that_names_a_thousand_feeds_leads_to_few():
    head = "".join(f'<link rel="alternate" type="text/xml" href="/{number}">' for number in range(1000))

    assert len(leads(head)) == 8


def test_a_page_is_a_section_with_the_articles_that_it_links_to():
    body = "<main>" + "".join(
        f'<h2><a href="/2025/08/12/trasladan-a-{n}-reos-a-texas">Trasladan a {n} reos a una prisión de Texas</a></h2>'
        for n in range(20, 26)
    )

    finding = found(page("", body + "</main>", language="en-US"))

    assert (finding.kind, len(finding.entries), finding.trouble) == (ChannelKind.SECTION, 6, "")
    assert finding.language == "es"  # its headlines say so, whatever the program declares


def test_few_headlines_tell_no_language_so_the_declared_one_counts():
    assert found(page(language="pt-BR")).language == "pt"
    assert found(page(language="")).language == ""


@pytest.mark.parametrize(
    "body", [b"", b"\x89PNG\r\n\x1a\n\x00", b"{}", b"not found", b"<", b"\x1f\x8bbroken", b"<a><b/>"]
)
def test_what_is_no_channel_says_so(body):
    finding = found(body, content_type="application/octet-stream")

    assert (finding.kind, finding.entries, finding.leads) == (None, (), ())
    assert finding.trouble


def test_of_a_robots_file_the_news_sitemaps_are_asked_first_and_few_in_all():
    links = [
        "/sitemap.xml",
        "/author-sitemap.xml",
        "/news/sitemap.xml",
        "ftp://x/",
        *(f"/{n}.xml" for n in range(50)),
    ]

    candidates = sitemap_candidates(links, robots_url="https://paper.example/robots.txt")

    assert [candidate.url for candidate in candidates[:2]] == [
        "https://paper.example/news/sitemap.xml",
        "https://paper.example/sitemap.xml",
    ]
    assert len(candidates) == 4


def test_the_usual_places_are_those_of_the_whole_site():
    assert usual_feeds("https://paper.example/nacion/")[0].url == "https://paper.example/feed/"
    assert usual_sitemaps("https://paper.example/a/b")[-1].url == "https://paper.example/sitemap.xml"


def test_a_piece_of_a_page_is_a_page_where_its_type_says_so():
    fragment = '<div><a href="/rss/portada.xml">RSS</a></div>'

    assert found(fragment).leads[0].url == "https://paper.example/rss/portada.xml"
    assert found(fragment, content_type="text/plain").kind is None


def test_a_page_with_nothing_in_it_is_no_channel():
    finding = found("<!doctype html>")

    assert (finding.kind, finding.trouble) == (None, "an empty page")


def test_a_home_page_that_ends_early_is_read_to_its_end():
    markup = '<html><body><p>Publicidad</p></body></html><a href="/feed" type="application/rss+xml">RSS</a>'

    assert [lead.url for lead in found(markup).leads] == [f"{HOME}feed"]
