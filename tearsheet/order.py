"""What one run is asked to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.items import Entry, Source
from pipeline.urls import site
from storage.frontier import RunFrontier

__all__ = ["ORDER", "Order"]

ORDER = "TEARSHEET_ORDER"
"""Scrapy setting: the Order of the run; without it the spider's channels are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Options of ``tearsheet collect``, resolved."""

    sources: tuple[Source, ...] = ()
    """Whose channels are asked; all enabled ones or those named."""
    channels_too: bool = True
    """False: nothing but ``urls``."""
    due_only: bool = False
    """Of their channels those whose time has come."""
    recheck: bool = False
    """Fetch again the articles first seen in the last 7 days."""
    urls: tuple[str, ...] = ()
    """Single pages."""
    limit: int | None = None
    """Pages to fetch at most; the rest stays pending."""

    def entries(self, frontier: RunFrontier, sources: Iterable[Source]) -> tuple[Entry, ...]:
        """Take up the pages that are asked for by address."""
        known = tuple(sources)
        direct = [entry for url in self.urls for entry in frontier.direct([url], _source_name(url, known))]
        again = frontier.recheck([source.name for source in known]) if self.recheck else ()
        return (*direct, *again)


def _source_name(url: str, sources: Iterable[Source]) -> str:
    """The source that has a channel on the page's site, else the site's own name."""
    host = site(url)
    at_home = (s.name for s in sources if any(site(channel.url) == host for channel in s.channels))
    return next(at_home, host)
