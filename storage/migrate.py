"""Brings the tables of a corpus up to date, in one transaction."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from pipeline.errors import StorageError
from storage.sqlite import begin

__all__ = ["configuration", "is_ours", "upgrade"]


def upgrade(engine: Engine, *, location: str) -> None:
    """Apply every migration that the corpus lacks; raises StorageError when its rows then point nowhere.

    Foreign keys are off meanwhile: a table made anew would otherwise take the rows that hang on it along.
    """
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                begin(connection, write=True)
                command.upgrade(configuration(connection), "head")
                astray = connection.execute(text("PRAGMA foreign_key_check")).all()
                if astray:
                    raise StorageError(f"{location}: {len(astray)} rows point nowhere; nothing was changed")
        finally:
            connection.connection.execute("PRAGMA foreign_keys = ON")


def configuration(connection: Any) -> Config:
    """Return what Alembic needs to work on this connection."""
    config = Config(attributes={"connection": connection, "include_object": is_ours})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def is_ours(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Say whether the tables module declares it: the full-text index and its shadows are made by hand."""
    return not (kind == "table" and name is not None and name.startswith("article_fts"))
