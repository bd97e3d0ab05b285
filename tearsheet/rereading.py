"""Stored articles and pages, read again by today's rules in worker processes."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from pipeline.items import Article, ChannelKind, Page, Rejected, Source
from pipeline.judging.watch import Watch
from pipeline.rereading import Again, Kept, again
from pipeline.steps import judged
from storage.rereadings import Rereadings
from tearsheet.config import Config
from tearsheet.workers import BrokenPage, ReadingPool, outcome_of, worker_count

__all__ = ["ArticleAgain", "Follower", "PageAgain", "Rereader"]

# Sent ahead per worker; what is read again comes in order all the same.
_AHEAD = 8
_Sent = TypeVar("_Sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Who follows the work, and may stop it."""

    sized: Callable[[int], None]
    """Told how many articles there are to look at; the pages come on top."""
    advanced: Callable[[int], None]
    """Told that so many more were looked at."""
    is_stopped: Callable[[], bool]
    """Asked between two articles; the batch in hand is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleAgain:
    """A stored article, and what today's rules make of it."""

    kept: Kept
    again: Again | None
    """None when its page broke the worker: then all stays as it is."""
    is_read: bool
    """From its page; else only judged, by the text that is stored."""
    trouble: str = ""
    """Why its page could not be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAgain:
    """A page that no article was made of, and what today's rules make of it."""

    page_id: int
    page: Page
    today: Article | Rejected | BrokenPage


class Rereader:
    """A context manager around the workers that read again, by the rules of these watches."""

    def __init__(self, config: Config, stored: Rereadings, watches: Sequence[Watch]) -> None:
        self._stored = stored
        self._watches = tuple(watches)
        self._sources = {source.name: source for source in config.sources}
        self._workers = worker_count(config.collect.workers)
        self._pool = ReadingPool(self._watches, workers=self._workers)

    def __enter__(self) -> "Rereader":
        self._pool.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.__exit__(*error)  # type: ignore[arg-type]

    def articles(self, ids: Sequence[int]) -> Iterator[ArticleAgain]:
        """Yield the articles with these numbers, read again, in this order."""
        sent = (self._sent(kept) for kept in self._stored.articles(ids))
        for (kept, is_read), future in self._ahead(sent):
            today = outcome_of(future)
            if isinstance(today, BrokenPage):
                yield ArticleAgain(kept=kept, again=None, is_read=is_read, trouble=today.reason)
                continue
            earlier = self._earlier(kept, today)
            yield ArticleAgain(kept=kept, again=again(kept, today, earlier=earlier), is_read=is_read)

    def pages(self) -> Iterator[PageAgain]:
        """Yield the pages that no article was made of, read again."""
        sent = (
            ((number, page), self._pool.read(page, self._source(page)))
            for number, page in self._stored.other_pages()
        )
        for (number, page), future in self._ahead(sent):
            yield PageAgain(page_id=number, page=page, today=outcome_of(future))

    def _sent(self, kept: Kept) -> "tuple[tuple[Kept, bool], Future[Article | Rejected]]":
        page = self._stored.page_of(kept)
        if page is None:
            return (kept, False), self._pool.judge(kept.article)
        return (kept, True), self._pool.read(page, self._source(page))

    def _source(self, page: Page) -> Source:
        # As when it was read first: an import knows nothing of a source's language and timezone.
        is_import = page.entry.channel is ChannelKind.IMPORT
        known = None if is_import else self._sources.get(page.entry.source)
        return known or Source(name=page.entry.source)

    def _earlier(self, kept: Kept, today: Article | Rejected) -> tuple[Article, ...]:
        """The earlier texts, judged; not asked where the newest is wanted."""
        if isinstance(today, Article) and today.is_relevant:
            return ()
        return tuple(judged(text, self._watches) for text in kept.earlier)

    def _ahead(
        self, sent: "Iterable[tuple[_Sent, Future[Article | Rejected]]]"
    ) -> "Iterator[tuple[_Sent, Future[Article | Rejected]]]":
        """Keep the workers busy some places ahead of what is asked for."""
        waiting: deque[tuple[_Sent, Future[Article | Rejected]]] = deque()
        for one in sent:
            waiting.append(one)
            if len(waiting) > self._workers * _AHEAD:
                yield waiting.popleft()
        yield from waiting
