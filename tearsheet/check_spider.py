"""The crawl of a check: every channel of a source first, then the newest of what they announced."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from pipeline.items import Channel, Entry, Missed, Page, Poll, Validators
from pipeline.protocols import Asking
from pipeline.urls import url_key
from spiders.documents import DocumentKind, document_kind, xml_text
from spiders.joint_spider import JointSpider
from spiders.outcomes import trouble_of_status

__all__ = ["PAGES", "ChannelAnswer", "CheckSpider", "Notes", "announced_at"]

PAGES = 3
"""How many pages are fetched."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_START_BYTES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAnswer:
    """What one channel answered."""

    poll: Poll
    kind: str = ""
    """The kind of document: ``feed``, ``sitemap``, ``html``, ``robots.txt``, ..; empty without one."""
    moved_to: str = ""
    """The address that answered, where it is another than the channel's."""


def announced_at(entry: Entry) -> datetime | None:
    """Return the time that a channel gives to an entry: published, else modified."""
    return entry.published.at or entry.modified.at


class Notes:
    """The frontier of a check: keeps every answer in memory, and has nothing fetched before all are in."""

    def __init__(self) -> None:
        self.polls: dict[Channel, Poll] = {}

    async def pending(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        """Return nothing: no run was before this one."""
        return ()

    async def asking(self, channel: Channel) -> Asking:
        """Ask without validators, so that the channel answers in full."""
        return Asking(url=channel.url, validators=Validators())

    async def knows_any(self, entries: Iterable[Entry]) -> bool:
        """Say so, so that one page of a list is read."""
        return True

    async def record(self, poll: Poll) -> tuple[Entry, ...]:
        """Keep the answer."""
        self.polls[poll.channel] = poll
        return ()

    def newest(self) -> tuple[Entry, ...]:
        """Return the newest entries of all channels, each address once, those without a date last."""
        entries: dict[str, Entry] = {}
        for poll in self.polls.values():
            for entry in poll.entries:
                entries.setdefault(url_key(entry.url), entry)
        by_age = sorted(entries.values(), key=lambda entry: announced_at(entry) or _EARLIEST, reverse=True)
        return tuple(by_age[:PAGES])


class CheckSpider(JointSpider):
    """Asks the channels and, when all have answered, for the newest pages that they announced."""

    def __init__(self, *, answered: Callable[[], None], **arguments: Any) -> None:
        self._notes = Notes()
        super().__init__(frontier=self._notes, **arguments)
        self._answered = answered
        self._documents: dict[Channel, tuple[str, DocumentKind]] = {}
        self._newest: tuple[Entry, ...] | None = None
        self._items: list[Page | Missed] = []
        self.failure: BaseException | None = None
        """What one of our own callbacks raised."""
        self.is_stopped = False
        """A signal ended the crawl before its time."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Listen for what comes, and for the moment when all channels have answered."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._take, signal=signals.item_scraped)
        crawler.signals.connect(spider._fetch_newest, signal=signals.spider_idle)
        crawler.signals.connect(spider._fail, signal=signals.spider_error)
        crawler.signals.connect(spider._close, signal=signals.spider_closed)
        return spider

    @property
    def answers(self) -> tuple[ChannelAnswer, ...]:
        """The channels in the order of the source, then those that robots.txt or a sitemap index led to."""
        declared = dict.fromkeys(channel for source in self.sources for channel in source.channels)
        polls = self._notes.polls
        return tuple(self._answer(polls[channel]) for channel in declared | polls if channel in polls)

    @property
    def items(self) -> list[Page | Missed]:
        """What became of the newest pages, newest first."""
        order = {entry: place for place, entry in enumerate(self._newest or ())}
        return sorted(self._items, key=lambda item: order[item.entry])

    async def channel_answered(
        self, response: Response, channel: Channel, asking: Asking, depth: int
    ) -> AsyncIterator[Request | Missed]:
        """Note what kind of document the answer is, whatever is understood of it."""
        if trouble_of_status(response) is None:
            kind = document_kind(xml_text(response.body[:_START_BYTES]))
            self._documents[channel] = (response.url, kind)
        self._answered()
        async for each in super().channel_answered(response, channel, asking, depth):
            yield each

    def _answer(self, poll: Poll) -> ChannelAnswer:
        if poll.channel not in self._documents:
            return ChannelAnswer(poll=poll)
        url, kind = self._documents[poll.channel]
        return ChannelAnswer(
            poll=poll,
            kind=_kind_word(url, kind, poll),
            moved_to=url if url_key(url) != url_key(poll.channel.url) else "",
        )

    def _fetch_newest(self) -> None:
        if self._newest is not None:
            return
        self._newest = self._notes.newest()
        fetches = list(self._fetches(self._newest))
        self._items += [fetch for fetch in fetches if isinstance(fetch, Missed)]
        requests = [fetch for fetch in fetches if isinstance(fetch, Request)]
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:  # else the crawl would look again only seconds later whether it is over
            raise DontCloseSpider

    def _take(self, item: Page | Missed) -> None:
        self._items.append(item)
        self._answered()

    def _fail(self, failure: Failure) -> None:
        self.failure = failure.value

    def _close(self, reason: str) -> None:
        self.is_stopped = reason == "shutdown"


def _kind_word(url: str, kind: DocumentKind, poll: Poll) -> str:
    if urlsplit(url).path.endswith("/robots.txt"):
        return "robots.txt"
    # A sitemap may be text, or packed: what was understood says more than its first bytes.
    is_understood = poll.failure is None and kind is DocumentKind.OTHER
    return poll.channel.kind.value if is_understood else kind.value
