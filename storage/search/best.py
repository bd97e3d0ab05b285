"""The best of what was found: by the index alone where it can tell, else by a look at each article."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql.selectable import Subquery

from pipeline.syntax import Sought
from storage.dialect import Dialect, dialect_of
from storage.first_found import Position, best_found
from storage.search.conditions import Conditions, conditions, some_of
from storage.search.labels import Labelled
from storage.search.selection import Selection
from storage.tables import ARTICLE

__all__ = ["best"]

_MORE = 3
"""So many times as many as are wanted are taken, because some of them will not be shown; later ever more."""


def best(
    connection: Connection,
    asked: Selection,
    said: Labelled,
    texts: Sequence[Sought],
    *,
    after: Position | None,
    most: int,
) -> Sequence[Row[Any]]:
    """Return the best of what was found by some texts, or the best behind a place among them."""
    if said.unfolded is None:
        query = _ranked(asked, said, texts, dialect_of(connection), after)
        return connection.execute(query.limit(most)).all()
    found: list[Row[Any]] = []
    step = most
    while len(found) < most:
        step *= _MORE
        rows = best_found(connection, said.unfolded, after=after, most=step)
        shown = _shown(connection, asked, [row.id for row in rows])
        found += [row for row in rows if row.id in shown]
        if len(rows) < step:
            break
        after = Position(rows[-1].score, rows[-1].id)
    return found[:most]


def _shown(connection: Connection, asked: Selection, ids: Sequence[int]) -> set[int]:
    """Return those of some articles that are left in."""
    return set(connection.execute(select(ARTICLE.c.id).where(ARTICLE.c.id.in_(ids), *asked.kept)).scalars())


def _ranked(
    asked: Selection, said: Labelled, texts: Sequence[Sought], dialect: Dialect, after: Position | None
) -> Select[Any]:
    is_narrowed = bool(conditions(asked.tree).others)
    among = select(ARTICLE.c.id).where(*said.found.others) if is_narrowed else None
    return _sorted(said.found, dialect.ranked_by(said.found.match or some_of(texts), among), after)


def _sorted(found: Conditions, scored: Subquery, after: Position | None) -> Select[Any]:
    """Rank by the words the tree finds by; what it finds by none of them comes last."""
    score = func.coalesce(scored.c.score, 0.0).label("score")
    is_whole = found.match is not None
    query = (
        select(ARTICLE.c.id, score)
        .join_from(ARTICLE, scored, scored.c.article_id == ARTICLE.c.id, isouter=not is_whole)
        .where(*(found.others if is_whole else found.all))
        .order_by(score, ARTICLE.c.id.desc())
    )
    if after is None:
        return query
    return query.where(or_(score > after.key, and_(score == after.key, ARTICLE.c.id < after.id)))
