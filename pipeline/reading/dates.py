"""When an article was published: every place that says so, in order of trust, with precision and origin."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement

from pipeline.items import UNKNOWN_TIME, Origin, Page, Precision, Stamp
from pipeline.reading.structured import Structured

__all__ = ["modified_stamp", "published_stamp", "stamp_from_text"]

_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
# Clocks are wrong and embargoes are announced early; a time further ahead of the fetch is a mistake.
_AHEAD = timedelta(hours=26)

_WIDTHS = {Precision.DAY: timedelta(days=1), Precision.MONTH: timedelta(days=31)}
_ZONES = timedelta(hours=14)

_PUBLISHED_NAMES = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dcterms.issued",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "published_at",
    "sailthru.date",
    "parsely-pub-date",
    "article.published",
    "cxenseparse:recs:publishtime",
)
_MODIFIED_NAMES = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "lastmod",
)
_TIME_ELEMENTS = etree.XPath("//time[@datetime][@itemprop='datePublished' or @pubdate]/@datetime")

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(:\d{2})?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?\s*(Z|[+-]\d{2}:?\d{2})?)?")
_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})/(0[1-9]|1[0-2])(?=/)")


def published_stamp(tree: HtmlElement, *, page: Page, said: Structured, timezone: str) -> Stamp:
    """Return the first believable published time: JSON-LD, meta, feed, sitemap, URL, visible text.

    Where that is a day or a month, a later one that falls into it and says more is taken.
    """
    told = _believable(_published(tree, page=page, said=said, timezone=timezone), page.fetched_at)
    first = next(told, UNKNOWN_TIME)
    if first.precision not in _WIDTHS:
        return first
    return next((stamp for stamp in told if _refines(stamp, first)), first)


def modified_stamp(tree: HtmlElement, *, page: Page, said: Structured, timezone: str) -> Stamp:
    """Return when the publisher says the article was last changed, if it says so."""
    told = _believable(_modified(tree, page=page, said=said, timezone=timezone), page.fetched_at)
    return next(told, UNKNOWN_TIME)


def stamp_from_text(text: str, *, timezone: str, origin: Origin) -> Stamp:
    """Read an ISO 8601 or RFC 5322 time; a time without zone is in ``timezone``. Unknown if it is neither."""
    text = text.strip()
    found = _ISO.match(text) or _COMPACT.fullmatch(text)
    if found is None:
        return _stamp_from_mail_date(text, timezone=timezone, origin=origin)
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        if hour is None:
            at = datetime(int(year), int(month), int(day), tzinfo=UTC)
            return Stamp(at=at, precision=Precision.DAY, origin=origin, raw=text)
        seconds = int(second.lstrip(":")) if second else 0
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), seconds, tzinfo=UTC)
        at = _in_utc(local, zone, timezone)
    except (ValueError, OverflowError):
        return UNKNOWN_TIME
    return Stamp(at=at, precision=Precision.SECOND if second else Precision.MINUTE, origin=origin, raw=text)


def _believable(stamps: Iterator[Stamp], fetched_at: datetime) -> Iterator[Stamp]:
    return (stamp for stamp in stamps if stamp.at and _OLDEST <= stamp.at <= fetched_at + _AHEAD)


def _refines(stamp: Stamp, rough: Stamp) -> bool:
    """A stamp says more than a rough one and falls into it; the rough day is local, so zones are forgiven."""
    assert stamp.at is not None and rough.at is not None  # noqa: S101, PT018  # both are believable
    width = _WIDTHS[rough.precision]
    is_finer = _WIDTHS.get(stamp.precision, timedelta(0)) < width
    return is_finer and rough.at - _ZONES <= stamp.at < rough.at + width + _ZONES


def _published(tree: HtmlElement, *, page: Page, said: Structured, timezone: str) -> Iterator[Stamp]:
    yield stamp_from_text(said.published, timezone=timezone, origin=Origin.JSON_LD)
    for text in (*_meta(tree, _PUBLISHED_NAMES), *_TIME_ELEMENTS(tree)):
        yield stamp_from_text(text, timezone=timezone, origin=Origin.META)
    yield page.entry.published
    yield _stamp_from_url(page.url)
    yield _stamp_in_text(tree, url=page.url, latest=page.fetched_at + _AHEAD)


def _modified(tree: HtmlElement, *, page: Page, said: Structured, timezone: str) -> Iterator[Stamp]:
    yield stamp_from_text(said.modified, timezone=timezone, origin=Origin.JSON_LD)
    for text in _meta(tree, _MODIFIED_NAMES):
        yield stamp_from_text(text, timezone=timezone, origin=Origin.META)
    yield page.entry.modified


def _meta(tree: HtmlElement, names: tuple[str, ...]) -> list[str]:
    """The contents of the named meta elements, in the order of the names."""
    contents: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        contents.setdefault(name, meta.get("content") or "")
    return [contents[name] for name in names if contents.get(name)]


def _in_utc(local: datetime, zone: str | None, timezone: str) -> datetime:
    """Read the wall time ``local`` (marked UTC only for want of a zone) in its zone."""
    if zone == "Z":
        return local
    if zone is None:
        return local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    sign = -1 if zone[0] == "-" else 1
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * sign
    return local - offset


def _stamp_from_mail_date(text: str, *, timezone: str, origin: Origin) -> Stamp:
    try:
        at = parsedate_to_datetime(text)
        zoned = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(timezone))
        return Stamp(at=zoned.astimezone(UTC), precision=Precision.SECOND, origin=origin, raw=text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return UNKNOWN_TIME


def _stamp_from_url(url: str) -> Stamp:
    for pattern, precision in ((_URL_DAY, Precision.DAY), (_URL_MONTH, Precision.MONTH)):
        if found := pattern.search(url):
            year, month, *day = (int(part) for part in found.groups())
            try:
                at = datetime(year, month, day[0] if day else 1, tzinfo=UTC)
            except ValueError:
                continue
            return Stamp(at=at, precision=precision, origin=Origin.URL, raw=found.group())
    return UNKNOWN_TIME


def _stamp_in_text(tree: HtmlElement, *, url: str, latest: datetime) -> Stamp:
    """The day that htmldate sees in the page; without its guesses from years and image paths."""
    last_day = latest.date().isoformat()
    found = find_date(tree, url=url, original_date=True, extensive_search=False, max_date=last_day)
    if not found:
        return UNKNOWN_TIME
    day = date.fromisoformat(found)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Stamp(at=at, precision=Precision.DAY, origin=Origin.TEXT, raw=found)
