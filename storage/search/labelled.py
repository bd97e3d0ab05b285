"""What people marked for a watch, as texts whose answer is known."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from pipeline.marks import MarkVerdict
from storage.search.history import revisions_of
from storage.tables import ARTICLE, ARTICLE_MARK

__all__ = ["MarkedText", "marked_texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """The text that a person saw and judged."""

    url: str
    language: str
    title: str
    standfirst: str
    text: str
    verdict: MarkVerdict


def marked_texts(connection: Connection, watch: str) -> Iterator[MarkedText]:
    """Yield the marked articles of a watch in the order of their numbers, with the text of that time."""
    query = (
        select(
            ARTICLE.c.id,
            ARTICLE.c.url,
            ARTICLE.c.language,
            ARTICLE_MARK.c.verdict,
            ARTICLE_MARK.c.marked_at,
        )
        .join(ARTICLE_MARK, ARTICLE_MARK.c.article_id == ARTICLE.c.id)
        .where(ARTICLE_MARK.c.watch == watch)
        .order_by(ARTICLE.c.id)
    )
    for row in connection.execute(query).all():
        revisions = revisions_of(connection, row.id)
        # The text of today may tell of something else.
        seen = [each for each in revisions if each.seen_at <= row.marked_at] or revisions[:1]
        yield MarkedText(
            url=row.url,
            language=row.language,
            title=seen[-1].title,
            standfirst=seen[-1].standfirst,
            text=seen[-1].text,
            verdict=row.verdict,
        )
