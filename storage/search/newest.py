"""The newest of what was found, without sorting all of it: some days at a time, from the last on."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, tuple_
from sqlalchemy.engine import Connection, Row

from pipeline.syntax import And, Node
from storage.first_found import Position, newest_found
from storage.search.labels import Labelled, between, span
from storage.search.rows import Rows, rows_of
from storage.search.selection import Selection

__all__ = ["newest"]

_FEW = 2_000
"""So many are sorted sooner than their days are walked."""
_MOST_STEPS = 12
_LONGEST = timedelta(days=31)


def newest(
    connection: Connection,
    asked: Selection,
    said: Labelled,
    *,
    after: Position | None,
    total: int,
    most: int,
) -> Sequence[Row[Any]]:
    """Return the newest of ``total`` that were found, or the newest behind a place among them."""
    is_walked = said.found.match is not None and total > _FEW and connection.dialect.name == "sqlite"
    known = span(connection) if is_walked else None
    if known is None:
        return _newest(connection, asked, said, None, after=after, most=most)
    oldest, last = known[0].date(), known[1].date()
    if after is not None and isinstance(after.key, datetime):
        last = min(after.key.date(), last)
    found: list[Row[Any]] = []
    first = last + timedelta(days=1)
    step = timedelta(days=max(1, 2 * most * ((last - oldest).days + 1) // total))
    for first, end in _steps(oldest, last, step):
        days = between(first, end)
        found += _newest(connection, asked, said, days, after=after, most=most - len(found))
        if len(found) >= most or first == oldest:
            return found
    # Nothing for so long: the words were written in other years.
    after = Position(datetime.combine(first, time(), UTC), 0)
    return [*found, *_newest(connection, asked, said, None, after=after, most=most - len(found))]


def _newest(
    connection: Connection,
    asked: Selection,
    said: Labelled,
    days: Node | None,
    *,
    after: Position | None,
    most: int,
) -> Sequence[Row[Any]]:
    """Return the newest of some days, or of all."""
    if connection.dialect.name == "sqlite" and said.match is not None and not said.apart:
        tree = said.match if days is None else And((said.match, days))
        return newest_found(connection, tree, after=after, most=most)
    found = said.found if days is None else asked.narrowed((*said.labels, days))
    return connection.execute(_sorted(rows_of(connection, found), after).limit(most)).all()


def _steps(oldest: date, last: date, step: timedelta) -> Iterator[tuple[date, date]]:
    """Yield ever longer times, the last first."""
    for _ in range(_MOST_STEPS):
        if last < oldest:
            return
        first = max(last - step + timedelta(days=1), oldest)
        yield first, last
        last, step = first - timedelta(days=1), min(step * 2, _LONGEST)


def _sorted(rows: Rows, after: Position | None) -> Select[Any]:
    at, number = rows.c.dated_at, rows.c.id
    query = rows.select(number, at).order_by(at.desc(), number.desc())
    return query if after is None else query.where(tuple_(at, number) < (after.key, after.id))
