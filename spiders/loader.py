"""Every source is a spider: what ``scrapy list`` shows and ``scrapy crawl NAME`` runs."""

from collections.abc import Iterable
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.settings import BaseSettings
from scrapy.utils.misc import walk_modules_iter

from pipeline.items import Source
from spiders.article_spider import ArticleSpider
from spiders.sources import builtin_sources

__all__ = ["SOURCES", "SourceLoader", "written_spiders"]

SOURCES = "TEARSHEET_SOURCES"
"""Scrapy setting: the sources, a tuple of Source; the built-in ones when it is not set."""


# In the class, "list" is the method that Scrapy asks for.
Names = list[str]


class SourceLoader:
    """Scrapy's spider loader: one spider class per source, switched-off ones too."""

    def __init__(self, sources: Iterable[Source], written: Iterable[type[ArticleSpider]] = ()) -> None:
        self._spiders = {source.name: _spider_of(source) for source in sources}
        self._spiders |= {spider.name: spider for spider in written}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Take the sources from the settings, and the spiders written in Python from SPIDER_MODULES."""
        sources = settings.get(SOURCES)
        written = written_spiders(settings.getlist("SPIDER_MODULES") or ["spiders"])
        return cls(builtin_sources() if sources is None else sources, written)

    def list(self) -> Names:
        """Return the names of all sources, sorted."""
        return sorted(self._spiders)

    def load(self, spider_name: str) -> type[ArticleSpider]:
        """Return the spider of a source; raises KeyError, as Scrapy expects."""
        try:
            return self._spiders[spider_name]
        except KeyError:
            raise KeyError(f"there is no source named {spider_name}") from None

    def find_by_request(self, request: Request) -> Names:
        """Return the names of the sources that have a channel on the request's host."""
        host = urlsplit(request.url).hostname
        return [
            name
            for name in self.list()
            if any(
                urlsplit(channel.url).hostname == host
                for source in self._spiders[name].sources
                for channel in source.channels
            )
        ]


def written_spiders(modules: Iterable[str]) -> tuple[type[ArticleSpider], ...]:
    """Return the subclasses of ArticleSpider with a ``source`` that the packages hold."""
    found = {
        value
        for name in modules
        for module in walk_modules_iter(name)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, ArticleSpider) and "source" in vars(value)
    }
    return tuple(sorted(found, key=lambda spider: spider.name))


def _spider_of(source: Source) -> type[ArticleSpider]:
    class_name = "".join(part.capitalize() for part in source.name.split("-")) + "Spider"
    return type(class_name, (ArticleSpider,), {"source": source})
