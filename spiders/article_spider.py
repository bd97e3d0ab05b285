"""The spider of every source: channels -> entries -> pages. What is fetched, the frontier decides."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from pipeline.items import Channel, ChannelKind, Entry, Fate, Missed, Page, Poll, Source, Validators
from pipeline.protocols import Frontier
from spiders.documents import Unreadable
from spiders.feeds import entries_from_feed
from spiders.links import web_address
from spiders.outcomes import Trouble, trouble_of_failure, trouble_of_page, trouble_of_status
from spiders.politeness import SOURCE, conditional_headers, validators_from_headers
from spiders.sections import entries_from_section
from spiders.sitemaps import (
    ChildSitemap,
    SitemapContent,
    children_to_ask,
    entries_from_sitemap,
    is_news_sitemap,
    sitemaps_from_robots,
)

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
    which Scrapy calls before it takes the first request from ``start()``. A subclass written for one source
    sets ``source``; its name is the source's.
    """

    name = "tearsheet"
    source: Source
    sources: tuple[Source, ...] = ()
    frontier: Frontier

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
        self._by_name = {source.name: source for source in self.sources}
        self._declared = {channel.url for source in self.sources for channel in source.channels}
        self._polled: set[Channel] = set()
        self._fetched: set[str] = set()

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
            left = self.frontier.pending(self._by_name)
            for source in self.sources:
                for request in self._polls(source.channels):
                    yield request
        for item in self._fetches((*left, *self.direct)):
            yield item

    def robots_read(self, robotparser: RobotParser, request: Request) -> None:
        """Poll the news sitemaps that the robots.txt of a channel's host lists: at no further request."""
        host = urlsplit(request.url).netloc
        source = next((source for source in self.sources if host in _hosts(source)), None)
        if source is None or not self.channels_too:
            return
        listed = [web_address(link, base=request.url) for link in _sitemaps_listed(robotparser)]
        children = tuple(
            ChildSitemap(url=url)
            for url in dict.fromkeys(listed)
            if url and is_news_sitemap(url) and url not in self._declared
        )
        for poll in self._polls(_channels(children_to_ask(children, since=None), source=source.name)):
            self.crawler.engine.crawl(poll)

    def channel_answered(
        self, response: Response, channel: Channel, depth: int
    ) -> Iterator[Request | Missed]:
        """Record what a channel answered; yield the pages to fetch and the sitemaps that it lists."""
        at = _now()
        if response.status == 304:
            self.frontier.record(Poll(channel=channel, at=at, status=304))
            return
        trouble = trouble_of_status(response)
        if trouble is not None:
            self._record_trouble(channel, trouble, at=at, status=response.status)
            return
        content = self._content(channel, response, at=at)
        if isinstance(content, Unreadable):
            trouble = (Fate.PARSE_ERROR, content.reason)
            self._record_trouble(channel, trouble, at=at, status=response.status)
            return
        poll = Poll(
            channel=channel,
            at=at,
            status=response.status,
            entries=content.entries,
            # A 304 of an index would hide the changes of its children.
            validators=Validators() if content.is_index else validators_from_headers(response.headers),
            reason="" if content.entries or content.children else "the channel lists nothing",
        )
        yield from self._fetches(self.frontier.record(poll))
        yield from self._child_polls(channel, content, at=at, depth=depth)

    def channel_failed(self, failure: Failure) -> None:
        """Record a channel that did not answer."""
        channel = _request(failure).cb_kwargs["channel"]
        trouble = trouble_of_failure(_cause(failure))
        # A channel that was not asked, because its source's time was over, has not failed.
        if trouble[0] is not Fate.PENDING:
            self._record_trouble(channel, trouble, at=_now(), status=0)

    def page_answered(self, response: Response, entry: Entry) -> Iterator[Page | Missed]:
        """Yield the page, or why the answer is none."""
        trouble = trouble_of_page(response)
        if trouble is not None:
            yield Missed(entry=entry, fate=trouble[0], reason=trouble[1])
            return
        yield Page(
            entry=entry,
            url=response.url,
            body=response.body,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            fetched_at=_now(),
        )

    def page_failed(self, failure: Failure) -> Iterator[Missed]:
        """Yield why there was no answer."""
        fate, reason = trouble_of_failure(_cause(failure))
        yield Missed(entry=_request(failure).cb_kwargs["entry"], fate=fate, reason=reason)

    def _content(self, channel: Channel, response: Response, *, at: datetime) -> SitemapContent | Unreadable:
        source = self._by_name[channel.source]
        body, url = response.body, response.url
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if _is_robots(channel):
            children = tuple(ChildSitemap(url=listed) for listed in sitemaps_from_robots(body, url))
            return SitemapContent(children=children, is_index=True)
        if channel.kind is ChannelKind.SITEMAP:
            return entries_from_sitemap(body, url=url, source=source, fetched_at=at)
        if channel.kind is ChannelKind.SECTION:
            entries = entries_from_section(body, url=url, source=source, content_type=content_type)
        else:
            entries = entries_from_feed(
                body, url=url, source=source, content_type=content_type, fetched_at=at
            )
        return entries if isinstance(entries, Unreadable) else SitemapContent(entries=entries)

    def _child_polls(
        self, channel: Channel, content: SitemapContent, *, at: datetime, depth: int
    ) -> Iterator[Request]:
        if depth >= _DEEPEST_INDEX:
            return
        max_age_days = self.settings.getfloat(MAX_AGE_DAYS)
        since = at - timedelta(days=max_age_days) if max_age_days else None
        children = _channels(children_to_ask(content.children, since=since), source=channel.source)
        yield from self._polls(children, depth=depth if _is_robots(channel) else depth + 1)

    def _polls(self, channels: Iterable[Channel], *, depth: int = 0) -> Iterator[Request]:
        for channel in channels:
            if channel in self._polled:
                continue
            self._polled.add(channel)
            asking = self.frontier.asking(channel)
            if asking is None:
                continue
            yield Request(
                asking.url,
                callback=self.channel_answered,
                errback=self.channel_failed,
                cb_kwargs={"channel": channel, "depth": depth},
                headers=conditional_headers(asking.validators),
                meta={SOURCE: channel.source, "dont_obey_robotstxt": _is_robots(channel)},
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
                    meta={SOURCE: entry.source},
                    # The frontier tells what is known; a page that redirects to itself must be asked again.
                    dont_filter=True,
                )

    def _record_trouble(self, channel: Channel, trouble: Trouble, *, at: datetime, status: int) -> None:
        fate, reason = trouble
        self.frontier.record(Poll(channel=channel, at=at, status=status, failure=fate, reason=reason))


def _now() -> datetime:
    return datetime.now(UTC)


def _is_robots(channel: Channel) -> bool:
    return channel.kind is ChannelKind.SITEMAP and urlsplit(channel.url).path.endswith("/robots.txt")


def _hosts(source: Source) -> set[str]:
    return {urlsplit(channel.url).netloc for channel in source.channels}


def _channels(children: Iterable[ChildSitemap], *, source: str) -> Iterator[Channel]:
    return (Channel(url=child.url, kind=ChannelKind.SITEMAP, source=source) for child in children)


def _sitemaps_listed(robotparser: RobotParser) -> tuple[str, ...]:
    # Only Scrapy's default parser, Protego, knows them.
    return tuple(getattr(getattr(robotparser, "rp", None), "sitemaps", ()))


def _request(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
    return request


def _cause(failure: Failure) -> BaseException:
    return failure.value or Exception("unknown failure")
