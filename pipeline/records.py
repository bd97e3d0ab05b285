"""Records from files -> pages or articles: one line of JSON Lines, as the interface documents it."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.characters import storable
from pipeline.errors import InputError
from pipeline.items import Article, ChannelKind, Entry, Origin, Page, Stamp
from pipeline.linking.fingerprints import text_hash
from pipeline.reading.authors import names_from_byline
from pipeline.reading.date_text import believable, stamp_from_date_text
from pipeline.reading.language import language_of
from pipeline.urls import site, trusted_canonical, url_key

__all__ = ["ImportRecord", "record_from_json"]

# As for what a page says of itself: clocks are wrong, but not by more.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One record of a file: a page to read, or the text of an article."""

    external_id: str = ""
    entry: Entry
    """What it says of itself."""
    page: Page | None = None
    article: Article | None = None


def record_from_json(value: object, *, source: str, now: datetime, where: str) -> ImportRecord:
    """Turn a decoded JSON value into a record; ``source`` wins over the record's own.

    Raises InputError that begins with ``where`` for a record that lacks its url, or html and text.
    """
    if not isinstance(value, Mapping):
        raise InputError(f"{where}: expected a JSON object, found {type(value).__name__}")
    url = _text(value, "url", where)
    if not url:
        raise InputError(f"{where}: no url")
    entry = Entry(
        url=url,
        source=source or _text(value, "source", where) or _text(value, "site", where) or site(url),
        channel=ChannelKind.IMPORT,
        title=_text(value, "title", where),
        published=_stamp(value, "published_at", where),
        authors=_names(value),
    )
    seen_at = _instant(value, "fetched_at", where) or now
    if seen_at > now + _AHEAD:
        raise InputError(f"{where}: fetched_at {value['fetched_at']!r} lies in the future")
    body = _body(value, where)
    if body is None:
        article = _article(value, entry, seen_at=seen_at, where=where)
        return ImportRecord(external_id=article.external_id, entry=entry, article=article)
    content_type = str(_headers(value).get("content-type", ""))
    page = Page(entry=entry, url=url, body=body, content_type=content_type, fetched_at=seen_at)
    return ImportRecord(external_id=str(value.get("id") or ""), entry=entry, page=page)


def _article(value: Mapping[str, Any], entry: Entry, *, seen_at: datetime, where: str) -> Article:
    text = _text(value, "text", where)
    if not text:
        raise InputError(f"{where}: neither html nor text")
    canonical = _text(value, "canonical_url", where)
    hint = _text(value, "language", where) or _text(value, "lang", where)
    return Article(
        url=entry.url,
        url_key=url_key(entry.url),
        canonical_url=trusted_canonical((canonical,), page_url=entry.url),
        source=entry.source,
        channel=entry.channel,
        external_id=str(value.get("id") or ""),
        title=entry.title,
        text=text,
        text_hash=text_hash(text),
        language=hint[:2].lower() or language_of(f"{entry.title}\n{text}", hints=()),
        authors=entry.authors,
        published=believable(entry.published, fetched_at=seen_at),
        seen_at=seen_at,
    )


def _body(value: Mapping[str, Any], where: str) -> bytes | None:
    if value.get("html_base64"):
        try:
            return base64.b64decode(str(value["html_base64"]), validate=True)
        except (binascii.Error, ValueError) as error:
            raise InputError(f"{where}: html_base64 is not base64") from error
    html = value.get("html")
    if html is None:
        return None
    if not isinstance(html, str):
        raise InputError(f"{where}: html is not text")
    return html.encode("utf-8", errors="replace")


def _headers(value: Mapping[str, Any]) -> Mapping[str, Any]:
    headers = value.get("headers")
    return {str(k).lower(): v for k, v in headers.items()} if isinstance(headers, Mapping) else {}


def _text(value: Mapping[str, Any], key: str, where: str) -> str:
    found = value.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise InputError(f"{where}: {key} is not text")
    return storable(found).strip()


def _instant(value: Mapping[str, Any], key: str, where: str) -> datetime | None:
    text = _text(value, key, where)
    if not text:
        return None
    at = _stamp(value, key, where).at
    if at is None:
        raise InputError(f"{where}: {key} {text!r} is not an ISO 8601 time")
    return at.astimezone(UTC)


def _stamp(value: Mapping[str, Any], key: str, where: str) -> Stamp:
    return stamp_from_date_text(_text(value, key, where), timezone="UTC", origin=Origin.META)


def _names(value: Mapping[str, Any]) -> tuple[str, ...]:
    authors: object = value.get("authors") or value.get("byline") or ()
    if isinstance(authors, str):
        authors = (authors,)
    if not isinstance(authors, Sequence):
        return ()
    return tuple(
        name for text in authors if isinstance(text, str) for name in names_from_byline(storable(text))
    )
