"""What was found, one row a story: how much was written of it, by whom, in which languages, when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from storage.search.answers import cursor_from, hits_of, position_from
from storage.search.carriage import carriages
from storage.search.conditions import positive_texts
from storage.search.marked import is_shown
from storage.search.records import Hit
from storage.search.selection import Selection
from storage.search.story_values import Stories, Story, StoryHit
from storage.tables import ARTICLE

__all__ = ["shown_of", "stories_found", "stories_of"]

_SORT = "stories"


def stories_found(connection: Connection, asked: Selection, *, limit: int, cursor: str) -> Stories:
    """Return one page, the story with the newest article found first; a blank question finds nothing."""
    if asked.is_blank:
        return Stories(query=asked.text, count=0, stories=(), cursor="")
    where = asked.conditions.all
    latest = func.max(ARTICLE.c.dated_at, type_=ARTICLE.c.dated_at.type)
    query = (
        select(ARTICLE.c.story.label("id"), latest.label("dated_at")).where(*where).group_by(ARTICLE.c.story)
    )
    if cursor:
        query = query.having(tuple_(latest, ARTICLE.c.story) < position_from(cursor, _SORT))
    rows = connection.execute(query.order_by(latest.desc(), ARTICLE.c.story.desc()).limit(limit + 1)).all()
    total = select(func.count(ARTICLE.c.story.distinct())).select_from(ARTICLE).where(*where)
    page = rows[:limit]
    numbers = [row.id for row in page]
    told = stories_of(connection, numbers, shown_of(include_off_topic=asked.include_off_topic))
    heads = _heads(connection, asked, numbers)
    return Stories(
        query=asked.text,
        count=int(connection.execute(total).scalar_one()),
        stories=tuple(StoryHit(story=told[number], head=heads[number]) for number in numbers),
        cursor=cursor_from(_SORT, page[-1].dated_at, page[-1].id) if len(rows) > limit else "",
    )


def stories_of(
    connection: Connection, numbers: Sequence[int], shown: Sequence[ColumnElement[bool]]
) -> dict[int, Story]:
    """Return stories by number; one of which nothing is shown is left out."""
    is_theirs = (ARTICLE.c.story.in_(numbers), *shown)
    at = ARTICLE.c.dated_at
    query = select(
        ARTICLE.c.story,
        func.count().label("articles"),
        func.count(ARTICLE.c.duplicate_cluster.distinct()).label("texts"),
        func.count(ARTICLE.c.source.distinct()).label("sources"),
        func.min(at, type_=at.type).label("first_at"),
        func.max(at, type_=at.type).label("last_at"),
    )
    rows = connection.execute(query.where(*is_theirs).group_by(ARTICLE.c.story)).all()
    languages = _languages(connection, is_theirs)
    origins = _origins(connection, is_theirs)
    return {
        row.story: Story(
            **row._mapping, languages=languages[row.story], origins=tuple(sorted(origins[row.story]))
        )
        for row in rows
    }


def shown_of(*, include_off_topic: bool) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on which an article of a story is counted."""
    return () if include_off_topic else (is_shown(),)


def _languages(
    connection: Connection, is_theirs: Iterable[ColumnElement[bool]]
) -> dict[int, tuple[str, ...]]:
    languages: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    number = func.count()
    columns = ARTICLE.c.story, ARTICLE.c.language
    query = select(*columns).where(*is_theirs).group_by(*columns).order_by(number.desc(), ARTICLE.c.language)
    for story, language in connection.execute(query):
        languages[story] += (language,) if language else ()
    return languages


def _origins(connection: Connection, is_theirs: Iterable[ColumnElement[bool]]) -> dict[int, set[str]]:
    origins: defaultdict[int, set[str]] = defaultdict(set)
    columns = ARTICLE.c.story, ARTICLE.c.duplicate_cluster
    pairs = connection.execute(select(*columns).where(*is_theirs).distinct()).all()
    carried = carriages(connection, [cluster for _, cluster in pairs])
    for story, cluster in pairs:
        origins[story].update(carried[cluster].origins)
    return origins


def _heads(connection: Connection, asked: Selection, numbers: Sequence[int]) -> dict[int, Hit]:
    """Return of each story the article found whose text most carry."""
    columns = ARTICLE.c.id, ARTICLE.c.story, ARTICLE.c.duplicate_cluster
    is_found = (ARTICLE.c.story.in_(numbers), *asked.conditions.all)
    rows = connection.execute(
        select(*columns).where(*is_found).order_by(ARTICLE.c.dated_at, ARTICLE.c.id)
    ).all()
    carried = carriages(connection, {row.duplicate_cluster for row in rows})
    best: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: -carried[row.duplicate_cluster].articles):
        best.setdefault(row.story, row.id)
    hits = hits_of(connection, list(best.values()), positive_texts(asked.tree))
    return {hit.story: hit for hit in hits}
