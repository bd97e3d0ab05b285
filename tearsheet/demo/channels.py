"""Articles -> what a publisher announces them with: RSS, Atom, a news sitemap, robots.txt."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from tearsheet.demo.articles import DemoArticle
from tearsheet.demo.publishers import Publisher

__all__ = ["atom", "news_sitemap", "robots", "rss"]

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def rss(publisher: Publisher, articles: Sequence[DemoArticle], *, home: str, now: datetime) -> bytes:
    """Return an RSS 2.0 feed, with dates in the publisher's zone and its own query on every link."""
    root = etree.Element("rss", version="2.0", nsmap={"atom": _ATOM, "dc": _DC})
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", publisher.title)
    _add(channel, "link", home)
    _add(channel, f"{{{_ATOM}}}link", href=home.rstrip("/") + publisher.feed_path, rel="self")
    _add(channel, "description", publisher.motto)
    _add(channel, "language", publisher.language)
    _add(channel, "lastBuildDate", format_datetime(now.astimezone(publisher.zone)))
    for article in articles:
        _add_item(channel, article, publisher)
    return _document(root)


def _add_item(channel: etree._Element, article: DemoArticle, publisher: Publisher) -> None:
    item = etree.SubElement(channel, "item")
    _add(item, "title", article.title)
    _add(item, "link", article.url + publisher.feed_query)
    _add(item, "guid", article.url, isPermaLink="true")
    _add(item, "pubDate", format_datetime(article.published_at.astimezone(publisher.zone)))
    for author in article.authors:
        _add(item, f"{{{_DC}}}creator", author)
    _add(item, "category", article.section)
    _add(item, "description", article.standfirst or article.paragraphs[0])


def atom(publisher: Publisher, articles: Sequence[DemoArticle], *, home: str, now: datetime) -> bytes:
    """Return an Atom feed; ``updated`` tells a corrected article from an untouched one."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, f"{{{_ATOM}}}title", publisher.title)
    _add(root, f"{{{_ATOM}}}id", home)
    _add(root, f"{{{_ATOM}}}link", href=home)
    _add(root, f"{{{_ATOM}}}link", href=home.rstrip("/") + publisher.feed_path, rel="self")
    _add(root, f"{{{_ATOM}}}updated", now.isoformat(timespec="seconds"))
    for article in articles:
        _add_entry(root, article, publisher)
    return _document(root)


def _add_entry(root: etree._Element, article: DemoArticle, publisher: Publisher) -> None:
    entry = etree.SubElement(root, f"{{{_ATOM}}}entry")
    modified_at = article.modified_at or article.published_at
    _add(entry, f"{{{_ATOM}}}title", article.title)
    _add(entry, f"{{{_ATOM}}}id", article.url)
    _add(entry, f"{{{_ATOM}}}link", href=article.url + publisher.feed_query)
    _add(entry, f"{{{_ATOM}}}published", article.published_at.astimezone(publisher.zone).isoformat())
    _add(entry, f"{{{_ATOM}}}updated", modified_at.astimezone(publisher.zone).isoformat())
    for name in article.authors:
        _add(etree.SubElement(entry, f"{{{_ATOM}}}author"), f"{{{_ATOM}}}name", name)
    _add(entry, f"{{{_ATOM}}}summary", article.standfirst or article.paragraphs[0])


def news_sitemap(publisher: Publisher, articles: Sequence[DemoArticle]) -> bytes:
    """Return a sitemap with ``news:`` tags."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP, "news": _NEWS})
    for article in articles:
        url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        _add(url, f"{{{_SITEMAP}}}loc", article.url)
        news = etree.SubElement(url, f"{{{_NEWS}}}news")
        publication = etree.SubElement(news, f"{{{_NEWS}}}publication")
        _add(publication, f"{{{_NEWS}}}name", publisher.title)
        _add(publication, f"{{{_NEWS}}}language", publisher.language)
        published = article.published_at.astimezone(publisher.zone)
        _add(news, f"{{{_NEWS}}}publication_date", published.isoformat())
        _add(news, f"{{{_NEWS}}}title", article.title)
    return _document(root)


def robots(publisher: Publisher, *, home: str) -> str:
    """Return robots.txt: nothing that matters is closed, and the sitemap is named if there is one."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /search"]
    if publisher.sitemap_path:
        lines += ["", f"Sitemap: {home.rstrip('/')}{publisher.sitemap_path}"]
    return "\n".join(lines) + "\n"


def _add(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> None:
    element = etree.SubElement(parent, tag, dict(attributes))
    element.text = text or None


def _document(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
