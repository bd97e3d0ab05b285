"""What was found as rows to count, sort and filter: the articles, or an index that tells enough of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnCollection, FromClause, Select, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import SelectBase, Subquery
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from storage.dialect import dialect_of
from storage.search.conditions import Conditions
from storage.tables import ARTICLE

__all__ = ["Rows", "rows_of"]


@dataclass(frozen=True, slots=True)
class Rows:
    """One row for each article that was found."""

    c: ColumnCollection[str, Any]
    """Among others ``id``, ``dated_at``, ``source`` and ``language``."""
    place: FromClause
    where: tuple[ColumnElement[bool], ...]
    is_ranked: bool = False
    """There is a ``score`` too, best first when sorted upwards."""

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Return the query for these columns, most of them of ``c``."""
        return select(*columns).select_from(self.place).where(*self.where)


def rows_of(connection: Connection, found: Conditions, *, is_ranked: bool = False) -> Rows:
    """Return the rows, ranked only where the index has rows of its own."""
    dialect = dialect_of(connection)
    index = None if found.match is None else dialect.rows_found(found.match, is_ranked=is_ranked)
    if index is None:
        return Rows(ARTICLE.c, ARTICLE, found.all)
    where = tuple(_said_of(index, condition) for condition in found.others)
    place = index.join(ARTICLE, ARTICLE.c.id == index.c.id) if _read_articles(where) else index
    return Rows(index.c, place, where, is_ranked)


def _said_of(index: Subquery, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition on the rows of the index in place of articles, as far as these tell."""

    def replaced(element: Any, **_: Any) -> Any:
        if isinstance(element, SelectBase):
            return element  # one that looks at the article at hand is understood there alone
        is_told = getattr(element, "table", None) is ARTICLE and element.name in index.c
        return index.c[element.name] if is_told else None

    said: ColumnElement[bool] = replacement_traverse(condition, {}, replaced)
    return said


def _read_articles(conditions: Iterable[ColumnElement[bool]]) -> bool:
    parts = (part for condition in conditions for part in iterate(condition))
    return any(getattr(part, "table", None) is ARTICLE for part in parts)
