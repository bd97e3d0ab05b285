"""When an article was published: every place that says so, in order of trust, with precision and origin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement

from pipeline.items import UNKNOWN_TIME, Origin, Page, Precision, Stamp
from pipeline.reading.date_text import believable, stamp_from_date_text
from pipeline.reading.structured import Structured
from pipeline.reading.visible_dates import date_lines, dates_within, visible_dates

__all__ = ["Told", "modified_stamp", "published_stamp"]

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

_URL_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})/(0[1-9]|1[0-2])(?=/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Every place of a page that may say when its article was published."""

    tree: HtmlElement
    page: Page
    said: Structured
    date_lines: tuple[str, ...]
    """The visible lines that hold a date and nothing else, as they were cut from the text."""
    timezone: str
    """For times without a zone."""
    language: str
    """For dates whose order is a matter of convention."""

    def stamp(self, text: str, origin: Origin) -> Stamp:
        """Read one date by the conventions of the source."""
        return stamp_from_date_text(text, timezone=self.timezone, language=self.language, origin=origin)


def published_stamp(told: Told) -> Stamp:
    """Return the first believable published time: JSON-LD, meta, feed, sitemap, URL, visible text.

    Where that is a day or a month, a later one that falls into it and says more is taken.
    """
    stamps = _believable(_published(told), told)
    first = next(stamps, UNKNOWN_TIME)
    if first.precision not in _WIDTHS:
        return first
    return next((stamp for stamp in stamps if _refines(stamp, first)), first)


def modified_stamp(told: Told) -> Stamp:
    """Return when the publisher says the article was last changed, if it says so."""
    return next(_believable(_modified(told), told), UNKNOWN_TIME)


def _believable(stamps: Iterator[Stamp], told: Told) -> Iterator[Stamp]:
    return (stamp for stamp in stamps if believable(stamp, fetched_at=told.page.fetched_at))


def _refines(stamp: Stamp, rough: Stamp) -> bool:
    """A stamp says more than a rough one and falls into it; the rough day is local, so zones are forgiven."""
    assert stamp.at is not None and rough.at is not None  # noqa: S101, PT018  # both are believable
    width = _WIDTHS[rough.precision]
    is_finer = _WIDTHS.get(stamp.precision, timedelta(0)) < width
    return is_finer and rough.at - _ZONES <= stamp.at < rough.at + width + _ZONES


def _published(told: Told) -> Iterator[Stamp]:
    yield told.stamp(told.said.published, Origin.JSON_LD)
    for text in (*_meta(told.tree, _PUBLISHED_NAMES), *_TIME_ELEMENTS(told.tree)):
        yield told.stamp(text, Origin.META)
    yield told.page.entry.published
    yield _stamp_from_url(told.page.url)
    for text in (*dates_within(told.date_lines), *visible_dates(told.tree)):
        yield told.stamp(text, Origin.TEXT)
    for text in date_lines(told.tree):
        yield told.stamp(text, Origin.TEXT)
    yield _stamp_in_text(told.tree, url=told.page.url, fetched_at=told.page.fetched_at)


def _modified(told: Told) -> Iterator[Stamp]:
    yield told.stamp(told.said.modified, Origin.JSON_LD)
    for text in _meta(told.tree, _MODIFIED_NAMES):
        yield told.stamp(text, Origin.META)
    yield told.page.entry.modified


def _meta(tree: HtmlElement, names: tuple[str, ...]) -> list[str]:
    """The contents of the named meta elements, in the order of the names."""
    contents: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        contents.setdefault(name, meta.get("content") or "")
    return [contents[name] for name in names if contents.get(name)]


def _stamp_from_url(url: str) -> Stamp:
    for pattern, precision in ((_URL_DAY, Precision.DAY), (_URL_MONTH, Precision.MONTH)):
        if found := pattern.search(url):
            year, month, *day = (int(part) for part in found.groups())
            try:
                at = datetime(year, month, day[0] if day else 1, tzinfo=UTC)
            except ValueError:
                continue
            return Stamp(
                at=at,
                precision=precision,
                origin=Origin.URL,
                raw=found.group(),
                day=at.date() if precision is Precision.DAY else None,
            )
    return UNKNOWN_TIME


def _stamp_in_text(tree: HtmlElement, *, url: str, fetched_at: datetime) -> Stamp:
    """The day that htmldate sees in the page; without its guesses from years and image paths."""
    last_day = fetched_at.date().isoformat()
    found = find_date(tree, url=url, original_date=True, extensive_search=False, max_date=last_day)
    if not found:
        return UNKNOWN_TIME
    at = datetime.fromisoformat(found).replace(tzinfo=UTC)
    return Stamp(at=at, precision=Precision.DAY, origin=Origin.TEXT, raw=found, day=at.date())
