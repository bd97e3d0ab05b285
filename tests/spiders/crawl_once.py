"""Runs one real crawl: an order in JSON on stdin, what came of it in JSON on stdout."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from scrapy.crawler import AsyncCrawlerProcess

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.items import Channel, ChannelKind, Entry, Missed, Page, Poll, RobotsFile, Validators
from pipeline.protocols import Asking
from spiders.article_spider import ArticleSpider
from spiders.hosts import MemoryHosts
from spiders.politeness import crawl_settings
from spiders.sources import read_sources


@dataclass
class Order:
    sources: str
    settings: dict[str, Any] = field(default_factory=dict)
    validators: dict[str, list[str]] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    direct: list[str] = field(default_factory=list)
    limit: int | None = None
    channels_too: bool = True
    max_page_bytes: int = 1_000_000
    concurrency: int = 8
    timeout_seconds: float = 10
    frontier_from_pipeline: bool = False
    robots: dict[str, tuple[int, str, float]] = field(default_factory=dict)
    """Of an origin: the status and body that it answered, and how many hours ago."""
    held: dict[str, float] = field(default_factory=dict)
    """Of a site: for how many seconds it is to be left alone."""


class MemoryFrontier:
    """A frontier that fetches what it has not met."""

    def __init__(self, order: Order) -> None:
        self.known = set(order.known)
        self.kept = {
            url: Validators(etag=pair[0], last_modified=pair[1]) for url, pair in order.validators.items()
        }
        self.left = [_entry(url) for url in order.pending]
        self.polls: list[Poll] = []

    async def pending(self, sources: Iterable[str]) -> tuple[Entry, ...]:
        self.known |= {entry.url for entry in self.left}
        return tuple(self.left)

    async def asking(self, channel: Channel) -> Asking:
        return Asking(url=channel.url, validators=self.kept.get(channel.url, Validators()))

    async def knows_any(self, entries: Iterable[Entry]) -> bool:
        return any(entry.url in self.known for entry in entries)

    async def record(self, poll: Poll) -> tuple[Entry, ...]:
        self.polls.append(poll)
        if poll.failure is None and poll.status != 304:
            self.kept[poll.channel.url] = poll.validators
        new = tuple(entry for entry in poll.entries if entry.url not in self.known)
        self.known |= {entry.url for entry in new}
        return new


class Collected:
    """Item pipeline: keeps what the spider yields; gives it its frontier when the order says so."""

    pages: ClassVar[list[Page]] = []
    missed: ClassVar[list[Missed]] = []
    frontier: ClassVar[MemoryFrontier | None] = None

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> "Collected":
        return cls(crawler)

    def open_spider(self) -> None:
        if self.frontier is not None:
            self._crawler.spider.frontier = self.frontier

    def process_item(self, item: Page | Missed) -> Page | Missed:
        (self.pages if isinstance(item, Page) else self.missed).append(item)
        return item


class FilledHosts(MemoryHosts):
    """A memory that was filled before the crawl, and can be looked into."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.started_at = datetime.now(UTC)
        for origin, (status, body, hours) in order.robots.items():
            fetched_at = self.started_at - timedelta(hours=hours)
            self.keep_robots(origin, RobotsFile(status=status, body=body.encode(), fetched_at=fetched_at))
        for site, seconds in order.held.items():
            self.hold(site, self.started_at + timedelta(seconds=seconds))

    def told(self) -> dict[str, Any]:
        return {
            "robots": {origin: [kept.status, kept.body.decode()] for origin, kept in self._robots.items()},
            "held": {site: (until - self.started_at).total_seconds() for site, until in self._held.items()},
        }


def _entry(url: str) -> Entry:
    return Entry(url=url, source="left", channel=ChannelKind.DIRECT)


def _run(order: Order) -> dict[str, Any]:
    frontier = MemoryFrontier(order)
    settings = {
        **crawl_settings(
            delay_seconds=0,
            concurrency=order.concurrency,
            timeout_seconds=order.timeout_seconds,
            max_page_bytes=order.max_page_bytes,
            contact="https://tearsheet.example/robot",
            version="0.1",
        ),
        "TEARSHEET_ALLOW_PRIVATE_HOSTS": True,
        "ITEM_PIPELINES": {Collected: 1},
        "LOG_LEVEL": "WARNING",
        **order.settings,
    }
    process = AsyncCrawlerProcess(settings)
    hosts = FilledHosts(order)
    crawler = process.create_crawler(type("RememberingSpider", (ArticleSpider,), {"hosts": hosts}))
    if order.frontier_from_pipeline:
        Collected.frontier = frontier
    process.crawl(
        crawler,
        sources=read_sources(order.sources, "test.toml"),
        frontier=None if order.frontier_from_pipeline else frontier,
        limit=order.limit,
        direct=tuple(_entry(url) for url in order.direct),
        channels_too=order.channels_too,
    )
    process.start()
    assert crawler.stats.get_value("spider_exceptions/count") is None
    return {
        "polls": [_poll(poll) for poll in frontier.polls],
        "pages": [_page(page) for page in Collected.pages],
        "missed": [
            {"url": missed.entry.url, "fate": missed.fate, "reason": missed.reason}
            for missed in Collected.missed
        ],
        "validators": {url: [kept.etag, kept.last_modified] for url, kept in frontier.kept.items()},
        "known": sorted(frontier.known),
        **hosts.told(),
        "finish_reason": crawler.stats.get_value("finish_reason"),
    }


def _poll(poll: Poll) -> dict[str, Any]:
    return {
        "url": poll.channel.url,
        "kind": poll.channel.kind,
        "source": poll.channel.source,
        "status": poll.status,
        "failure": poll.failure,
        "reason": poll.reason,
        "entries": [entry.url for entry in poll.entries],
        "validators": [poll.validators.etag, poll.validators.last_modified],
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "asked": page.entry.url,
        "url": page.url,
        "title": page.entry.title,
        "channel": page.entry.channel,
        "size": len(page.body),
        "content_type": page.content_type,
        "fetched_at": page.fetched_at.isoformat(),
    }


if __name__ == "__main__":
    json.dump(_run(Order(**json.load(sys.stdin))), sys.stdout)
