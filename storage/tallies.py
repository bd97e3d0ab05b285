"""What the full-text index of SQLite tells without a look at the articles: each a number or one string."""

from collections.abc import Sequence

from sqlalchemy import Integer, String, bindparam, column, func, select, table, text
from sqlalchemy.engine import Connection

from pipeline.syntax import Node
from storage.fts5 import fts5
from storage.numbers import is_among

__all__ = [
    "are_facets_true",
    "facet_values",
    "facets_found",
    "ids_found",
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


def number_found(connection: Connection, tree: Node, among: Sequence[int] | None = None) -> int:
    """Return how many articles a tree of words finds, of all or among these few; reads no article."""
    if among is None:
        return int(connection.execute(_NUMBER, {"match": fts5(tree)}).scalar_one())
    return int(connection.execute(_NUMBER_AMONG, {"match": fts5(tree), "ids": among}).scalar_one())


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
