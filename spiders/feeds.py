"""Feed bytes -> entries: RSS, RDF and Atom here, JSON Feed next door."""

import io
import re
from collections.abc import Iterator
from datetime import datetime

import feedparser

from pipeline.items import ChannelKind, Entry, Origin, Source, Stamp
from pipeline.meeting import by_address
from pipeline.reading.charset import decode
from pipeline.reading.date_text import believable, stamp_from_date_text
from spiders.documents import (
    DocumentKind,
    Unreadable,
    document_kind,
    html_reason,
    is_too_deep,
    plain_line,
    without_prologue,
    xml_text,
)
from spiders.json_feeds import entries_from_json
from spiders.links import web_address

__all__ = ["entries_from_feed"]

_WRONG_KIND = {
    DocumentKind.EMPTY: "the address answers an empty document",
    DocumentKind.SITEMAP: "the address answers a sitemap, not a feed; list it under sitemaps",
}
# feedparser takes about 30 microseconds for each; the largest feeds of publishers have a tenth of this.
_MOST_TAGS = 150_000
# And for the attributes of one element, the square of their number.
_ENDLESS_TAG = re.compile(r"<[a-z](?:[^<>=]*=){300}", re.IGNORECASE)
# It compares each subject of an entry with all before it, and nobody asks for them.
_SUBJECT = re.compile(r"<((?:\w+:)?(?:category|subject))\b[^<>]*(?:/>|>[^<>]*</\1>)", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s", re.IGNORECASE)
# In falling order: some feeds carry the article's own address beside a counting redirect.
_LINK_KEYS = ("feedburner_origlink", "link")


def entries_from_feed(
    body: bytes, *, url: str, source: Source, content_type: str = "", fetched_at: datetime | None = None
) -> tuple[Entry, ...] | Unreadable:
    """Return what a feed (RSS, RDF, Atom or JSON Feed) lists, in its order, each address once: the newest.

    Links that are not http(s) are left out. With ``fetched_at``, a time more than a day after it is unknown.
    """
    text = xml_text(body, content_type)
    if text.startswith("{"):
        found = entries_from_json(
            decode(body, content_type).strip(), url=url, source=source, fetched_at=fetched_at
        )
        return found if isinstance(found, Unreadable) else tuple(by_address(found).values())
    kind = document_kind(text)
    if kind is DocumentKind.HTML:
        return Unreadable(html_reason(text, expected="a feed"))
    if kind in _WRONG_KIND:
        return Unreadable(_WRONG_KIND[kind])
    text = _without_bodies(text)
    if text.count("<") > _MOST_TAGS:
        return Unreadable(f"the feed has more than {_MOST_TAGS:,} elements")
    if _ENTITY.search(text):
        return Unreadable("the feed declares entities of its own, which no feed needs; they are not read")
    if is_too_deep(text):
        return Unreadable("the feed has more elements one inside the other than can be read")
    if _ENDLESS_TAG.search(text):
        return Unreadable("the feed has an element with more than 300 attributes")
    # Without the document type, in which feedparser looks for entities at great length.
    feed = _parsed(without_prologue(_SUBJECT.sub("", text)), url)
    # feedparser raises its "bozo" flag for harmless slips as well: what was understood decides.
    if not feed["version"] and not feed["entries"]:
        return Unreadable("the address answers neither RSS nor Atom")
    entries = _entries(feed["entries"], url=url, source=source, fetched_at=fetched_at)
    return tuple(by_address(entries).values())


_BODY = re.compile(r"<(description|summary|content(?::encoded)?)(?:\s[^<>]*)?(?<!/)>", re.IGNORECASE)


def _without_bodies(text: str) -> str:
    """Cut the articles' texts: they are read from the pages, and are most of what there is to parse."""
    kept: list[str] = []
    position = 0
    while opening := _BODY.search(text, position):
        closing = f"</{opening[1]}>"
        end = text.find(closing, opening.end())
        if end < 0:
            break
        kept.append(text[position : opening.start()])
        position = end + len(closing)
    return "".join([*kept, text[position:]])


def _parsed(text: str, url: str) -> feedparser.FeedParserDict:
    # A file object, because feedparser opens a file or an address that is given as text.
    return feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
    )


def _entries(
    parsed: list[feedparser.FeedParserDict], *, url: str, source: Source, fetched_at: datetime | None
) -> Iterator[Entry]:
    for item in parsed:
        address = next(
            (found for key in _LINK_KEYS if (found := web_address(_text(item, key), base=url))), None
        )
        if address is None:
            continue
        published, modified = _stamps(item, source)
        yield Entry(
            url=address,
            source=source.name,
            channel=ChannelKind.FEED,
            title=plain_line(_text(item, "title")),
            published=believable(published, fetched_at=fetched_at),
            modified=believable(modified, fetched_at=fetched_at),
            authors=_authors(item),
        )


def _text(item: feedparser.FeedParserDict, key: str) -> str:
    # dict.get, because feedparser's own falls back from "updated" to "published" with a warning.
    return dict.get(item, key) or ""


def _stamps(item: feedparser.FeedParserDict, source: Source) -> tuple[Stamp, Stamp]:
    """Published and modified; a feed that has only the latter (or dc:date) means both by it."""
    published, modified = (
        stamp_from_date_text(
            _text(item, key), timezone=source.timezone, language=source.language, origin=Origin.FEED
        )
        for key in ("published", "updated")
    )
    return (published if published.raw else modified), modified


def _authors(item: feedparser.FeedParserDict) -> tuple[str, ...]:
    names = [plain_line(author.get("name") or "") for author in dict.get(item, "authors") or ()]
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))
