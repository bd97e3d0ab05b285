"""What the full-text index of SQLite tells without a look at the articles: each a number or one string."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, column, func, select, table, text, tuple_
from sqlalchemy.engine import Connection, Row

from pipeline.syntax import Node
from storage.columns import Instant
from storage.fts5 import fts5
from storage.numbers import is_among
from storage.tables import ARTICLE

__all__ = [
    "are_facets_true",
    "facet_values",
    "facets_found",
    "ids_found",
    "newest_found",
    "number_found",
    "refill_facets",
]

_INDEX = table("article_fts", column("rowid", Integer), column("article_fts", String))
_FACET = table(
    "article_facet", *(column(name, Integer) for name in ("article_id", "day", "source", "language"))
)
_VALUE = table("article_facet_value", column("number", Integer), column("value", String))

_FINDS = _INDEX.c.article_fts.op("MATCH")(bindparam("match"))
# Built once: to build one takes longer than to execute it.
_NUMBER = select(func.count()).select_from(_INDEX).where(_FINDS)
_NUMBER_AMONG = _NUMBER.where(is_among(_INDEX.c.rowid, "ids"))
_NEWEST: Select[Any] = (
    select(ARTICLE.c.id, ARTICLE.c.dated_at)
    .where(ARTICLE.c.id.in_(select(_INDEX.c.rowid).where(_FINDS)))
    .order_by(ARTICLE.c.dated_at.desc(), ARTICLE.c.id.desc())
    .limit(bindparam("most"))
)
_PLACE = tuple_(bindparam("at", type_=Instant), bindparam("id"))
_NEWEST_BEFORE = _NEWEST.where(tuple_(ARTICLE.c.dated_at, ARTICLE.c.id) < _PLACE)


def number_found(connection: Connection, tree: Node, among: Sequence[int] | None = None) -> int:
    """Return how many articles a tree of words finds, of all or among these few; reads no article."""
    if among is None:
        return int(connection.execute(_NUMBER, {"match": fts5(tree)}).scalar_one())
    return int(connection.execute(_NUMBER_AMONG, {"match": fts5(tree), "ids": among}).scalar_one())


def newest_found(
    connection: Connection, tree: Node, *, before: tuple[datetime | float, int] | None, most: int
) -> Sequence[Row[Any]]:
    """Return the number and time of the newest that a tree of words finds, or of those behind a place."""
    query, asked = _NEWEST, {"match": fts5(tree), "most": most}
    if before is not None:
        query, asked = _NEWEST_BEFORE, asked | dict(zip(("at", "id"), before, strict=True))
    return connection.execute(query, asked).all()


def ids_found(connection: Connection, tree: Node) -> str:
    """Return a JSON list of the numbers of all articles a tree of words finds."""
    query = select(func.json_group_array(_INDEX.c.rowid)).select_from(_INDEX).where(_FINDS)
    return str(connection.execute(query, {"match": fts5(tree)}).scalar_one())


def facets_found(
    connection: Connection, tree: Node, names: Sequence[str], without: Sequence[int]
) -> list[str]:
    """Return a JSON list for each of ``day``, ``source``, ``language``: a number for each article found.

    One string in place of many rows: to give a row to Python costs ten times what counting it does.
    """
    lists = (func.json_group_array(_FACET.c[name]) for name in names)
    query = (
        select(*lists).select_from(_INDEX.join(_FACET, _FACET.c.article_id == _INDEX.c.rowid)).where(_FINDS)
    )
    if without:
        query = query.where(_INDEX.c.rowid.not_in(without))
    return list(connection.execute(query, {"match": fts5(tree)}).one())


def facet_values(connection: Connection) -> dict[int, str]:
    """Return the sources and languages of the corpus by the numbers that stand for them."""
    values = connection.execute(select(_VALUE.c.number, _VALUE.c.value))
    return {number: value for number, value in values}  # noqa: C416  # a Row is no pair to mypy


def are_facets_true(connection: Connection) -> bool:
    """Say whether day, source and language are noted of each article as they are."""
    return not connection.execute(text(f"SELECT EXISTS ({_ASTRAY})")).scalar_one()


def refill_facets(connection: Connection) -> None:
    """Note of each article anew its day, source and language."""
    for statement in _REFILL:
        connection.execute(text(statement))


# As the triggers of the migration that made these tables write them.
_DAY = "CAST(julianday(substr(article.dated_at, 1, 10)) - 2440587.5 AS INTEGER)"
_BOTH = """
    LEFT JOIN article_facet_value AS of_source ON of_source.value = article.source
    LEFT JOIN article_facet_value AS of_language ON of_language.value = article.language
"""
_REFILL = (
    "DELETE FROM article_facet",
    "DELETE FROM article_facet_value",
    "INSERT INTO article_facet_value (value) SELECT source FROM article UNION SELECT language FROM article",
    f"""
    INSERT INTO article_facet
    SELECT article.id, {_DAY}, of_source.number, of_language.number FROM article {_BOTH}
    """,  # noqa: S608
)
_ASTRAY = f"""
    SELECT 1 FROM article {_BOTH} LEFT JOIN article_facet ON article_facet.article_id = article.id
    WHERE (article_facet.day, article_facet.source, article_facet.language)
        IS NOT ({_DAY}, of_source.number, of_language.number)
"""  # noqa: S608
