"""Whose tables a database has, and of which version."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from storage.dialect import dialect_of

__all__ = ["version_of"]


def version_of(connection: Connection) -> str | None:
    """Return the number of the last migration applied: "" where is no table, None in another program's."""
    tables = dialect_of(connection).table_names(connection)
    if "alembic_version" not in tables:
        return None if tables else ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
