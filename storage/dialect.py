"""What SQLite and PostgreSQL do each in its own way, as one list: a module for each of them has all of it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from pipeline.syntax import Near, Node

__all__ = ["Dialect", "dialect_named", "dialect_of"]


class Dialect(Protocol):
    """One database: ``storage.sqlite`` or ``storage.postgres``."""

    RANK_LIMIT: int
    """A search that finds more is given newest first: ranking looks at every match."""
    INDEX: str
    """How the names of the tables of the full-text index begin."""

    def begin(self, connection: Connection, *, write: bool, seconds: float | None = None) -> None:
        """Open the transaction, first of all that is done in it; ``write`` waits to be the only writer."""

    def wrapped(self, location: str) -> AbstractContextManager[None]:
        """Turn what the database raises into a StorageError that names the place and says what to do."""

    def found_by(self, tree: Node, article_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that a tree of words (Text, Exact, Near, And, Or, Not) finds the article."""

    def rows_found(self, tree: Node, *, is_ranked: bool = False) -> Subquery | None:
        """Return what it finds as rows that are read sooner than the articles, None where there are none.

        They have the ``id``, ``dated_at``, ``source``, ``language``, ``duplicate_of`` and ``hidden`` of the
        article, and the ``score`` where ``is_ranked``.
        """

    def ranked_by(self, tree: Node) -> Subquery:
        """Return rows of ``article_id`` and ``score`` for what it finds, best first when sorted upwards."""

    def names_known(self, connection: Connection, label: str) -> Sequence[str]:
        """Return every ``source`` or ``language`` that an article of the corpus has."""

    def index_text(
        self, connection: Connection, article_id: int, title: str, standfirst: str, text: str
    ) -> None:
        """Write the words of an article's text, stored just now, into the full-text index."""

    def unindexed(self, connection: Connection) -> int:
        """Return how many texts have no entry in the full-text index, or entries no text."""

    def is_index_true(self, connection: Connection) -> bool:
        """Say whether the full-text index holds the words of the texts; needs a writing connection."""

    def rebuild_index(self, connection: Connection) -> None:
        """Make the full-text index from the texts, as if it had never been."""

    def optimize_index(self, connection: Connection) -> None:
        """Write the full-text index anew, without what was deleted, where it is not done by itself."""

    def overwrite_deleted(self, connection: Connection) -> None:
        """Have what this connection deletes overwritten, where the database can."""

    def refresh_statistics(self, connection: Connection) -> None:
        """Let the query planner count again what has grown since it last did."""

    def settle(self, engine: Engine) -> bool:
        """Bring what was written to its place, let go of what was deleted; False: readers are in the way."""

    def migrating(self, connection: Connection, location: str) -> AbstractContextManager[None]:
        """Hold a connection outside of a transaction ready for migrations."""

    def holds_exactly(self, text: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
        """Return the condition that a text has these words as they are written, one after the other."""

    def holds_near(self, text: ColumnElement[str], near: Near) -> ColumnElement[bool]:
        """Return the condition that both are near each other in a text, and share no word."""

    def table_names(self, connection: Connection) -> frozenset[str]:
        """Return the names of all tables, those of the full-text index too."""

    def trigger_names(self, connection: Connection) -> frozenset[str]:
        """Return the names of the triggers."""

    def last_number(self, connection: Connection, table: str) -> int:
        """Return the last number that the table gave a row, kept or not; 0 where that is not known."""

    def set_last_number(self, connection: Connection, table: str, number: int) -> None:
        """Let the table give its next row a higher number."""

    def new_numbers(self, connection: Connection, table: str, count: int) -> list[int]:
        """Return numbers for new rows of the table, in order, that it has given to none and will not give."""

    def rows_astray(self, connection: Connection) -> int:
        """Return how many rows point at others that are not there."""

    def faults(self, connection: Connection) -> list[str]:
        """Return what the database finds wrong with itself; reads all of it."""

    def weaknesses(self) -> Sequence[tuple[str, str]]:
        """Return what about this program a person should know, each with what to do."""


def dialect_named(name: str) -> Dialect:
    """Return the database of this name, as in a URL."""
    # Each is loaded where it is used: the other one costs time, or is not installed.
    if name == "postgresql":
        from storage import postgres

        return postgres
    from storage import sqlite

    return sqlite


def dialect_of(connection: Connection) -> Dialect:
    """Return the database of a connection."""
    return dialect_named(connection.dialect.name)
