"""JSON Feed text (versions 1.0 and 1.1, jsonfeed.org) -> entries."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pipeline.items import ChannelKind, Entry, Origin, Source, Stamp
from pipeline.reading.date_text import believable, stamp_from_date_text
from spiders.documents import Unreadable, plain_line
from spiders.links import web_address

__all__ = ["entries_from_json"]

_VERSION = "jsonfeed.org/version/"
_NO_FEED = "the address answers JSON that is no JSON Feed; look for its feed in a browser"
# In falling order: a linked list puts the address of what it comments on second.
_LINK_KEYS = ("url", "external_url", "id")


def entries_from_json(
    text: str, *, url: str, source: Source, fetched_at: datetime | None
) -> tuple[Entry, ...] | Unreadable:
    """Return what a JSON Feed lists, in its order; an item without an address is left out."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return Unreadable("the address answers JSON that is cut off or broken")
    if not isinstance(feed, dict) or _VERSION not in str(feed.get("version")):
        return Unreadable(_NO_FEED)
    items = feed.get("items")
    return tuple(_entries(items if isinstance(items, list) else [], url=url, source=source, at=fetched_at))


def _entries(items: list[Any], *, url: str, source: Source, at: datetime | None) -> Iterator[Entry]:
    for item in items:
        if not isinstance(item, dict):
            continue
        links = (web_address(_text(item, key), base=url if key != "id" else "") for key in _LINK_KEYS)
        address = next((link for link in links if link), None)
        if address is None:
            continue
        yield Entry(
            url=address,
            source=source.name,
            channel=ChannelKind.FEED,
            title=plain_line(_text(item, "title")),
            published=_stamp(item, "date_published", source, at),
            modified=_stamp(item, "date_modified", source, at),
            authors=tuple(dict.fromkeys(_authors(item))),
        )


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _stamp(item: dict[str, Any], key: str, source: Source, fetched_at: datetime | None) -> Stamp:
    stamp = stamp_from_date_text(
        _text(item, key), timezone=source.timezone, language=source.language, origin=Origin.FEED
    )
    return believable(stamp, fetched_at=fetched_at)


def _authors(item: dict[str, Any]) -> Iterator[str]:
    """Yield the names of version 1.1's authors, or of version 1.0's one."""
    authors = item.get("authors")
    for author in authors if isinstance(authors, list) else [item.get("author")]:
        name = plain_line(_text(author, "name")) if isinstance(author, dict) else ""
        if name and "@" not in name:
            yield name
