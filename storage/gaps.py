"""The times in which a channel may have announced articles that nobody saw."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Date, bindparam, insert, select, text, update
from sqlalchemy.engine import Connection

from pipeline.items import Channel, Poll
from storage.tables import GAP

__all__ = ["Gap", "gaps_between", "note_gap", "note_poll_day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """All that a channel listed was new: what it announced between two times may have come and gone."""

    source: str
    url: str
    """The channel's own address."""
    since: datetime
    until: datetime


def gaps_between(
    connection: Connection,
    since: datetime | None,
    until: datetime | None,
    *,
    sources: Collection[str] | None = None,
) -> tuple[Gap, ...]:
    """Return those that touch a time (None: open), oldest first; of these sources, or of all."""
    query = select(GAP).order_by(GAP.c.since, GAP.c.id)
    if since is not None:
        query = query.where(GAP.c.until > since)
    if until is not None:
        query = query.where(GAP.c.since < until)
    if sources is not None:
        query = query.where(GAP.c.source.in_(list(sources)))
    return tuple(
        Gap(source=row.source, url=row.url, since=row.since, until=row.until)
        for row in connection.execute(query)
    )


# SQLite and PostgreSQL read it alike.
_COUNT_POLL = text(
    "INSERT INTO poll_day (source, day, polls, answers) VALUES (:source, :day, 1, :answers)"
    " ON CONFLICT (source, day) DO UPDATE"
    " SET polls = poll_day.polls + 1, answers = poll_day.answers + excluded.answers"
).bindparams(bindparam("day", type_=Date))


def note_poll_day(connection: Connection, poll: Poll) -> None:
    """Count a poll among those of its day, and whether it was answered."""
    row = {"source": poll.channel.source, "day": poll.at.date(), "answers": int(poll.failure is None)}
    connection.execute(_COUNT_POLL, row)


def note_gap(connection: Connection, channel: Channel, *, since: datetime, until: datetime) -> None:
    """Write a possible gap; one that begins where the last one ends, or before, goes on with that."""
    touches = (GAP.c.source == channel.source) & (GAP.c.url == channel.url)
    touches &= GAP.c.since <= since
    touches &= GAP.c.until >= since
    grown = connection.execute(update(GAP).where(touches, GAP.c.until < until).values(until=until))
    if not grown.rowcount:
        row = {"source": channel.source, "url": channel.url, "since": since, "until": until}
        connection.execute(insert(GAP), row)
