"""Many numbers in one look-up, as one bound value: as many values, they cost more than what is looked up."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Dialect, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = ["ROWS", "Numbers", "is_among"]


ROWS = {"sqlite": "json_each", "postgresql": "unnest"}
"""What makes rows of such a value in each database: ``SELECT value FROM json_each(:x) AS value``."""


class Numbers(TypeDecorator[Sequence[int]]):
    """A sequence of numbers: JSON for SQLite, an array for PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose by database."""
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        """Write the numbers as the database takes them."""
        assert value is not None  # noqa: S101  # no query asks without numbers
        # What Python writes of a list of numbers is JSON.
        return list(value) if dialect.name == "postgresql" else str(list(value))


class _Listed(FunctionElement[int]):
    """The numbers as rows."""

    type = BigInteger()
    inherit_cache = True


def is_among(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the numbers bound to the name."""
    return column.op("IN", is_comparison=True)(_Listed(bindparam(name, type_=Numbers())))


@compiles(_Listed, "sqlite")
def _in_sqlite(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608


@compiles(_Listed, "postgresql")
def _in_postgresql(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **options)}))"
