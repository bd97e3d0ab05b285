"""One story: its texts in the order of their times, and the stories beside it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from storage.search.carriage import carriages
from storage.search.stories import shown_of, stories_of
from storage.search.story_values import Report, Story
from storage.tables import ARTICLE, LINK, TEXT

__all__ = ["stories_beside", "story_of"]


def story_of(
    connection: Connection, story: int, *, include_off_topic: bool
) -> tuple[Story, tuple[Report, ...]] | None:
    """Return a story and its texts in the order of their times; None when all of it is off topic."""
    shown = shown_of(include_off_topic=include_off_topic)
    told = stories_of(connection, [story], shown).get(story)
    return None if told is None else (told, _reports(connection, story, shown))


def stories_beside(connection: Connection, story: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return for a story the heads of what it follows, and of what follows it, in the order of their times.

    A head is the article that stands for the text by which one story follows the other.
    """
    one, other = ARTICLE.alias(), ARTICLE.alias()
    query = (
        select(one.c.story, one.c.duplicate_of, one.c.id, other.c.story, other.c.duplicate_of, other.c.id)
        .join_from(LINK, one, one.c.id == LINK.c.article_id)
        .join(other, other.c.id == LINK.c.other_id)
        .where(LINK.c.kind == "follows", one.c.story != other.c.story)
        .where(or_(one.c.story == story, other.c.story == story))
        .order_by(one.c.dated_at, one.c.id)
    )
    before: dict[int, None] = {}
    after: dict[int, None] = {}
    for story_of_one, head, number, _, other_head, other_number in connection.execute(query):
        if story_of_one == story:
            before[other_head or other_number] = None
        else:
            after[head or number] = None
    return tuple(before), tuple(after)


def _reports(connection: Connection, story: int, shown: Sequence[ColumnElement[bool]]) -> tuple[Report, ...]:
    query = (
        select(ARTICLE, TEXT.c.title)
        .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
        .where(ARTICLE.c.story == story, ARTICLE.c.duplicate_of.is_(None), *shown)
        .order_by(ARTICLE.c.dated_at, ARTICLE.c.id)
    )
    rows = connection.execute(query).all()
    carried = carriages(connection, [row.duplicate_cluster for row in rows])
    follows = _follows(connection, story, {row.duplicate_cluster: row.id for row in rows})
    return tuple(
        Report(
            article_id=row.id,
            at=row.dated_at,
            source=row.source,
            language=row.language,
            title=row.title,
            carriage=carried[row.duplicate_cluster],
            follows=follows.get(row.id),
        )
        for row in rows
    )


def _follows(connection: Connection, story: int, heads: Mapping[int, int]) -> dict[int, int]:
    """Return for the head of each cluster that of the last one before it to which it is tied.

    ``heads`` come in the order of their times: which of two came into the corpus first does not matter.
    """
    other = ARTICLE.alias()
    query = (
        select(ARTICLE.c.duplicate_cluster, other.c.duplicate_cluster)
        .join_from(ARTICLE, LINK, LINK.c.article_id == ARTICLE.c.id)
        .join(other, other.c.id == LINK.c.other_id)
        .where(ARTICLE.c.story == story, LINK.c.kind == "story")
    )
    places = {cluster: place for place, cluster in enumerate(heads)}
    before: dict[int, int] = {}
    for pair in connection.execute(query):
        if pair[0] != pair[1] and places.keys() >= set(pair):
            first, last = sorted(pair, key=places.__getitem__)
            before[last] = max(before.get(last, first), first, key=places.__getitem__)
    return {heads[last]: heads[first] for last, first in before.items()}
