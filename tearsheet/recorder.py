"""Scrapy's item pipeline: every page is kept, read in a worker, placed and stored. It decides nothing."""

import asyncio
from contextlib import ExitStack, suppress
from dataclasses import replace
from time import perf_counter
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from pipeline.errors import StorageError
from pipeline.items import Missed, Page, Source
from spiders.article_spider import ArticleSpider
from storage.corpus import Corpus
from storage.pages import PageFile
from storage.runs import Costs
from tearsheet.config import Config
from tearsheet.crawl_settings import CONFIG
from tearsheet.events import page_event, run_event
from tearsheet.lock import run_lock
from tearsheet.logs import Event, logger
from tearsheet.order import ORDER, Order
from tearsheet.outcomes import Outcome, Sealed, broken_outcome
from tearsheet.run_book import RunBook
from tearsheet.storing import StoringProcess, ToldFrontier, ToldHosts
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of, worker_count
from tearsheet.writer import Stored, with_page

__all__ = ["Recorder", "outcome_stored"]

outcome_stored = object()
"""Signal: an outcome is in the corpus (argument ``stored``: a Stored)."""

# A batch is stored when it is full, or this long after its first outcome came.
_BATCH_SECONDS = 1.0
_BATCH = 16


class Recorder:
    """One run, from the lock to the report. Opened and closed by Scrapy with its spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._config: Config = crawler.settings[CONFIG]
        self._order: Order = crawler.settings.get(ORDER) or Order()
        self._resources = ExitStack()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: list[Outcome | Sealed] = []
        self._storing: set[asyncio.Task[None]] = set()
        self._stopping: asyncio.Future[None] | None = None
        self._starting: asyncio.Future[None] | None = None
        self._costs = Costs()
        self._errors: dict[str, str] = {}
        self.failure: StorageError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen for what goes wrong in the spider's own callbacks, and for the end."""
        recorder = cls(crawler)
        # Scrapy's own statistics would write every request and answer out to count its bytes.
        crawler.signals.connect(recorder._asked, signal=signals.request_reached_downloader)
        crawler.signals.connect(recorder._answered, signal=signals.response_downloaded)
        crawler.signals.connect(recorder._spider_failed, signal=signals.spider_error)
        crawler.signals.connect(recorder._spider_closed, signal=signals.spider_closed)
        return recorder

    def open_spider(self) -> None:
        """Take the lock, have a run begun, and give the spider its frontier."""
        spider = self._crawler.spider
        assert isinstance(spider, ArticleSpider)  # noqa: S101  # the loader knows no other
        config, order = self._config, self._order
        with ExitStack() as opened:
            corpus = opened.enter_context(
                Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=True)
            )
            opened.enter_context(run_lock(corpus))
            # Made, or found to be sound, before the first page comes, and tidied up after the last.
            opened.enter_context(PageFile(corpus.pages_path, write=True))
            watches = config.watches
            workers = worker_count(config.collect.workers)
            self._pool = opened.enter_context(
                ReadingPool(watches, workers=workers, pages_path=corpus.pages_path)
            )
            self._book = opened.enter_context(StoringProcess(corpus.path, config, order, spider.sources))
            self._resources = opened.pop_all()
        self.run_id = self._book.run_id
        self._sources = {source.name: source for source in spider.sources}
        spider.frontier = ToldFrontier(self._book)
        spider.hosts = ToldHosts(corpus, self._book)
        spider.direct = self._book.ask(RunBook.direct)

    async def process_item(self, item: Page | Missed) -> Page | Missed:
        """Keep and read a page, or take note of a URL that gave none."""
        if self.failure is None:
            try:
                await self._take(await self._outcome(item))
            except StorageError as error:
                self._give_up(error)
        return item

    async def _spider_closed(self, reason: str) -> None:
        """Store what is waiting, settle what was left, close the run and everything opened for it.

        On Scrapy's signal, because ``close_spider`` is called before the reason is known.
        """
        if self._timer is not None:
            self._timer.cancel()
        with self._resources:
            try:
                await asyncio.gather(*self._storing)
                if self.failure is None:
                    await self._finish(outcome="interrupted" if reason == "shutdown" else "done")
            except StorageError as error:
                self.failure = error
            if self.failure is not None:
                self._note_failure(self.failure)
            self._tell_summary()

    async def _outcome(self, item: Page | Missed) -> Outcome | Sealed:
        if isinstance(item, Missed):
            return Outcome(entry=item.entry, what=item, fetch_seconds=item.fetch_seconds)
        if self._starting is None:
            # In a thread: the answers to requests under way would wait, and time out.
            self._starting = asyncio.ensure_future(asyncio.to_thread(self._pool.start))
        await self._starting
        source = self._sources.get(item.entry.source) or Source(name=item.entry.source)
        begun = perf_counter()
        future = self._pool.keep_and_read(item, source)
        await asyncio.wait([asyncio.wrap_future(future)])
        done = outcome_of(future)
        if isinstance(done, BrokenPage):
            return replace(
                broken_outcome(item, done.reason), page_bytes=len(item.body), fetch_seconds=item.fetch_seconds
            )
        return Sealed(
            entry=item.entry,
            reading=done.reading,
            landed_url=item.url,
            page_id=done.page_id,
            page_bytes=len(item.body),
            fetch_seconds=item.fetch_seconds,
            read_seconds=perf_counter() - begun,
            validators=item.validators,
        )

    async def _take(self, outcome: Outcome | Sealed) -> None:
        self._costs = with_page(self._costs, outcome)
        self._waiting.append(outcome)
        if len(self._waiting) >= _BATCH:
            # Awaited: no more pages are read than can be stored.
            await self._store()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_BATCH_SECONDS, self._flush)

    def _flush(self) -> None:
        storing = asyncio.ensure_future(self._store_late())
        self._storing.add(storing)
        storing.add_done_callback(self._storing.discard)

    async def _store_late(self) -> None:
        try:
            await self._store()
        except StorageError as error:
            self._give_up(error)

    async def _store(self) -> None:
        """Have what is waiting stored: the loop goes on meanwhile."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        endings = await self._book.asked(RunBook.store, waiting)
        for outcome, (fate, reason, article_id) in zip(waiting, endings, strict=True):
            self._tell(Stored(outcome=outcome, fate=fate, reason=reason, article_id=article_id))

    async def _finish(self, *, outcome: str) -> None:
        await self._store()
        spider = self._crawler.spider
        assert isinstance(spider, ArticleSpider)  # noqa: S101  # the loader knows no other
        await self._book.asked(
            RunBook.finish, outcome=outcome, waiting=spider.waiting, errors=self._errors, costs=self._costs
        )

    def _note_failure(self, failure: StorageError) -> None:
        """Close the run as failed if the corpus takes so much; else the next run closes it."""
        with suppress(StorageError):
            self._book.ask(RunBook.fail, str(failure), self._costs)

    def _tell_summary(self) -> None:
        try:
            report = self._book.ask(RunBook.report)
        except StorageError as error:
            logger.error(Event("run", run=self.run_id, outcome="failed", failure=str(error)))
            return
        run_event(report)

    def _asked(self) -> None:
        self._costs = replace(self._costs, requests=self._costs.requests + 1)

    def _answered(self, response: Response) -> None:
        # Before it is unpacked.
        received = self._costs.received_bytes + len(response.body)
        self._costs = replace(self._costs, received_bytes=received)

    def _spider_failed(self, failure: Failure, response: Any) -> None:
        """A callback raised: the corpus is lost to us, or one source hit a fault of ours."""
        error = failure.value
        if isinstance(error, StorageError):
            self._give_up(error)
            return
        # Without a response it was `start` that raised.
        request = getattr(response, "request", None)
        source = request.meta.get("tearsheet_source", "") if request else ""
        self._errors[source] = f"{type(error).__name__}: {error}"

    def _tell(self, stored: Stored) -> None:
        page_event(self.run_id, stored)
        self._crawler.signals.send_catch_log(outcome_stored, stored=stored)

    def _give_up(self, error: StorageError) -> None:
        """The corpus cannot be written: stop the crawl; what was not stored is still pending in it."""
        if self.failure is None:
            self.failure = error
            # Not awaited: the crawl ends only after whoever found the error is done with its page.
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())
