"""What a channel answered -> a Poll, and what it lists."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from scrapy.http import Response

from pipeline.items import Channel, ChannelKind, Entry, Poll, Source
from pipeline.protocols import Asking
from spiders.documents import Unreadable
from spiders.feeds import entries_from_feed
from spiders.holds import retry_after
from spiders.outcomes import trouble_of_status
from spiders.politeness import answers_unchanged, validators_from_headers
from spiders.sections import section_content
from spiders.sitemaps import ChildSitemap, entries_from_sitemap, sitemaps_from_robots

__all__ = [
    "ChannelContent",
    "Listing",
    "content_of",
    "content_type_of",
    "is_robots",
    "may_list_more",
    "poll_from_answer",
]

_PAGES_AT_FIRST = 3
_PAGES_LATER = 10
_FOR_GOOD = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelContent:
    """What a channel lists: entries, and where there are more."""

    entries: tuple[Entry, ...] = ()
    children: tuple[ChildSitemap, ...] = ()
    """The sitemaps that an index or a robots.txt lists."""
    is_index: bool = False
    next_url: str = ""
    """The page of a section page's list with older articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The pages of one section page's list that have come so far: together they are one poll."""

    poll: Poll
    """What the first page answered, without its entries."""
    asking: Asking
    entries: tuple[Entry, ...]
    pages: int = 1

    def with_page(self, entries: tuple[Entry, ...]) -> "Listing":
        """Return the listing with one more page."""
        return replace(self, entries=(*self.entries, *entries), pages=self.pages + 1)


def poll_from_answer(response: Response, channel: Channel, *, asking: Asking, at: datetime) -> Poll:
    """Return the poll that an answer stands for, without entries; a failed one when the status says so."""
    poll = Poll(
        channel=channel,
        at=at,
        status=response.status,
        moved_to=_moved_to(response, channel, asking),
        retry_at=retry_after(response.headers, now=at),
    )
    if answers_unchanged(response):
        return poll
    trouble = trouble_of_status(response)
    if trouble is not None:
        return replace(poll, failure=trouble[0], reason=trouble[1])
    return replace(poll, validators=validators_from_headers(response.headers, now=at))


def content_of(
    channel: Channel, response: Response, *, source: Source, at: datetime
) -> ChannelContent | Unreadable:
    """Return what an answer lists, by the kind of its channel."""
    body, url, content_type = response.body, response.url, content_type_of(response)
    if is_robots(channel):
        children = tuple(ChildSitemap(url=listed) for listed in sitemaps_from_robots(body, url))
        return ChannelContent(children=children, is_index=True)
    if channel.kind is ChannelKind.SITEMAP:
        sitemap = entries_from_sitemap(body, url=url, source=source, fetched_at=at)
        if isinstance(sitemap, Unreadable):
            return sitemap
        return ChannelContent(entries=sitemap.entries, children=sitemap.children, is_index=sitemap.is_index)
    if channel.kind is ChannelKind.SECTION:
        section = section_content(body, url=url, source=source, content_type=content_type, fetched_at=at)
        if isinstance(section, Unreadable):
            return section
        return ChannelContent(entries=section.entries, next_url=section.next_url)
    entries = entries_from_feed(body, url=url, source=source, content_type=content_type, fetched_at=at)
    return entries if isinstance(entries, Unreadable) else ChannelContent(entries=entries)


def may_list_more(entries: tuple[Entry, ...], *, asking: Asking, pages: int, oldest: datetime | None) -> bool:
    """Tell whether it is worth it to read a list further back than to its page number ``pages``."""
    if pages >= (_PAGES_AT_FIRST if asking.is_first else _PAGES_LATER):
        return False
    times = (entry.published.at for entry in entries)
    return oldest is None or all(at is None or at >= oldest for at in times)


def content_type_of(response: Response) -> str:
    """Return the Content-Type of an answer, as sent."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def is_robots(channel: Channel) -> bool:
    """Tell whether a channel is a robots.txt, which stands for the sitemaps that it lists."""
    return channel.kind is ChannelKind.SITEMAP and urlsplit(channel.url).path.endswith("/robots.txt")


def _moved_to(response: Response, channel: Channel, asking: Asking) -> str:
    """Return where the channel is for good, as far as this answer shows; empty where it always was."""
    reasons = response.meta.get("redirect_reasons", ())
    is_for_good = bool(reasons) and all(reason in _FOR_GOOD for reason in reasons)
    url: str = response.url if is_for_good else asking.url
    return "" if url == channel.url else url
