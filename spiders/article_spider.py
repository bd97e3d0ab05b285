"""The spider of every source: channels -> entries -> pages. What is fetched, the frontier decides."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from pipeline.items import Channel, Entry, Fate, Missed, Page, Poll, Source, Validators
from pipeline.protocols import Asking, Frontier, Hosts
from spiders.channel_answers import (
    ChannelContent,
    Listing,
    content_of,
    is_robots,
    may_list_more,
    poll_from_answer,
)
from spiders.documents import Unreadable
from spiders.links import web_address
from spiders.listed_sitemaps import listed_sitemaps
from spiders.outcomes import AskedToWait, trouble_of_failure, trouble_of_status, wish_of
from spiders.page_answers import page_from_answer, page_from_failure
from spiders.politeness import SOURCE, conditional_headers
from spiders.sitemaps import children_to_ask

__all__ = ["MAX_AGE_DAYS", "ArticleSpider"]

MAX_AGE_DAYS = "TEARSHEET_MAX_AGE_DAYS"
"""Scrapy setting: sitemaps of an index that were last modified before are not asked for."""

# Channels before pages: what is new is known early, and a spent budget costs pages, not news of pages.
_CHANNEL_PRIORITY = 10
_DEEPEST_INDEX = 2


class ArticleSpider(Spider):
    """Polls the channels of its sources and fetches the pages that its frontier asks for.

    Yields a Page or a Missed for every page asked for, and a Missed (pending) for each that ``limit`` leaves.
    ``frontier`` is set by whoever runs the crawl: as an argument, or by an item pipeline in ``open_spider``,
    which Scrapy calls before it takes the first request from ``start()``. So is ``hosts``; without it what
    hosts ask for is remembered for this crawl only. A subclass written for one source sets ``source``, whose
    name is its own, and may read an odd list in ``content``.
    """

    name = "tearsheet"
    source: Source
    sources: tuple[Source, ...] = ()
    frontier: Frontier
    hosts: Hosts

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Take name and sources of a subclass from its ``source``."""
        super().__init_subclass__(**arguments)
        if "source" in vars(cls):
            cls.name, cls.sources = cls.source.name, (cls.source,)

    def __init__(
        self,
        *,
        sources: tuple[Source, ...] | None = None,
        frontier: Frontier | None = None,
        limit: int | str | None = None,
        direct: tuple[Entry, ...] = (),
        channels_too: bool = True,
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        if sources is not None:
            self.sources = sources
        if frontier is not None:
            self.frontier = frontier
        self.limit = None if limit is None else int(limit)
        self.direct = direct
        self.channels_too = channels_too
        self.waiting: dict[str, str] = {}
        """The sources of which a channel was not asked, because its site wants to be left alone, and why."""
        self._by_name = {source.name: source for source in self.sources}
        self._declared = {channel.url for source in self.sources for channel in source.channels}
        self._polled: set[Channel] = set()
        self._fetched: set[str] = set()
        self._reading = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Connect to the robots.txt files that Scrapy reads."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_read, signal=signals.robots_parsed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield the channels of all sources, then what earlier runs left, then what was asked for."""
        left: tuple[Entry, ...] = ()
        if self.channels_too:
            # Taken up before any channel answers, so that no entry is handed out twice.
            left = await self.frontier.pending(self._by_name)
            for source in self.sources:
                async for request in self._polls(source.channels):
                    yield request
        for item in self._fetches((*left, *self.direct)):
            yield item

    async def robots_read(self, robotparser: RobotParser, request: Request) -> None:
        """Poll the news sitemaps that the robots.txt of a channel's host lists: at no further request."""
        if not self.channels_too:
            return
        channels = listed_sitemaps(
            robotparser, url=request.url, sources=self.sources, declared=self._declared
        )
        async for poll in self._polls(channels):
            self.crawler.engine.crawl(poll)

    async def channel_answered(
        self, response: Response, channel: Channel, asking: Asking, depth: int
    ) -> AsyncIterator[Request | Missed]:
        """Record what a channel answered; yield the pages to fetch and the sitemaps that it lists."""
        at = _now()
        poll = poll_from_answer(response, channel, asking=asking, at=at)
        if poll.failure is not None or poll.status == 304:
            await self.frontier.record(poll)
            return
        content = await self._content(channel, response, at=at)
        if isinstance(content, Unreadable):
            await self.frontier.record(replace(poll, failure=Fate.PARSE_ERROR, reason=content.reason))
            return
        if content.next_url and await self._goes_on(asking, content.entries, pages=1, at=at):
            listing = Listing(poll=poll, asking=asking, entries=content.entries)
            yield self._next_page(listing, content.next_url)
            return
        poll = replace(
            poll,
            entries=content.entries,
            # A 304 of an index would hide the changes of its children.
            validators=Validators() if content.is_index else poll.validators,
            reason="" if content.entries or content.children else "the channel lists nothing",
        )
        for fetch in self._fetches(await self.frontier.record(poll)):
            yield fetch
        async for child in self._child_polls(channel, content, at=at, depth=depth):
            yield child

    async def channel_failed(self, failure: Failure) -> None:
        """Record a channel that did not answer."""
        channel, cause, at = _request(failure).cb_kwargs["channel"], _cause(failure), _now()
        fate, reason = trouble_of_failure(cause)
        # A channel that was not asked, because its source's time was over, has not failed.
        if isinstance(cause, AskedToWait):
            self.waiting[channel.source] = reason
        if fate is not Fate.PENDING:
            poll = Poll(channel=channel, at=at, failure=fate, reason=reason, retry_at=wish_of(cause))
            await self.frontier.record(poll)

    async def older_answered(self, response: Response, listing: Listing) -> AsyncIterator[Request | Missed]:
        """Take in one more page of a section page's list; record all of it where it ends."""
        at = _now()
        content: ChannelContent | Unreadable = Unreadable("")
        if trouble_of_status(response) is None:
            content = await self._content(listing.poll.channel, response, at=at)
        if isinstance(content, Unreadable):
            for fetch in await self._recorded(listing):
                yield fetch
            return
        listing = listing.with_page(content.entries)
        if content.next_url and await self._goes_on(
            listing.asking, content.entries, pages=listing.pages, at=at
        ):
            yield self._next_page(listing, content.next_url)
            return
        for fetch in await self._recorded(listing):
            yield fetch

    async def older_failed(self, failure: Failure) -> AsyncIterator[Request | Missed]:
        """Record the pages of the list that came."""
        for fetch in await self._recorded(_request(failure).cb_kwargs["listing"]):
            yield fetch

    def content(self, channel: Channel, response: Response, *, at: datetime) -> ChannelContent | Unreadable:
        """Return what an answer of a channel lists; called in a thread, one answer at a time."""
        return content_of(channel, response, source=self._by_name[channel.source], at=at)

    def page_answered(self, response: Response, entry: Entry) -> Iterator[Page | Missed]:
        """Yield the page, or why the answer is none."""
        yield page_from_answer(response, entry, at=_now())

    def page_failed(self, failure: Failure) -> Iterator[Missed]:
        """Yield why there was no answer."""
        yield page_from_failure(failure)

    async def _content(
        self, channel: Channel, response: Response, *, at: datetime
    ) -> ChannelContent | Unreadable:
        # What was made to be slow takes seconds, and the loop must go on. One at a time: each may be large.
        async with self._reading:
            return await asyncio.to_thread(self.content, channel, response, at=at)

    async def _goes_on(self, asking: Asking, entries: tuple[Entry, ...], *, pages: int, at: datetime) -> bool:
        """Tell whether the next page of a list may have what is new: this one shows nothing known or old."""
        may_go_on = may_list_more(entries, asking=asking, pages=pages, oldest=self._oldest(at))
        return may_go_on and not await self.frontier.knows_any(entries)

    def _next_page(self, listing: Listing, url: str) -> Request:
        return Request(
            url,
            callback=self.older_answered,
            errback=self.older_failed,
            cb_kwargs={"listing": listing},
            meta={SOURCE: listing.poll.channel.source},
            priority=_CHANNEL_PRIORITY,
            dont_filter=True,
        )

    async def _recorded(self, listing: Listing) -> Iterator[Request | Missed]:
        return self._fetches(await self.frontier.record(replace(listing.poll, entries=listing.entries)))

    def _oldest(self, at: datetime) -> datetime | None:
        max_age_days = self.settings.getfloat(MAX_AGE_DAYS)
        return at - timedelta(days=max_age_days) if max_age_days else None

    async def _child_polls(
        self, channel: Channel, content: ChannelContent, *, at: datetime, depth: int
    ) -> AsyncIterator[Request]:
        if depth >= _DEEPEST_INDEX:
            return
        asked = children_to_ask(content.children, since=self._oldest(at))
        children = (replace(channel, url=child.url) for child in asked)
        async for poll in self._polls(children, depth=depth if is_robots(channel) else depth + 1):
            yield poll

    async def _polls(self, channels: Iterable[Channel], *, depth: int = 0) -> AsyncIterator[Request]:
        for channel in channels:
            if channel in self._polled:
                continue
            self._polled.add(channel)
            asking = await self.frontier.asking(channel)
            if asking is None:
                continue
            yield Request(
                asking.url,
                callback=self.channel_answered,
                errback=self.channel_failed,
                cb_kwargs={"channel": channel, "asking": asking, "depth": depth},
                headers=conditional_headers(asking.validators),
                meta={SOURCE: channel.source, "dont_obey_robotstxt": is_robots(channel)},
                priority=_CHANNEL_PRIORITY,
                dont_filter=True,
            )

    def _fetches(self, entries: Iterable[Entry]) -> Iterator[Request | Missed]:
        for entry in entries:
            if entry.url in self._fetched:
                continue
            if web_address(entry.url, base="") is None:
                yield Missed(entry=entry, fate=Fate.UNSAFE, reason="not an http(s) address")
            elif self.limit is not None and len(self._fetched) >= self.limit:
                yield Missed(
                    entry=entry, fate=Fate.PENDING, reason=f"left by the limit of {self.limit} pages"
                )
            else:
                self._fetched.add(entry.url)
                yield Request(
                    entry.url,
                    callback=self.page_answered,
                    errback=self.page_failed,
                    cb_kwargs={"entry": entry},
                    headers=conditional_headers(entry.validators),
                    meta={SOURCE: entry.source},
                    # The frontier tells what is known; a page that redirects to itself must be asked again.
                    dont_filter=True,
                )


def _now() -> datetime:
    return datetime.now(UTC)


def _request(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
    return request


def _cause(failure: Failure) -> BaseException:
    return failure.value or Exception("unknown failure")
