"""A live look at one source: what its channels answer, and what is read of its newest pages.

Through the same crawl as a run, with its politeness and its safety; but nothing is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy.crawler import AsyncCrawlerProcess

from pipeline.items import Article, Entry, Fate, Missed, Page, Rejected, Source
from pipeline.judging.loading import watches_from
from tearsheet.check_spider import ChannelAnswer, CheckSpider
from tearsheet.config import Config
from tearsheet.crawl_settings import scrapy_settings
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of

__all__ = ["Check", "CheckedPage", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPage:
    """What became of one of the newest pages."""

    entry: Entry
    what: Article | Rejected | Missed
    page: Page | None = None
    """None where there was no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a look at a source showed."""

    source: Source
    at: datetime
    channels: tuple[ChannelAnswer, ...]
    pages: tuple[CheckedPage, ...]
    """Newest first."""

    @property
    def has_entries(self) -> bool:
        """Some channel answered with entries."""
        return any(answer.poll.entries for answer in self.channels)


def check(config: Config, source: Source, *, answered: Callable[[], None]) -> Check:
    """Ask every channel of a source, then fetch and read the 3 newest pages; no corpus is opened.

    ``answered`` is called after each answer. Once per process: a reactor does not start twice. Raises
    KeyboardInterrupt when a signal ended the crawl.
    """
    at = datetime.now(UTC)
    watches = watches_from(config.watch_tables, origin=config.origin)
    spider = _crawled(config, source, answered)
    with ReadingPool(watches, workers=1) as pool:
        pages = tuple(_checked(item, source, pool) for item in spider.items)
    return Check(source=source, at=at, channels=spider.answers, pages=pages)


def _crawled(config: Config, source: Source, answered: Callable[[], None]) -> CheckSpider:
    settings = scrapy_settings(config) | {
        "ITEM_PIPELINES": {},
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(CheckSpider)
    task = process.crawl(crawler, sources=(source,), answered=answered)
    process.start()
    task.result()
    spider = crawler.spider
    assert isinstance(spider, CheckSpider)  # noqa: S101  # it is what was crawled with
    if spider.failure is not None:
        raise spider.failure
    if spider.is_stopped:
        raise KeyboardInterrupt
    return spider


def _checked(item: Page | Missed, source: Source, pool: ReadingPool) -> CheckedPage:
    if isinstance(item, Missed):
        return CheckedPage(entry=item.entry, what=item)
    what = outcome_of(pool.read(item, source))
    if isinstance(what, BrokenPage):
        what = Rejected(url=item.url, fate=Fate.PARSE_ERROR, reason=what.reason)
    return CheckedPage(entry=item.entry, what=what, page=item)
