"""New rows, with as little around what the database does with them as there can be."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import StatementError

__all__ = ["insert_rows"]

_Row = Mapping[str, Any]


def insert_rows(connection: Connection, table: Table, rows: Iterable[_Row]) -> None:
    """Insert rows that all name the same columns, as SQLAlchemy's own insert would; raises what that raises.

    Of what that takes for a row, beside the database's own time, a third is left.
    """
    # One is made at a time: so many at once would have Python look through all of them for garbage.
    rows = iter(rows)
    if first := next(rows, None):
        statement, written = _statement(table, tuple(first), connection.dialect)
        connection.exec_driver_sql(statement, list(_written(statement, written, chain([first], rows))))


def _written(statement: str, written: Callable[[_Row], Any], rows: Iterable[_Row]) -> Iterator[Any]:
    try:
        yield from map(written, rows)
    except (ValueError, TypeError) as error:
        raise StatementError(str(error), statement, None, error) from error


@lru_cache(maxsize=64)
def _statement(table: Table, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, Callable[[_Row], Any]]:
    """Return the statement, and what makes of a row the values that the driver takes."""
    compiled = insert(table).inline().values(dict.fromkeys(columns)).compile(dialect=dialect)
    of_type = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns}
    steps = [(name, of_type[name] or _as_it_is) for name in compiled.positiontup or columns]
    if compiled.positiontup is None:
        return str(compiled), lambda row: {name: process(row[name]) for name, process in steps}
    return str(compiled), lambda row: tuple([process(row[name]) for name, process in steps])


def _as_it_is(value: Any) -> Any:
    return value
