"""A crawl that only looks: as polite and as safe as a run, but nothing is stored."""

from typing import Any, Protocol, TypeVar

from scrapy import Spider

from tearsheet.config import Config
from tearsheet.crawl_settings import quiet_crawl

__all__ = ["looked"]


class _Looking(Protocol):
    failure: BaseException | None
    """What one of our own callbacks raised."""
    is_stopped: bool
    """A signal ended the crawl before its time."""


_Spider = TypeVar("_Spider", bound=_Looking)


def looked(config: Config, kind: type[_Spider], **arguments: Any) -> _Spider:
    """Crawl with a spider of this kind and return it. Once per process: a reactor does not start twice.

    Raises what a callback of the spider raised, KeyboardInterrupt when a signal ended the crawl.
    """
    assert issubclass(kind, Spider)  # noqa: S101  # what a spider is, Scrapy says; what looks, we do
    process = quiet_crawl(config, ITEM_PIPELINES={})
    crawler = process.create_crawler(kind)
    task = process.crawl(crawler, **arguments)
    process.start()
    task.result()
    spider = crawler.spider
    assert isinstance(spider, kind)  # noqa: S101  # it is what was crawled with
    if spider.failure is not None:
        raise spider.failure
    if spider.is_stopped:
        raise KeyboardInterrupt
    return spider
