"""What is kept of the sources and their channels between polls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.cadence import USUAL_PER_DAY, new_per_day, next_poll
from pipeline.figures import Day
from pipeline.health import ChannelState
from pipeline.items import Channel, ChannelKind, Fate, Poll, Validators
from storage.database import Database
from storage.readings import days_by_source
from storage.tables import ARTICLE, CHANNEL

__all__ = ["SourceState", "Sources", "channel_row", "note_poll", "validators_of"]


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

    def due(self, names: Iterable[str], now: datetime) -> tuple[str, ...]:
        """Return those of the sources that were never asked or whose time has come, in the order given."""
        next_at: dict[str, datetime] = {}
        with self._corpus.read() as connection:
            for row in connection.execute(_live_channels()):
                next_at[row.source] = min(row.next_poll_at, next_at.get(row.source, row.next_poll_at))
        return tuple(name for name in names if name not in next_at or next_at[name] <= now)

    def states(self) -> dict[str, SourceState]:
        """Return every source that was ever asked or has articles, by name."""
        channels: dict[str, list[ChannelState]] = {}
        with self._corpus.read() as connection:
            for row in connection.execute(_live_channels()):
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


def channel_row(connection: Connection, channel: Channel) -> Row[Any] | None:
    """Return what is kept of a channel; None when it was never polled."""
    query = select(CHANNEL).where(CHANNEL.c.source == channel.source, CHANNEL.c.url == channel.url)
    return connection.execute(query).first()


def validators_of(row: Row[Any] | None) -> Validators:
    """Return what to ask the channel with."""
    return Validators() if row is None else Validators(etag=row.etag, last_modified=row.last_modified)


def note_poll(
    connection: Connection, row: Row[Any] | None, poll: Poll, *, run_id: int, new: int, every: str
) -> None:
    """Write what one poll says of its channel; ``new`` is how many entries were never met before."""
    values = {
        "kind": poll.channel.kind.value,
        "last_status": poll.status,
        "last_failure": poll.failure.value if poll.failure else "",
        "reason": poll.reason,
        "last_polled_at": poll.at,
        "last_run_id": run_id,
    } | (_after_failure(row) if poll.failure else _after_answer(row, poll, new))
    values["next_poll_at"] = next_poll(
        new_per_day=values["new_per_day"], failures=values["failures"], every=every, now=poll.at
    )
    if row is None:
        key = {"url": poll.channel.url, "source": poll.channel.source}
        connection.execute(insert(CHANNEL), _NEVER_ANSWERED | values | key)
        return
    connection.execute(update(CHANNEL).where(CHANNEL.c.id == row.id).values(**values))


_NEVER_ANSWERED: dict[str, Any] = {
    "etag": "",
    "last_modified": "",
    "first_polled_at": None,
    "last_item_at": None,
    "last_new_at": None,
}


def _after_failure(row: Row[Any] | None) -> dict[str, Any]:
    if row is None:
        return {"failures": 1, "new_per_day": USUAL_PER_DAY}
    return {"failures": row.failures + 1, "new_per_day": row.new_per_day}


def _after_answer(row: Row[Any] | None, poll: Poll, new: int) -> dict[str, Any]:
    first = row is None or row.first_polled_at is None
    values: dict[str, Any] = {"failures": 0, "new_per_day": USUAL_PER_DAY}
    if row is None or first:
        values["first_polled_at"] = poll.at
    else:
        # The first answer shows what gathered over days, so it says nothing of the rate.
        elapsed = poll.at - row.last_polled_at
        values["new_per_day"] = new_per_day(row.new_per_day, new=new, elapsed=elapsed)
    if poll.entries:
        values["etag"] = poll.validators.etag
        values["last_modified"] = poll.validators.last_modified
        values["last_item_at"] = _newest(poll, row and row.last_item_at)
    if new:
        values["last_new_at"] = poll.at
    return values


def _newest(poll: Poll, before: datetime | None) -> datetime | None:
    """Return the newest time in the channel; one that lies ahead would hide its silence later."""
    stamps = (entry.published or entry.modified for entry in poll.entries)
    times = [stamp.at for stamp in stamps if stamp.at is not None and stamp.at <= poll.at]
    return max([*times, *([before] if before else [])], default=None)


def _live_channels() -> Any:
    last = (
        select(CHANNEL.c.source, func.max(CHANNEL.c.last_run_id).label("run_id"))
        .group_by(CHANNEL.c.source)
        .subquery()
    )
    is_live = and_(CHANNEL.c.source == last.c.source, CHANNEL.c.last_run_id == last.c.run_id)
    return select(CHANNEL).join(last, is_live).order_by(CHANNEL.c.source, CHANNEL.c.id)


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
    )
