"""The types of columns that the tables share: times in UTC, and text from outside."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.types import DateTime, TypeDecorator, Unicode

from pipeline.characters import storable

__all__ = ["Instant", "Written"]


class Instant(TypeDecorator[datetime]):
    """An aware time, kept and given back in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what writes a time for the database; raises ValueError for one without a zone."""
        if dialect.name == "sqlite":
            return _written  # as SQLAlchemy would, in a third of the time
        return super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC; raises ValueError for a time without a zone."""
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back in UTC: SQLite keeps no zone, PostgreSQL answers in the session's."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"{value!r} has no zone")
    return value.astimezone(UTC)


def _written(value: datetime | None) -> str | None:
    if value is None:
        return None
    # Nearly all are in UTC already; the zone at its end is left out.
    written = value if value.tzinfo is UTC else _in_utc(value)
    return written.isoformat(" ", "microseconds").removesuffix("+00:00")


class Written(TypeDecorator[str]):
    """Text from outside, made storable on its way in."""

    impl = Unicode
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Return what drops what no database takes."""
        return _storable


def _storable(value: str | None) -> str | None:
    return None if value is None else storable(value)
