"""Brings the tables of a corpus up to date, in one transaction."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from storage.dialect import WRITE, dialect_of

__all__ = ["configuration", "is_ours", "upgrade"]


def upgrade(engine: Engine, *, location: str) -> None:
    """Apply every migration that the corpus lacks; raises StorageError when its rows then point nowhere."""
    with engine.connect() as connection:
        dialect = dialect_of(connection)
        with (
            dialect.migrating(connection, location),
            connection.execution_options(**{WRITE: True}).begin(),
        ):
            command.upgrade(configuration(connection), "head")
            dialect.check_migrated(connection, location)


def configuration(connection: Any) -> Config:
    """Return what Alembic needs to work on this connection."""
    config = Config(attributes={"connection": connection, "include_object": is_ours})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def is_ours(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Say whether the tables module declares it: the full-text index of either database is made by hand."""
    return not (kind == "table" and name is not None and name.startswith(("article_fts", "article_words")))
