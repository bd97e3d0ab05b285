"""A section page (an index page of a site without a feed) -> entries, and the address of the next page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urldefrag

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.items import UNKNOWN_TIME, ChannelKind, Entry, Origin, Source, Stamp
from pipeline.reading.charset import decode
from pipeline.reading.date_text import believable, stamp_from_date_text
from pipeline.reading.tree import without_ends
from pipeline.urls import url_key
from spiders.cards import Card, Link, cards
from spiders.documents import DocumentKind, Unreadable, document_kind
from spiders.headlines import articles_linked
from spiders.item_lists import ListedItem, items_listed
from spiders.links import web_address
from spiders.pagination import next_page_address
from spiders.selectors import links_selected

__all__ = ["SectionContent", "entries_from_section", "section_content"]

_WRONG_KIND = {
    DocumentKind.EMPTY: "the address answers an empty document",
    DocumentKind.FEED: "the address answers a feed, not a section page; list it under feeds",
    DocumentKind.SITEMAP: "the address answers a sitemap, not a section page; list it under sitemaps",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionContent:
    """What a section page lists, and where the list goes on."""

    entries: tuple[Entry, ...]
    """In page order; never empty."""
    next_url: str = ""
    """The page with older articles; empty where the page links to none."""


def section_content(
    body: bytes, *, url: str, source: Source, content_type: str = "", fetched_at: datetime | None = None
) -> SectionContent | Unreadable:
    """Return the articles that one index page links to, in page order, each once, and the page after it.

    The source's ``article_links`` and ``next_page`` decide where given, on any host. Else an article stands
    outside menus and footers, at an address of the same site, and the shape of the address and what stands
    beside the link decide together. A time is that of the time element in the same card; with ``fetched_at``,
    one more than a day after it is unknown.
    """
    text = decode(body, content_type)
    kind = document_kind(text)
    if kind in _WRONG_KIND:
        return Unreadable(_WRONG_KIND[kind])
    try:
        tree = document_fromstring(without_ends(text).encode(), parser=_parser())
    except etree.ParserError:
        return Unreadable("the address answers no HTML page")
    base = web_address(next(iter(tree.xpath("//base/@href")), ""), base=url) or url
    found = _entries(tree, url=url, base=base, source=source)
    entries = tuple(_believed(entry, fetched_at=fetched_at) for entry in found)
    if not entries:
        return Unreadable(_nothing_found(source))
    next_url = next_page_address(tree, url=url, base=base, selector=source.next_page)
    return SectionContent(entries=entries, next_url=next_url)


def _parser() -> HTMLParser:
    return HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def entries_from_section(
    body: bytes, *, url: str, source: Source, content_type: str = ""
) -> tuple[Entry, ...] | Unreadable:
    """Return the entries of ``section_content`` alone."""
    content = section_content(body, url=url, source=source, content_type=content_type)
    return content if isinstance(content, Unreadable) else content.entries


def _nothing_found(source: Source) -> str:
    if source.article_links:
        return f"article_links ({source.article_links}) selects no link of the page"
    return "no link of the page looks like an article; it may be filled in by a script"


def _entries(tree: HtmlElement, *, url: str, base: str, source: Source) -> Iterator[Entry]:
    if source.article_links:
        shown: Iterable[Card] = _cards_selected(tree, base=base, selector=source.article_links)
        listed: list[ListedItem] = []
    else:
        shown = articles_linked(tree, url=url, base=base)
        listed = items_listed(tree, url=url, base=base)
    for card in shown:
        yield _entry(card.address, card.title, published=_first_date(card, source), source=source)
    known = {url_key(url), *(url_key(card.address) for card in shown)} if listed else set()
    for item in listed:
        if (key := url_key(item.address)) not in known:
            known.add(key)
            published = _stamp(item.date, source, origin=Origin.JSON_LD)
            yield _entry(item.address, item.title, published=published, source=source)


def _cards_selected(tree: HtmlElement, *, base: str, selector: str) -> Iterable[Card]:
    links = (
        Link(element, urldefrag(address).url)
        for element in links_selected(tree, selector)
        if (address := web_address(element.get("href") or "", base=base))
    )
    return cards(links).values()


def _first_date(card: Card, source: Source) -> Stamp:
    stamps = (_stamp(date, source, origin=Origin.TEXT) for date in card.dates)
    return next((stamp for stamp in stamps if stamp), UNKNOWN_TIME)


def _stamp(date: str, source: Source, *, origin: Origin) -> Stamp:
    return stamp_from_date_text(date, timezone=source.timezone, language=source.language, origin=origin)


def _entry(address: str, title: str, *, published: Stamp, source: Source) -> Entry:
    return Entry(
        url=address, source=source.name, channel=ChannelKind.SECTION, title=title, published=published
    )


def _believed(entry: Entry, *, fetched_at: datetime | None) -> Entry:
    return replace(entry, published=believable(entry.published, fetched_at=fetched_at))
