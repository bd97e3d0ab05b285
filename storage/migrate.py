"""Brings the tables of a corpus up to date, in one transaction, once."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from pipeline.errors import StorageError
from storage.dialect import dialect_of
from storage.inventory import Inventory
from storage.lock import run_lock
from storage.schema import version_of

__all__ = ["configuration", "is_ours", "upgrade"]

# Made in SQL, because SQLModel has no words for them: the full-text indexes and what SQLite counts facets by.
_BY_HAND = ("article_fts", "article_words", "article_facet")

# How long to wait for another process that is bringing the same corpus up to date.
_PATIENCE_SECONDS = 120.0


def upgrade(engine: Engine, *, location: str) -> None:
    """Apply every migration that the corpus lacks; nothing is changed when rows would be lost by it.

    Of several processes one migrates, and the others wait for it. Raises LockedError while a run is under
    way, which knows the older tables only, and StorageError when the tables cannot be changed.
    """
    with engine.connect() as connection:
        dialect = dialect_of(connection)
        with dialect.migrating(connection, location), connection.begin():
            # The database's own lock first: who waits for it then sees the tables of today, and is done.
            dialect.begin(connection, write=True, seconds=_PATIENCE_SECONDS)
            _migrate(connection, location)


def _migrate(connection: Connection, location: str) -> None:
    engine = connection.engine
    config, found = configuration(connection), version_of(connection)
    if found == ScriptDirectory.from_config(config).get_current_head():
        return
    before = Inventory.of(connection)
    with run_lock(engine, location) if found else nullcontext():
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageError(f"{location}: its tables ({found}) are unknown: {error}") from error
        lost = before.lost_in(Inventory.of(connection))
        if lost:
            raise StorageError(
                f"{location}: cannot be brought up to date: {'; '.join(lost)}; nothing was changed"
            )


def configuration(connection: Any) -> Config:
    """Return what Alembic needs to work on this connection."""
    config = Config(attributes={"connection": connection, "include_object": is_ours})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def is_ours(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Say whether the tables module declares it: others are made by hand."""
    return not (kind == "table" and name is not None and name.startswith(_BY_HAND))
