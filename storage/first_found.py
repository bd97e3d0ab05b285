"""The first of what the full-text index of SQLite finds by itself: the newest, or the best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Float, Integer, Select, String, and_, bindparam, column, or_, select, table, tuple_
from sqlalchemy.engine import Connection, Row

from pipeline.syntax import Node
from storage.columns import Instant
from storage.fts5 import fts5
from storage.sqlite_index import scored
from storage.tables import ARTICLE

__all__ = ["Position", "best_found", "newest_found"]


@dataclass(frozen=True, slots=True)
class Position:
    """An article behind which others are asked for: what it is sorted by, and its number."""

    key: datetime | float
    id: int


_INDEX = table("article_fts", column("rowid", Integer), column("article_fts", String))
_MATCH = bindparam("match", type_=String)
_SCORE, _ID = bindparam("key", type_=Float), bindparam("id", type_=Integer)
_FOUND = select(_INDEX.c.rowid).where(_INDEX.c.article_fts.op("MATCH")(_MATCH))

# Built once: to build one takes longer than to execute it.
_NEWEST: Select[Any] = (
    select(ARTICLE.c.id, ARTICLE.c.dated_at)
    .where(ARTICLE.c.id.in_(_FOUND))
    .order_by(ARTICLE.c.dated_at.desc(), ARTICLE.c.id.desc())
    .limit(bindparam("most"))
)
_NEXT_NEWEST = _NEWEST.where(
    tuple_(ARTICLE.c.dated_at, ARTICLE.c.id) < tuple_(bindparam("key", type_=Instant), _ID)
)
_SCORED = scored(_MATCH)
_BEST: Select[Any] = (
    select(_SCORED.c.article_id.label("id"), _SCORED.c.score)
    .order_by(_SCORED.c.score, _SCORED.c.article_id.desc())
    .limit(bindparam("most"))
)
_NEXT_BEST = _BEST.where(
    or_(_SCORED.c.score > _SCORE, and_(_SCORED.c.score == _SCORE, _SCORED.c.article_id < _ID))
)


def newest_found(
    connection: Connection, tree: Node, *, after: Position | None, most: int
) -> Sequence[Row[Any]]:
    """Return ``id`` and ``dated_at`` of the newest that a tree of words finds, or of those behind a place."""
    return connection.execute(_NEXT_NEWEST if after else _NEWEST, _asked(tree, after, most)).all()


def best_found(
    connection: Connection, tree: Node, *, after: Position | None, most: int
) -> Sequence[Row[Any]]:
    """Return ``id`` and ``score`` of the best that a tree of words finds, or of those behind a place."""
    return connection.execute(_NEXT_BEST if after else _BEST, _asked(tree, after, most)).all()


def _asked(tree: Node, after: Position | None, most: int) -> dict[str, Any]:
    place = {"key": after.key, "id": after.id} if after else {}
    return {"match": fts5(tree), "most": most} | place
