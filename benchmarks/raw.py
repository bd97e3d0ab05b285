"""What plain sqlite3 makes of the rows of a corpus: the floor for storing them."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

__all__ = ["copier", "empty_like", "insert"]

Rows: TypeAlias = list[tuple[object, ...]]

_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536", "recursive_triggers = ON")
_KEYS = {"run": "id", "address": "id", "article": "id", "fate": "address_id"}
# Made by the full-text index for itself.
_SHADOWS = tuple(f"article_fts_{name}" for name in ("data", "idx", "docsize", "config"))


def empty_like(made: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Make an empty database with the tables, indexes, triggers and full-text index of another."""
    target = sqlite3.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        target.execute(f"PRAGMA {pragma}")
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    for name, statement in made.execute(query).fetchall():
        if not name.startswith(("sqlite_", *_SHADOWS)):
            target.execute(statement)
    return target


def copier(
    made: sqlite3.Connection, target: sqlite3.Connection, table: str
) -> tuple[Callable[[int, int], Rows], str]:
    """Return how to read the rows behind one number up to another, and the statement that inserts them."""
    known = target.execute(f"PRAGMA table_xinfo({table})").fetchall()
    columns = ", ".join(name for _, name, _, _, _, _, hidden in known if not hidden)
    key = _KEYS.get(table, "article_id")
    select = f"SELECT {columns} FROM {table} WHERE {key} > ? AND {key} <= ?"

    def rows(first: int, last: int) -> Rows:
        return made.execute(select, (first, last)).fetchall()

    return rows, f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * (columns.count(',') + 1))})"


def insert(target: sqlite3.Connection, batches: list[tuple[str, Rows]]) -> None:
    """Insert some rows of each table, in one transaction."""
    target.execute("BEGIN IMMEDIATE")
    for statement, rows in batches:
        target.executemany(statement, rows)
    target.execute("COMMIT")
