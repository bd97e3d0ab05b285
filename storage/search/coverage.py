"""On what ground an answer stands: who was asked, since when, and on which days a source was not read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.engine import Connection

from pipeline.syntax import And, Bound, Field, FieldName, Node, Not, Or, Published
from pipeline.words import fold
from storage.gaps import Gap, gaps_between
from storage.search.records import iso
from storage.search.selection import Selection
from storage.tables import ARTICLE, CHANNEL, POLL_DAY, RUN

__all__ = ["Coverage", "coverage_of", "spans"]

_DAY = timedelta(days=1)
_LEFT_OUT = timedelta(days=7)
"""A source that no run of so long has asked was taken off; until then it counts as not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was asked of the sources in the time that a question is about: what it can find at all."""

    sources: tuple[str, ...]
    """Those the question is about; also what was only imported, of which no days are known."""
    since: datetime | None
    """The first run."""
    runs: int
    failed_sources: tuple[str, ...]
    """Those that gave no answer in the last run."""
    first_day: date | None
    """From here on days are known (UTC), as far as the question asks for them; None when there are none."""
    last_day: date | None
    """Today counts once a source was asked on it."""
    read: tuple[str, ...]
    """The sources of which days are known: collected from in that time, or to be."""
    not_read: dict[str, tuple[date, ...]]
    """The days on which no channel of a source answered, though it was there to be asked."""
    missed: tuple[Gap, ...]
    """The times in which a channel may have announced more than was seen."""

    @property
    def is_whole(self) -> bool:
        """Something was read, and nothing is known to be missing."""
        return bool(self.read) and not self.not_read and not self.missed

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON; days that follow each other are one span."""
        return {
            "sources": list(self.sources),
            "since": iso(self.since),
            "runs": self.runs,
            "failed_sources": list(self.failed_sources),
            "from": self.first_day and self.first_day.isoformat(),
            "to": self.last_day and self.last_day.isoformat(),
            "read_every_day": [name for name in self.read if name not in self.not_read],
            "not_read": [
                {
                    "source": name,
                    "days": len(days),
                    "spans": [[first.isoformat(), last.isoformat()] for first, last in spans(days)],
                }
                for name, days in self.not_read.items()
            ],
            "may_have_missed": [
                {"source": gap.source, "channel": gap.url, "since": iso(gap.since), "until": iso(gap.until)}
                for gap in self.missed
            ],
        }


def spans(days: Collection[date]) -> list[tuple[date, date]]:
    """Return the days in order as first and last of each row of them.

    >>> [last.day for _, last in spans([date(2025, 11, 4), date(2025, 11, 5), date(2025, 11, 9)])]
    [5, 9]
    """
    ordered = sorted(days)
    ends = [one for one, other in pairwise(ordered) if other - one > _DAY]
    starts = [other for one, other in pairwise(ordered) if other - one > _DAY]
    return list(zip([*ordered[:1], *starts], [*ends, *ordered[-1:]], strict=True))


def coverage_of(connection: Connection, asked: Selection | None = None, *, now: datetime) -> Coverage:
    """Return what the corpus can know of, for all times and sources or those of a question."""
    parts = tuple(_parts(asked.tree)) if asked else ()
    names = union(select(CHANNEL.c.source), select(POLL_DAY.c.source), select(ARTICLE.c.source))
    sources = _in_scope(connection.execute(names.order_by("source")).scalars().all(), parts)
    runs, since = connection.execute(select(func.count(), func.min(RUN.c.started_at)).select_from(RUN)).one()
    last = select(RUN.c.failed).where(RUN.c.ended_at.is_not(None)).order_by(RUN.c.id.desc()).limit(1)
    failed = connection.execute(last).scalar() or {}
    polled = _polled(connection, sources)
    today = now.astimezone(UTC).date()
    period = _period(polled, parts, today)
    newest = max((max(days) for days in polled.values()), default=today)
    expected = {name: _expected(days, period, newest=newest, today=today) for name, days in polled.items()}
    not_read = {
        name: tuple(day for day in days if not polled[name].get(day)) for name, days in expected.items()
    }
    return Coverage(
        sources=sources,
        since=since,
        runs=runs,
        failed_sources=tuple(sorted(name for name in failed if name in sources)),
        first_day=period[0] if period else None,
        last_day=period[1] if period else None,
        read=tuple(name for name, days in expected.items() if days),
        not_read={name: days for name, days in not_read.items() if days},
        missed=_missed(connection, sources, parts),
    )


def _parts(tree: Node) -> tuple[Node, ...]:
    return tree.parts if isinstance(tree, And) else (tree,)


def _in_scope(names: Collection[str], parts: Collection[Node]) -> tuple[str, ...]:
    """Return the sources that a question does not leave out."""
    left = list(names)
    for part in parts:
        match part:
            case Field(FieldName.SOURCE, value):
                left = [name for name in left if fold(name) == value]
            case Not(Field(FieldName.SOURCE, value)):
                left = [name for name in left if fold(name) != value]
            case Or(options) if all(_is_source(option) for option in options):
                values = {option.value for option in options if isinstance(option, Field)}
                left = [name for name in left if fold(name) in values]
    return tuple(left)


def _is_source(node: Node) -> bool:
    return isinstance(node, Field) and node.name is FieldName.SOURCE


def _polled(connection: Connection, sources: Collection[str]) -> dict[str, dict[date, int]]:
    """Return how many answers each source gave on each day on which it was asked."""
    polled: dict[str, dict[date, int]] = {}
    for row in connection.execute(select(POLL_DAY).order_by(POLL_DAY.c.source, POLL_DAY.c.day)):
        if row.source in sources:
            polled.setdefault(row.source, {})[row.day] = row.answers
    return polled


def _period(
    polled: Mapping[str, Mapping[date, int]], parts: Collection[Node], today: date
) -> tuple[date, date] | None:
    """Return the first and the last day of which anything is known, among those that are asked for."""
    first = min((min(days) for days in polled.values()), default=None)
    if first is None:
        return None
    is_asked_today = any(today in days for days in polled.values())
    last = today if is_asked_today else today - _DAY
    for part in parts:
        match part:
            case Published(Bound.AFTER, at):
                first = max(first, at.date())
            case Published(Bound.BEFORE, at):
                last = min(last, (at - timedelta(microseconds=1)).date())
    return (first, last) if first <= last else None


def _expected(
    days: Mapping[date, int], period: tuple[date, date] | None, *, newest: date, today: date
) -> tuple[date, ...]:
    """Return the days on which a source was to be read: from its first poll on, until it was taken off."""
    if period is None:
        return ()
    first_day, last_day = period
    end = last_day if max(days) > newest - _LEFT_OUT else max(days)
    at, found = max(first_day, min(days)), []
    while at <= min(end, last_day):
        # Today is not over for those that were not asked yet.
        if at < today or at in days:
            found.append(at)
        at += _DAY
    return tuple(found)


def _missed(connection: Connection, sources: Collection[str], parts: Collection[Node]) -> tuple[Gap, ...]:
    bounds = [part for part in parts if isinstance(part, Published)]
    since = max((part.at for part in bounds if part.bound is Bound.AFTER), default=None)
    until = min((part.at for part in bounds if part.bound is Bound.BEFORE), default=None)
    return gaps_between(connection, since, until, sources=sources)
