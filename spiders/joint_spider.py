"""The spider of a run over many sources: each answer is read as the source's own spider reads it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.http import Response

from pipeline.items import Channel, Entry, Missed, Page
from spiders.article_spider import ArticleSpider
from spiders.channel_answers import ChannelContent
from spiders.documents import Unreadable
from spiders.loader import written_spiders
from spiders.written import written_modules

__all__ = ["JointSpider"]


class JointSpider(ArticleSpider):
    """Asks as any spider; the ``content`` and ``page_answered`` of spiders written in Python read for it.

    All else of them takes part only where they crawl by themselves.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._readers: dict[str, ArticleSpider] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spiders written for our sources; they listen to nothing and ask for nothing."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        for written in written_spiders(written_modules()):
            if written.name in spider._by_name:
                reader = written(sources=(spider._by_name[written.name],))
                reader._set_crawler(crawler)
                spider._readers[written.name] = reader
        return spider

    def content(self, channel: Channel, response: Response, *, at: datetime) -> ChannelContent | Unreadable:
        """Return what an answer of a channel lists."""
        reader = self._readers.get(channel.source)
        if reader is None:
            return super().content(channel, response, at=at)
        return reader.content(channel, response, at=at)

    def page_answered(self, response: Response, entry: Entry) -> Iterator[Page | Missed]:
        """Yield the page, or why the answer is none."""
        reader = self._readers.get(entry.source)
        if reader is None:
            return super().page_answered(response, entry)
        return reader.page_answered(response, entry)
