"""Scrapy's settings, built from the configuration."""

import logging
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from spiders.article_spider import MAX_AGE_DAYS
from spiders.loader import SOURCES
from spiders.politeness import crawl_settings
from spiders.safety import ALLOW_PRIVATE_HOSTS
from tearsheet import __version__
from tearsheet.config import Config

__all__ = ["CONFIG", "quiet_crawl", "scrapy_settings"]

CONFIG = "TEARSHEET_CONFIG"
"""Scrapy setting: the Config that the run works by."""


def scrapy_settings(config: Config) -> dict[str, Any]:
    """Return the settings of a crawl by this configuration: polite, safe, every source a spider."""
    collect = config.collect
    return {
        **crawl_settings(
            delay_seconds=collect.delay_seconds,
            concurrency=collect.concurrency,
            timeout_seconds=collect.timeout_seconds,
            max_page_bytes=collect.max_page_bytes,
            contact=collect.contact,
            version=__version__,
        ),
        "BOT_NAME": "tearsheet",
        "SPIDER_MODULES": ["spiders"],
        "NEWSPIDER_MODULE": "spiders",
        "SPIDER_LOADER_CLASS": "spiders.loader.SourceLoader",
        "ITEM_PIPELINES": {"tearsheet.recorder.Recorder": 300},
        CONFIG: config,
        SOURCES: config.sources,
        ALLOW_PRIVATE_HOSTS: collect.allow_private_hosts,
        MAX_AGE_DAYS: collect.max_age_days,
    }


def quiet_crawl(config: Config, **settings: Any) -> AsyncCrawlerProcess:
    """Return a process for a crawl whose log is ours: Scrapy logs and counts nothing that nobody sees."""
    process = AsyncCrawlerProcess(scrapy_settings(config) | _QUIET | settings)
    # A record is made even where no handler takes it.
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    return process


_QUIET: dict[str, Any] = {
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "DOWNLOADER_STATS": False,
    "EXTENSIONS": {
        "scrapy.extensions.corestats.CoreStats": None,
        "scrapy.extensions.logcount.LogCount": None,
        "scrapy.extensions.logstats.LogStats": None,
    },
}
