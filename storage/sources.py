"""What is kept of the sources and their channels between polls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from pipeline.figures import Day
from pipeline.health import ChannelState
from pipeline.items import ChannelKind, Fate, Source
from storage.channels import is_due, live_channels
from storage.database import Database
from storage.readings import days_by_source
from storage.tables import ADDRESS, ARTICLE

__all__ = ["SourceState", "Sources"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source as the corpus knows it; ``pipeline.health.health`` judges its channels and its days."""

    name: str
    channels: tuple[ChannelState, ...]
    """Those of the last run that asked it: one that was taken out of the configuration is not among them."""
    articles: int
    last_new_at: datetime | None
    """When its newest article came."""
    days: tuple[Day, ...] = ()
    """What its pages gave on each day of the last month that had any, oldest first."""


class Sources:
    """The sources of a corpus."""

    def __init__(self, corpus: Database) -> None:
        self._corpus = corpus

    def due(
        self, sources: Iterable[Source], now: datetime, *, is_held: Callable[[str], bool] = lambda url: False
    ) -> tuple[Source, ...]:
        """Return those of the sources that have something to do, in the order given.

        Those never asked, and those with a channel, another try or a second look whose time has come. A
        channel whose address ``is_held`` is not asked for now, and makes none due.
        """
        with self._corpus.read() as connection:
            channels = connection.execute(live_channels()).all()
            pages = _sources_with_pages_due(connection, now)
        asked = {row.source for row in channels}
        due = pages | {
            row.source for row in channels if is_due(row, now) and not is_held(row.moved_to or row.url)
        }
        return tuple(
            source
            for source in sources
            if source.name in due or (source.name not in asked and not _is_held_whole(source, is_held))
        )

    def states(self) -> dict[str, SourceState]:
        """Return every source that was ever asked or has articles, by name."""
        channels: dict[str, list[ChannelState]] = {}
        with self._corpus.read() as connection:
            for row in connection.execute(live_channels()):
                channels.setdefault(row.source, []).append(_state(row))
            query = select(ARTICLE.c.source, func.count(), func.max(ARTICLE.c.first_seen_at))
            counts = {
                name: (count, newest)
                for name, count, newest in connection.execute(query.group_by(ARTICLE.c.source))
            }
            days = days_by_source(connection)
        return {
            name: SourceState(
                name=name,
                channels=tuple(channels.get(name, ())),
                articles=counts.get(name, (0, None))[0],
                last_new_at=counts.get(name, (0, None))[1],
                days=days.get(name, ()),
            )
            for name in sorted(channels.keys() | counts.keys())
        }


def _is_held_whole(source: Source, is_held: Callable[[str], bool]) -> bool:
    return bool(source.channels) and all(is_held(channel.url) for channel in source.channels)


def _sources_with_pages_due(connection: Connection, now: datetime) -> set[str]:
    tries = select(ADDRESS.c.source).where(ADDRESS.c.settled.is_(False), ADDRESS.c.next_try_at <= now)
    # Neither `settled` nor DISTINCT here: SQLite would walk through that index, which holds all addresses.
    looks = select(ADDRESS.c.source, ADDRESS.c.settled).where(ADDRESS.c.next_look_at <= now)
    return {
        *connection.execute(tries).scalars(),
        *(row.source for row in connection.execute(looks) if row.settled),
    }


def _state(row: Row[Any]) -> ChannelState:
    return ChannelState(
        url=row.url,
        kind=ChannelKind(row.kind),
        status=row.last_status,
        failure=Fate(row.last_failure) if row.last_failure else None,
        reason=row.reason,
        failures=row.failures,
        first_polled_at=row.first_polled_at,
        last_polled_at=row.last_polled_at,
        last_item_at=row.last_item_at,
        last_new_at=row.last_new_at,
        next_poll_at=row.next_poll_at,
        new_per_day=row.new_per_day,
        hours=tuple(row.hours),
        moved_to=row.moved_to,
    )
