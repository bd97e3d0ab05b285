"""Searches that are asked again: what came since the last time."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from pipeline.syntax import Node
from storage.search.answers import answer, hits_of
from storage.search.conditions import positive_texts
from storage.search.records import Answer
from storage.search.selection import Filters, Selection
from storage.tables import ARTICLE, MARK

__all__ = ["mark_key", "news"]


def mark_key(query: str | Node, filters: Filters) -> str:
    """Return what tells one repeated search from another: its words as typed and its filters."""
    said = [query.split() if isinstance(query, str) else repr(query), sorted(filters.items())]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def news(connection: Connection, asked: Selection, *, key: str, at: datetime, limit: int) -> Answer:
    """Return what came since the mark, in order of arrival, and move the mark behind the last one returned.

    The first time, the newest ones are returned and the mark is moved behind everything.
    """
    mark = connection.execute(select(MARK.c.article_id).where(MARK.c.key == key)).scalar()
    if mark is None:
        found = answer(connection, asked, limit=limit)
        last = connection.execute(select(func.max(ARTICLE.c.id))).scalar() or 0
    else:
        found = _since(connection, asked, mark, limit)
        last = max((hit.id for hit in found.articles), default=mark)
    connection.execute(delete(MARK).where(MARK.c.key == key))
    connection.execute(insert(MARK), {"key": key, "article_id": last, "asked_at": at})
    return found


def _since(connection: Connection, asked: Selection, mark: int, limit: int) -> Answer:
    conditions = (*asked.conditions.all, ARTICLE.c.id > mark)
    ids = connection.execute(select(ARTICLE.c.id).where(*conditions).order_by(ARTICLE.c.id).limit(limit))
    number = connection.execute(select(func.count()).select_from(ARTICLE).where(*conditions)).scalar_one()
    hits = hits_of(connection, list(ids.scalars()), positive_texts(asked.tree))
    return Answer(query=asked.text, count=number, sort="new", articles=hits, cursor="")
