"""A recorded page: the bytes a server sent, and beside them a JSON that says what they must become.

{"given":  {url, content_type, fetched_at, timezone, language, entry {url, source, channel, ..}},
 "expect": {fate, title, standfirst, text [paragraph, ..], language, authors, published_at, ..}}
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pipeline.items import UNKNOWN_TIME, ChannelKind, Entry, Origin, Page, Precision, Stamp
from pipeline.reading.page import Reading, reading_of

__all__ = ["ARTICLE", "RecordedPage", "document_text", "reading_as_dict", "recorded_page"]

ARTICLE = "article"
"""The fate of a page that is one; others have the Fate of their rejection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPage:
    """A page with all that its reading depends on."""

    page: Page
    timezone: str = "UTC"
    language: str = ""

    def reading(self) -> Reading:
        """Read the page as a run reads it."""
        return reading_of(self.page, timezone=self.timezone, language=self.language)


def recorded_page(given: Mapping[str, Any], body: bytes) -> RecordedPage:
    """Return the page that ``given`` and the bytes beside it make; raises KeyError for what is not given."""
    page = Page(
        entry=_entry(given["entry"]),
        url=given["url"],
        body=body,
        content_type=given["content_type"],
        fetched_at=datetime.fromisoformat(given["fetched_at"]),
    )
    return RecordedPage(page=page, timezone=given["timezone"], language=given["language"])


def document_text(recorded: RecordedPage, reading: Reading) -> str:
    """Return the JSON to lie beside a page: what was given, and as expected what was read."""
    document = {"given": _given(recorded), "expect": reading_as_dict(reading)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def reading_as_dict(reading: Reading) -> dict[str, Any]:
    """Return what was read in the form of ``expect``; the text is a list of paragraphs."""
    return {
        "fate": reading.fate.value if reading.fate else ARTICLE,
        "title": reading.title,
        "standfirst": reading.standfirst,
        "text": reading.text.split("\n\n") if reading.text else [],
        "language": reading.language,
        "authors": list(reading.authors),
        "published_at": reading.published.iso(),
        "published_precision": reading.published.precision.value,
        "published_from": reading.published.origin.value,
        "modified_at": reading.modified.iso(),
        "flags": [flag.value for flag in reading.flags],
        "canonical_url": reading.canonical_url,
        "removed": [{"line": cut.line, "rule": cut.rule, "text": cut.text} for cut in reading.removed],
    }


def _given(recorded: RecordedPage) -> dict[str, Any]:
    page = recorded.page
    return {
        "url": page.url,
        "content_type": page.content_type,
        "fetched_at": _instant(page.fetched_at),
        "timezone": recorded.timezone,
        "language": recorded.language,
        "entry": _entry_as_dict(page.entry),
    }


def _entry_as_dict(entry: Entry) -> dict[str, Any]:
    """What the channel said; what it did not say is left out."""
    said: dict[str, Any] = {"url": entry.url, "source": entry.source, "channel": entry.channel.value}
    told = {
        "title": entry.title,
        "published": _stamp_as_dict(entry.published),
        "modified": _stamp_as_dict(entry.modified),
        "authors": list(entry.authors),
    }
    return said | {name: value for name, value in told.items() if value}


def _entry(said: Mapping[str, Any]) -> Entry:
    return Entry(
        url=said["url"],
        source=said["source"],
        channel=ChannelKind(said["channel"]),
        title=said.get("title", ""),
        published=_stamp(said.get("published")),
        modified=_stamp(said.get("modified")),
        authors=tuple(said.get("authors", ())),
    )


def _stamp_as_dict(stamp: Stamp) -> dict[str, Any] | None:
    if stamp.at is None:
        return None
    return {
        "at": _instant(stamp.at),
        "precision": stamp.precision.value,
        "from": stamp.origin.value,
        "day": stamp.day and stamp.day.isoformat(),
    }


def _stamp(said: Mapping[str, Any] | None) -> Stamp:
    if said is None:
        return UNKNOWN_TIME
    return Stamp(
        at=datetime.fromisoformat(said["at"]),
        precision=Precision(said["precision"]),
        origin=Origin(said["from"]),
        day=date.fromisoformat(said["day"]) if said["day"] else None,
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
