"""One run: a crawl over the chosen sources, and its report."""

import asyncio
from collections.abc import Callable

from scrapy import signals
from scrapy.crawler import Crawler

from pipeline.errors import StorageError
from spiders.joint_spider import JointSpider
from storage.corpus import Corpus
from storage.runs import RunLog, RunReport
from tearsheet.config import Config
from tearsheet.crawl_settings import quiet_crawl
from tearsheet.lock import run_lock
from tearsheet.order import ORDER, Order
from tearsheet.recorder import Recorder
from tearsheet.signals import stop_request

__all__ = ["collect"]


def collect(
    config: Config, order: Order, *, watched_by: Callable[[Crawler], None] | None = None
) -> RunReport:
    """Run the order and return its report. Once per process: a reactor does not start twice.

    ``watched_by`` may connect to the crawler's signals, to show progress. Raises LockedError when another run
    holds the corpus, StorageError when it cannot be written.
    """
    with (
        Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=True) as corpus,
        run_lock(corpus),
    ):
        process = quiet_crawl(config, **{ORDER: order})
        crawler = process.create_crawler(JointSpider)
        # From the first moment at which the crawl can be stopped: Scrapy's own handlers miss one before.
        crawler.signals.connect(_stop_on_request(crawler), signal=signals.engine_started, weak=False)
        if watched_by is not None:
            watched_by(crawler)
        task = process.crawl(
            crawler, sources=order.sources, channels_too=order.channels_too, limit=order.limit
        )
        process.start(install_signal_handlers=False)
        task.result()
        recorder = crawler.get_item_pipeline(Recorder)
        if recorder is None:
            raise StorageError("the crawl ended before it began")
        if recorder.failure is not None:
            raise recorder.failure
        report = RunLog(corpus).run(recorder.run_id)
        assert report is not None  # noqa: S101  # it was written by this process under the lock
        return report


def _stop_on_request(crawler: Crawler) -> Callable[[], None]:
    """Return what has a signal end the crawl in good order, from when it is called on."""

    def listen() -> None:
        loop = asyncio.get_running_loop()

        def stop() -> None:
            loop.call_soon_threadsafe(lambda: asyncio.ensure_future(_stopped(crawler)))

        stop_request.pass_on(stop)

    return listen


async def _stopped(crawler: Crawler) -> None:
    """Stop a crawl once it runs: of one that only starts, Scrapy would forget that it must be ended."""
    while crawler.crawling and not (crawler.engine and crawler.engine.running):
        await asyncio.sleep(0)
    await crawler.stop_async()
