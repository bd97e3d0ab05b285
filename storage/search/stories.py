"""What was found, one row a story: how much was written of it, by whom, in which languages, when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from storage.search.answers import cursor_from, hits_of, position_from
from storage.search.carriage import Carriage, carriages
from storage.search.conditions import positive_texts
from storage.search.marked import is_shown
from storage.search.records import Hit, iso
from storage.search.selection import Selection
from storage.tables import ARTICLE, LINK, TEXT

__all__ = ["Report", "Stories", "Story", "StoryHit", "stories_beside", "stories_found", "story_of"]

_SORT = "stories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that was written of one event."""

    story: int
    articles: int
    """Copies too."""
    texts: int
    """Of these, the texts that are not copies of each other."""
    sources: int
    languages: tuple[str, ...]
    """Most articles first."""
    origins: tuple[str, ...]
    """Whose texts they are (pipeline.linking.origins)."""
    first_at: datetime
    """When the first was published, or first seen."""
    last_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "story": self.story,
            "articles": self.articles,
            "texts": self.texts,
            "sources": self.sources,
            "languages": list(self.languages),
            "origins": list(self.origins),
            "first_at": iso(self.first_at),
            "last_at": iso(self.last_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryHit:
    """A story that a search found."""

    story: Story
    head: Hit
    """Of what was found in it, the article whose text most carry; of several the first."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return self.story.as_dict() | {"head": self.head.as_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """One page of the stories that a search found."""

    query: str
    count: int
    """All stories that were found, on this page or not."""
    stories: tuple[StoryHit, ...]
    cursor: str
    """Asks for the next page; empty on the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One text of a story, by the article that stands for it."""

    article_id: int
    at: datetime
    """Published, or first seen."""
    source: str
    language: str
    title: str
    carriage: Carriage
    follows: int | None
    """The article that stands for an earlier text of the story, whose names and numbers this one shares."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "article": self.article_id,
            "at": iso(self.at),
            "source": self.source,
            "language": self.language,
            "title": self.title,
            "carried": self.carriage.as_dict(),
            "follows": self.follows,
        }


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
    told = stories_of(connection, numbers, _shown(asked.include_off_topic))
    heads = _heads(connection, asked, numbers)
    return Stories(
        query=asked.text,
        count=int(connection.execute(total).scalar_one()),
        stories=tuple(StoryHit(story=told[number], head=heads[number]) for number in numbers),
        cursor=cursor_from(_SORT, page[-1].dated_at, page[-1].id) if len(rows) > limit else "",
    )


def story_of(
    connection: Connection, story: int, *, include_off_topic: bool
) -> tuple[Story, tuple[Report, ...]] | None:
    """Return a story and its texts in the order of their times; None when all of it is off topic."""
    shown = _shown(include_off_topic)
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


def _shown(include_off_topic: bool) -> tuple[ColumnElement[bool], ...]:
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
