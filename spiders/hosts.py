"""What a crawl remembers of the servers it asks: in the corpus, or where there is none, in memory."""

from datetime import datetime

from scrapy.crawler import Crawler

from pipeline.items import RobotsFile
from pipeline.protocols import Hosts

__all__ = ["MemoryHosts", "hosts_of"]


class MemoryHosts:
    """The memory of one crawl: ``pipeline.protocols.Hosts``."""

    def __init__(self) -> None:
        self._robots: dict[str, RobotsFile] = {}
        self._held: dict[str, datetime] = {}

    def robots(self, origin: str) -> RobotsFile | None:
        """Return what an origin last answered for its robots.txt."""
        return self._robots.get(origin)

    def keep_robots(self, origin: str, robots: RobotsFile) -> None:
        """Remember it, in place of what was there."""
        self._robots[origin] = robots

    def held_until(self, site: str) -> datetime | None:
        """Return until when a site asked to be left alone; None when it did not."""
        return self._held.get(site)

    def hold(self, site: str, until: datetime) -> None:
        """Leave a site alone until then; a later time that was given before stays."""
        self._held[site] = max(until, self._held.get(site, until))


def hosts_of(crawler: Crawler) -> Hosts:
    """Return the memory in the attribute ``hosts`` of the crawl's spider; give it one if it has none."""
    spider = crawler.spider
    hosts: Hosts | None = getattr(spider, "hosts", None)
    if hosts is None:
        hosts = MemoryHosts()
        setattr(spider, "hosts", hosts)  # noqa: B010  # a spider of any class
    return hosts
