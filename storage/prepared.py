"""Statements that are executed for every article, compiled once.

What SQLAlchemy does at each execution takes five times as long as the look-up itself, in a process that does
other things between two of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

__all__ = ["Prepared"]

_Turn = Callable[[Any], Any]
"""How a value is turned on its way in or out."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one kind of database takes it."""

    sql: str
    binds: tuple[tuple[str, _Turn | None], ...]
    """The values by name, in their order."""
    fixed: Mapping[str, Any]
    """Those that the statement has itself."""
    is_positional: bool

    @property
    def names(self) -> list[str]:
        """The names of the values."""
        return [name for name, _ in self.binds]


class Prepared:
    """One statement; its values are bound by name, and its rows are plain tuples."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}
        self._results: dict[str, tuple[tuple[int, _Turn], ...]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Execute it and return its rows."""
        cursor = self._executed(connection, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        turns = self._results.get(connection.dialect.name)
        if turns is None:
            turns = _turned_columns(self._statement, connection.dialect, cursor.description)
            self._results[connection.dialect.name] = turns
        cursor.close()
        return [_turned(row, turns) for row in rows] if turns else rows

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Execute what has no rows."""
        self._executed(connection, values).close()

    def _executed(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compiled(self._statement, dialect)
        given = {**compiled.fixed, **values}
        bound = [turn(given[name]) if turn else given[name] for name, turn in compiled.binds]
        named = None if compiled.is_positional else dict(zip(compiled.names, bound, strict=True))
        cursor = connection.connection.cursor()
        assert dialect.dbapi is not None  # noqa: S101  # the connection was made with it
        try:
            cursor.execute(compiled.sql, bound if named is None else named)
        except dialect.dbapi.Error as error:
            cursor.close()
            raise DBAPIError.instance(
                compiled.sql, named or tuple(bound), error, dialect.dbapi.Error, dialect=dialect
            ) from error
        return cursor


def _compiled(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  # it is no DDL
    types = {name: bind.type for bind, name in compiled.bind_names.items()}
    names = compiled.positiontup or types
    return _Compiled(
        sql=str(compiled),
        binds=tuple((name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names),
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        is_positional=compiled.positional,
    )


def _turned_columns(
    statement: ClauseElement, dialect: Dialect, description: Sequence[Sequence[Any]]
) -> tuple[tuple[int, _Turn], ...]:
    """Return the columns whose values are turned on their way out, by their place."""
    turns = [
        column.type.dialect_impl(dialect).result_processor(dialect, said[1])
        for column, said in zip(getattr(statement, "selected_columns", ()), description, strict=False)
    ]
    return tuple((place, turn) for place, turn in enumerate(turns) if turn is not None)


def _turned(row: Sequence[Any], turns: Iterable[tuple[int, _Turn]]) -> tuple[Any, ...]:
    values = list(row)
    for place, turn in turns:
        values[place] = turn(values[place])
    return tuple(values)
