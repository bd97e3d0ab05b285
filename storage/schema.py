"""What SQLite tells of a corpus's tables: their names, their version, their soundness."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

__all__ = ["rows_astray", "table_names", "trigger_names", "version_of"]


def table_names(connection: Connection) -> frozenset[str]:
    """Return the names of all tables, those of the full-text index too."""
    return _names(connection, "table")


def trigger_names(connection: Connection) -> frozenset[str]:
    """Return the names of the triggers: by them the full-text index follows the texts."""
    return _names(connection, "trigger")


def _names(connection: Connection, kind: str) -> frozenset[str]:
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = :kind"), {"kind": kind})
    return frozenset(found.scalars())


def rows_astray(connection: Connection) -> int:
    """Return how many rows point at others that are not there."""
    return len(connection.execute(text("PRAGMA foreign_key_check")).all())


def version_of(connection: Connection) -> str | None:
    """Return the number of the last migration applied: "" for an empty file, None for another program's."""
    tables = table_names(connection)
    if "alembic_version" not in tables:
        return None if tables else ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
