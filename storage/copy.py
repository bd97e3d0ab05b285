"""Copies a corpus into another database, and compares every row before any of it is there to stay."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from pipeline.errors import InputError, StorageError
from storage.backup import copy_file
from storage.database import Database
from storage.dialect import dialect_of
from storage.tables import ARTICLE

__all__ = ["Copied", "copy_corpus"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy that was made and compared."""

    rows: Mapping[str, int]
    """By table."""
    pages: Path | None
    """The raw pages of the copy; None where there are none."""

    @property
    def articles(self) -> int:
        """How many articles were copied."""
        return self.rows[ARTICLE.name]


def copy_corpus(source: Database, target: Database) -> Copied:
    """Copy all of a corpus, in SQLite or PostgreSQL, into an empty one in either, with the same numbers.

    What is copied is the source as it was at the beginning; others may read and write it meanwhile. Raises
    InputError when the target is not empty, and StorageError when the two are not the same in the end; then
    nothing was copied.
    """
    pages_from, pages_to = Path(source.pages_path), Path(target.pages_path)
    is_shared = pages_from.absolute() == pages_to.absolute()
    if not is_shared and pages_from.exists() and pages_to.exists():
        raise InputError(f"{pages_to} is there already; give another place for the pages")
    with target.run_lock(), source.read() as there, target.write() as here:
        _require_empty(target, here)
        rows = {table.name: _copy(table, there, here) for table in SQLModel.metadata.sorted_tables}
        _refer(there, here)
        for table in SQLModel.metadata.sorted_tables:
            _keep_numbers(table, there, here)
        if target.dialect.unindexed(here):
            target.dialect.rebuild_index(here)
        _compare(target, there, here)
        target.dialect.refresh_statistics(here)
        # The pages last: then every page that the articles name is among them.
        if not is_shared and pages_from.exists():
            copy_file(source.pages_path, pages_to)
    return Copied(rows=rows, pages=pages_to if pages_to.exists() else None)


def _require_empty(target: Database, here: Connection) -> None:
    for table in SQLModel.metadata.sorted_tables:
        number = here.execute(select(func.count()).select_from(table)).scalar_one()
        if number:
            raise InputError(f"{target.path} is not empty: {number} rows in {table.name}; give another place")


def _copy(table: Table, there: Connection, here: Connection) -> int:
    statement, number = insert(table), 0
    written = [column for column in table.columns if column.computed is None]
    for rows in _rows(select(*written), there):
        values = [dict(row._mapping) for row in rows]
        if table is ARTICLE:
            # An article may refer to one that is not there yet.
            values = [row | {"duplicate_of": None} for row in values]
        here.execute(statement, values)
        number += len(values)
    return number


def _refer(there: Connection, here: Connection) -> None:
    references = select(ARTICLE.c.id.label("which"), ARTICLE.c.duplicate_of.label("other"))
    statement = update(ARTICLE).where(ARTICLE.c.id == bindparam("which"))
    for rows in _rows(references.where(ARTICLE.c.duplicate_of.is_not(None)), there):
        here.execute(statement.values(duplicate_of=bindparam("other")), [dict(row._mapping) for row in rows])


def _keep_numbers(table: Table, there: Connection, here: Connection) -> None:
    """Let the copy count on where the corpus did: the number of what was forgotten is not given again."""
    if "id" not in table.columns:
        return
    highest = there.execute(select(func.max(table.c.id))).scalar() or 0
    last = max(highest, dialect_of(there).last_number(there, table.name))
    if last:
        dialect_of(here).set_last_number(here, table.name, last)


def _compare(target: Database, there: Connection, here: Connection) -> None:
    for table in SQLModel.metadata.sorted_tables:
        if _digest(table, there) != _digest(table, here):
            raise StorageError(f"{target.path}: {table.name} is not the same in the copy; nothing was copied")
    if target.dialect.unindexed(here):
        raise StorageError(f"{target.path}: the full-text index is not complete; nothing was copied")


def _digest(table: Table, connection: Connection) -> tuple[int, int]:
    """Return the number of the rows, and what depends on all that is in them but not on their order."""
    number = total = 0
    for rows in _rows(select(table), connection):
        for row in rows:
            number += 1
            total += int.from_bytes(blake2b(repr(tuple(row)).encode(), digest_size=16).digest())
    return number, total % 2**128


def _rows(query: Any, connection: Connection) -> Iterator[Any]:
    yield from connection.execute(query.execution_options(yield_per=_AT_ONCE)).partitions()
