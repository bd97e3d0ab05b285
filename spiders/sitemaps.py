"""Sitemap bytes -> entries and child sitemaps; robots.txt -> the sitemaps it lists."""

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urldefrag

from lxml import etree

from pipeline.items import UNKNOWN_TIME, ChannelKind, Entry, Origin, Source, Stamp
from pipeline.reading.date_text import believable, stamp_from_date_text
from spiders.documents import DocumentKind, Unreadable, document_kind, plain_line, xml_text
from spiders.links import web_address
from spiders.unpacking import unpacked

__all__ = [
    "ChildSitemap",
    "SitemapContent",
    "entries_from_sitemap",
    "is_news_sitemap",
    "sitemaps_from_robots",
]

# The sitemap protocol allows 50 MB; news sitemaps stay far below.
_MAX_BYTES = 20_000_000
_MAX_ENTRIES = 1000
_MAX_CHILDREN = 1000
# What the protocol allows in one file.
_MAX_RECORDS = 50_000
# The mark that a file in UTF-16 should begin with, by what it begins with instead.
_UNMARKED = {b"<\0": codecs.BOM_UTF16_LE, b"\0<": codecs.BOM_UTF16_BE}
_WRONG_KIND = {
    DocumentKind.EMPTY: "the address answers an empty document",
    DocumentKind.HTML: "the address answers an HTML page, not a sitemap",
    DocumentKind.FEED: "the address answers a feed, not a sitemap; list it under feeds",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSitemap:
    """A sitemap that an index lists."""

    url: str
    modified: Stamp = UNKNOWN_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapContent:
    """What a sitemap lists: entries, or (an index) further sitemaps."""

    entries: tuple[Entry, ...] = ()
    children: tuple[ChildSitemap, ...] = ()
    is_index: bool = False


def entries_from_sitemap(
    body: bytes, *, url: str, source: Source, fetched_at: datetime | None = None
) -> SitemapContent | Unreadable:
    """Return what a sitemap (XML or text, gzipped or not) lists, in its order.

    Of a sitemap with dates, what has none is left out: home, section and contact pages. At most the newest
    1000 entries are taken; without any date, the first 1000.
    """
    plain = unpacked(body, most_bytes=_MAX_BYTES)
    if isinstance(plain, Unreadable):
        return plain
    text = xml_text(_UNMARKED.get(plain[:2], b"") + plain)
    kind = document_kind(text)
    if kind in _WRONG_KIND:
        return Unreadable(_WRONG_KIND[kind])
    if kind is DocumentKind.SITEMAP:
        return _content(text, url=url, source=source, fetched_at=fetched_at)
    entries = tuple(_entries_from_lines(text, url=url, source=source))
    return SitemapContent(entries=entries) if entries else Unreadable("the address answers no sitemap")


_SITEMAP_LINE = re.compile(r"[ \t]*sitemap[ \t]*:[ \t]*([^\s#]\S*)", re.IGNORECASE)


def sitemaps_from_robots(body: bytes, url: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt lists, in its order: at most the first 1000."""
    lines = body.decode("utf-8-sig", "replace").splitlines()
    links = (found[1] for line in lines if (found := _SITEMAP_LINE.match(line)))
    listed = dict.fromkeys(
        urldefrag(address).url for link in links if (address := web_address(link, base=url))
    )
    return tuple(listed)[:_MAX_CHILDREN]


# "news" as a word of the path or the query; a host may be called news whatever its sitemap holds.
_NEWS = re.compile(r"^[^:]+://[^/]+/.*(?<![a-z])(?:google)?news(?![a-z])", re.IGNORECASE)


def is_news_sitemap(url: str) -> bool:
    """Tell by its address whether a sitemap is a news sitemap.

    >>> is_news_sitemap("https://example.org/sitemap-news.xml")
    True
    >>> is_news_sitemap("https://news.example.org/sitemap.xml")
    False
    """
    return bool(_NEWS.match(url))


# What the usual publishing systems name their sitemaps of everything but articles.
_NOT_OF_ARTICLES = re.compile(
    r"(?:categor|tag|author|autor|user|page|image|video|taxonom)[a-z]*[-_]?sitemap|sitemap[-_](?:taxonom|users|posts-page)",
    re.IGNORECASE,
)
_MOST_CHILDREN = 20


def children_to_ask(
    children: tuple[ChildSitemap, ...], *, since: datetime | None
) -> tuple[ChildSitemap, ...]:
    """Return the 20 sitemaps most likely to list new articles: news first, then the newest, then as listed.

    A sitemap without a date has that in its name. Left out are those last modified before ``since``, and
    those of categories, authors, images and the like.
    """
    fresh = (
        child
        for child in children
        if not _NOT_OF_ARTICLES.search(child.url)
        and (since is None or (at := _last_change(child)) is None or at >= since)
    )
    return _likeliest(fresh)[:_MOST_CHILDREN]


def _likeliest(children: Iterable[ChildSitemap]) -> tuple[ChildSitemap, ...]:
    # Sorting is stable, so what has no date keeps its order.
    newest = sorted(children, key=lambda child: _last_change(child) or _LONG_AGO, reverse=True)
    return tuple(sorted(newest, key=lambda child: not is_news_sitemap(child.url)))


def _bounded(children: tuple[ChildSitemap, ...]) -> tuple[ChildSitemap, ...]:
    return children if len(children) <= _MAX_CHILDREN else _likeliest(children)[:_MAX_CHILDREN]


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NAMED_PERIOD = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0?[1-9]|1[0-2]))?(?:[-_/.]?(?:0?[1-9]|[12]\d|3[01]))?(?!\d)"
)


def _last_change(child: ChildSitemap) -> datetime | None:
    """The latest that a sitemap may have changed: as its index says, or the end of the period in its name."""
    if child.modified.at is not None:
        return child.modified.at
    found = _NAMED_PERIOD.search(child.url.partition("://")[2].partition("/")[2])
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _content(text: str, *, url: str, source: Source, fetched_at: datetime | None) -> SitemapContent:
    entries: dict[str, Entry] = {}
    children: dict[str, ChildSitemap] = {}
    for name, fields in islice(_records(text), _MAX_RECORDS):
        address = web_address(fields.get("loc", ""), base=url)
        # An index that lists itself.
        if address is None or (name == "sitemap" and address == url):
            continue
        modified = believable(_stamp(fields, "lastmod", source), fetched_at=fetched_at)
        if name == "sitemap":
            children.setdefault(address, ChildSitemap(url=address, modified=modified))
            continue
        entry = Entry(
            url=address,
            source=source.name,
            channel=ChannelKind.SITEMAP,
            title=plain_line(fields.get("title", "")),
            published=believable(_stamp(fields, "publication_date", source), fetched_at=fetched_at),
            modified=modified,
        )
        entries.setdefault(address, entry)
    return SitemapContent(
        entries=_newest(tuple(entries.values())),
        children=_bounded(tuple(children.values())),
        is_index=bool(children),
    )


_RECORD_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:url|sitemap)\s{0,40}>", re.IGNORECASE)
# The protocol allows a thousand images in one.
_MOST_TAGS = 12_000


def _end_of_records(text: str) -> int:
    """Where the last whole record ends, for a file may break off within an address; 0 if there is none.

    The file is cut at a record that does not end within reason.
    """
    end = 0
    for found in _RECORD_END.finditer(text):
        if text.count("<", end, found.end()) > _MOST_TAGS:
            break
        end = found.end()
    return end


def _records(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each url or sitemap element with its fields and those of its news element, whatever the prefixes."""
    end = _end_of_records(text)
    if not end:
        return
    parser = etree.iterparse(
        io.BytesIO(text[:end].encode("utf-8", "replace")),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
    )
    for _, element in parser:
        name = _local_name(element)
        if name not in {"url", "sitemap"}:
            continue
        fields: dict[str, str] = {}
        for child in element:
            if not _OF_MEDIA.search(str(child.tag)):
                for field in [child, *(child if _local_name(child) == "news" else ())]:
                    fields.setdefault(_local_name(field), (field.text or "").strip())
        yield name, fields
        element.clear()


# An image and a video have addresses and dates of their own.
_OF_MEDIA = re.compile(r"(?:sitemap-)?(?:image|video)[^}:]*[}:]")


def _local_name(element: etree._Element) -> str:
    # A prefix that was never declared stays in the name.
    tag = element.tag
    return re.split("[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def _stamp(fields: dict[str, str], name: str, source: Source) -> Stamp:
    return stamp_from_date_text(
        fields.get(name, ""), timezone=source.timezone, language=source.language, origin=Origin.SITEMAP
    )


def _newest(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    dated = {entry.url: at for entry in entries if (at := entry.published.at or entry.modified.at)}
    if not dated:
        return entries[:_MAX_ENTRIES]
    newest = set(sorted(dated, key=dated.__getitem__, reverse=True)[:_MAX_ENTRIES])
    return tuple(entry for entry in entries if entry.url in newest)


def _entries_from_lines(text: str, *, url: str, source: Source) -> Iterator[Entry]:
    lines = [line.strip() for line in text.splitlines()]
    addresses = [web_address(line, base=url) for line in lines if line.startswith(("http://", "https://"))]
    for address in list(dict.fromkeys(addresses))[:_MAX_ENTRIES]:
        if address:
            yield Entry(url=address, source=source.name, channel=ChannelKind.SITEMAP)
