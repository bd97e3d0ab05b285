"""What is not kept for ever: raw pages beyond their days, and notes of addresses that were known anyway."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from pipeline.items import Fate
from storage.corpus import Corpus
from storage.pages import PageAge
from storage.search.marked import is_shown
from storage.tables import ARTICLE, FATE, REVISION, RUN

__all__ = ["Pruned", "Retention", "prune"]

_AT_ONCE = 500
_RUNS_AT_ONCE = 100
# Most of all fates: what every poll of every channel lists again. The counts stay in the runs.
_KNOWN_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long raw pages are kept after they were last fetched; 0 days: for ever."""

    article_days: int
    """The pages of the articles that were stored."""
    off_topic_days: int
    """All others: off-topic ones and those in which there was no article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was removed, or would be."""

    article_pages: int
    other_pages: int
    page_bytes: int
    """As kept: compressed."""
    known_fates: int


def prune(corpus: Corpus, retention: Retention, *, now: datetime, dry_run: bool = False) -> Pruned:
    """Remove what has had its time; articles, their texts and their revisions never.

    In short transactions, so that others may read and write meanwhile.
    """
    old = list(_old_pages(corpus, retention, now))
    if not dry_run:
        for start in range(0, len(old), _AT_ONCE):
            corpus.pages.drop([page.id for page, _ in old[start : start + _AT_ONCE]])
    return Pruned(
        article_pages=sum(is_article for _, is_article in old),
        other_pages=sum(not is_article for _, is_article in old),
        page_bytes=sum(page.size for page, _ in old),
        known_fates=_prune_known(corpus, now - timedelta(days=_KNOWN_DAYS), dry_run=dry_run),
    )


def _old_pages(corpus: Corpus, retention: Retention, now: datetime) -> Iterator[tuple[PageAge, bool]]:
    """Yield each page that has had its time, and whether it is that of a stored article."""
    limits = {
        True: now - timedelta(days=retention.article_days) if retention.article_days else None,
        False: now - timedelta(days=retention.off_topic_days) if retention.off_topic_days else None,
    }
    set_limits = [limit for limit in limits.values() if limit is not None]
    if not set_limits or not corpus.has_pages:
        return
    with corpus.read() as connection:
        for pages in corpus.pages.fetched_before(max(set_limits), at_once=_AT_ONCE):
            of_articles = _pages_of_articles(connection, [page.id for page in pages])
            for page in pages:
                limit = limits[page.id in of_articles]
                if limit is not None and page.last_fetched_at < limit:
                    yield page, page.id in of_articles


def _pages_of_articles(connection: Connection, ids: Sequence[int]) -> set[int]:
    query = (
        select(REVISION.c.page_id)
        .join(ARTICLE, ARTICLE.c.id == REVISION.c.article_id)
        .where(REVISION.c.page_id.in_(ids), is_shown())
    )
    return set(connection.execute(query).scalars())


def _prune_known(corpus: Corpus, before: datetime, *, dry_run: bool) -> int:
    is_known = FATE.c.fate == Fate.KNOWN.value
    with corpus.read() as connection:
        query = select(func.min(RUN.c.id), func.max(RUN.c.id)).where(
            RUN.c.started_at < before, RUN.c.ended_at.is_not(None)
        )
        first, last = connection.execute(query).one()
        if last is None:
            return 0
        if dry_run:
            found = select(func.count()).select_from(FATE).where(FATE.c.run_id <= last, is_known)
            return int(connection.execute(found).scalar_one())
    removed = 0
    for start in range(first, last + 1, _RUNS_AT_ONCE):
        is_of_runs = FATE.c.run_id.between(start, min(start + _RUNS_AT_ONCE - 1, last))
        with corpus.write() as connection:
            removed += connection.execute(delete(FATE).where(is_of_runs, is_known)).rowcount
    return removed
