"""What the rules decided, under what a person did: a mark holds for the article and all with its text.

The rules' own verdicts are never written over: whatever they come to say, it is a mark that counts, and
without it theirs counts again.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select, tuple_, union_all
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause, Subquery

from pipeline.marks import Mark
from storage.numbers import is_among
from storage.tables import ARTICLE, ARTICLE_MARK, JUDGEMENT

__all__ = ["is_marked_relevant", "is_shown", "marks_of", "under_marks", "wanted"]

_RELEVANT, _NOT = "relevant", "not"


def marks_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Mark, ...]]:
    """Return the marks that hold for each article, by its number; one without any is left out."""
    marks: defaultdict[int, list[Mark]] = defaultdict(list)
    for row in connection.execute(_marks(), {"ids": ids}):
        mark = Mark(watch=row.watch, verdict=row.verdict, marked_at=row.marked_at, note=row.note)
        marks[row.article_id].append(mark)
    return {article_id: tuple(of_it) for article_id, of_it in marks.items()}


def is_marked_relevant(connection: Connection, article_id: int) -> bool:
    """Return whether a person wants the article for some watch."""
    said = _said()
    query = select(said.c.watch).where(said.c.article_id == article_id, said.c.verdict == _RELEVANT)
    return connection.execute(query.limit(1)).first() is not None


@cache
def is_shown() -> ColumnElement[bool]:
    """Return the condition that an article is no off-topic one.

    It is marked as relevant for some watch; or the rules keep it, and not all the watches that want it are
    marked as wrong.
    """
    said = _said(from_marks=True)
    is_wanted = exists().where(
        JUDGEMENT.c.article_id == said.c.article_id, JUDGEMENT.c.relevant, _is_unmarked()
    )
    relevant = select(said.c.article_id).where(said.c.verdict == _RELEVANT)
    refused = select(said.c.article_id).where(said.c.verdict == _NOT, ~is_wanted)
    return or_(ARTICLE.c.id.in_(relevant), and_(ARTICLE.c.hidden.is_(False), ARTICLE.c.id.not_in(refused)))


@cache
def under_marks() -> Select[Any]:
    """Return the numbers of the articles for which a mark holds."""
    return select(_said(from_marks=True).c.article_id)


@cache
def wanted() -> Subquery:
    """Return rows of ``article_id`` and ``watch``: what each watch wants, each pair once."""
    said = _said(from_marks=True)
    # Few articles are marked: for all others one look-up says that the rules decide.
    by_rules = select(JUDGEMENT.c.article_id, JUDGEMENT.c.watch).where(
        JUDGEMENT.c.relevant,
        or_(JUDGEMENT.c.article_id.not_in(select(said.c.article_id)), _is_unmarked()),
    )
    by_marks = select(said.c.article_id, said.c.watch).where(said.c.verdict == _RELEVANT)
    return union_all(by_rules, by_marks.distinct()).subquery()


def _is_unmarked() -> ColumnElement[bool]:
    """Return the condition that no mark decides for the article and the watch of a judgement."""
    said = _said()
    of_both = said.c.article_id == JUDGEMENT.c.article_id, said.c.watch == JUDGEMENT.c.watch
    return ~select(said.c.verdict).where(*of_both).correlate(JUDGEMENT).exists()


@cache
def _marks() -> Select[Any]:
    said = _said()
    return select(said).where(is_among(said.c.article_id, "ids")).order_by(said.c.watch)


# Each is the same every time, and takes longer to be made than to be executed.
@cache
def _said(*, from_marks: bool = False) -> Subquery:
    """Return the marks as they hold: the last of each watch, for every article with the text it was put on.

    Two clusters that became one may have a mark each. With ``from_marks`` all of them, starting at the marks;
    else those of given articles, starting there.
    """
    marked, same = ARTICLE.alias(), ARTICLE.alias()
    return (
        select(
            same.c.id.label("article_id"),
            ARTICLE_MARK.c.watch,
            ARTICLE_MARK.c.verdict,
            ARTICLE_MARK.c.marked_at,
            ARTICLE_MARK.c.note,
        )
        # SQLite takes a table that was empty when last counted for a large one, and would begin at all
        # articles: an outer join, which finds the same, leaves it no choice.
        .join_from(ARTICLE_MARK, marked, marked.c.id == ARTICLE_MARK.c.article_id, isouter=from_marks)
        .join(same, same.c.duplicate_cluster == marked.c.duplicate_cluster, isouter=from_marks)
        .where(~_is_overruled(marked))
        .subquery()
    )


def _is_overruled(marked: FromClause) -> ColumnElement[bool]:
    """Return the condition that another article of the cluster has a later mark for the watch."""
    later, other = ARTICLE_MARK.alias(), ARTICLE.alias()
    order = tuple_(later.c.marked_at, later.c.article_id)
    return exists(
        select(later.c.verdict)
        .join(other, other.c.id == later.c.article_id)
        .where(
            other.c.duplicate_cluster == marked.c.duplicate_cluster,
            later.c.watch == ARTICLE_MARK.c.watch,
            order > tuple_(ARTICLE_MARK.c.marked_at, ARTICLE_MARK.c.article_id),
        )
        .correlate(marked, ARTICLE_MARK)
    )
