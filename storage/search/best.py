"""The best of what was found: by the index alone where it can tell, else by a look at each article."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql.elements import ColumnElement

from pipeline.syntax import Sought
from storage.dialect import dialect_of
from storage.first_found import Position, best_found
from storage.numbers import is_among
from storage.search.conditions import some_of
from storage.search.labels import Labelled
from storage.search.rows import rows_of
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
        query = _ranked(connection, said, texts, after)
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
    query = select(ARTICLE.c.id).where(is_among(ARTICLE.c.id, "ids"), *asked.kept())
    return set(connection.execute(query, {"ids": ids}).scalars())


def _ranked(
    connection: Connection, said: Labelled, texts: Sequence[Sought], after: Position | None
) -> Select[Any]:
    """Rank by the words the tree finds by; what it finds by none of them comes last."""
    rows = rows_of(connection, said.found, is_ranked=True)
    if rows.is_ranked:
        return _sorted(rows.select(rows.c.id, rows.c.score), rows.c.score, rows.c.id, after)
    is_whole = said.found.match is not None
    scored = dialect_of(connection).ranked_by(said.found.match or some_of(texts))
    score = func.coalesce(scored.c.score, 0.0).label("score")
    query = (
        select(ARTICLE.c.id, score)
        .join_from(ARTICLE, scored, scored.c.article_id == ARTICLE.c.id, isouter=not is_whole)
        .where(*(said.found.others if is_whole else said.found.all))
    )
    return _sorted(query, score, ARTICLE.c.id, after)


def _sorted(
    query: Select[Any], score: ColumnElement[float], number: ColumnElement[int], after: Position | None
) -> Select[Any]:
    query = query.order_by(score, number.desc())
    if after is None:
        return query
    return query.where(or_(score > after.key, and_(score == after.key, number < after.id)))
