"""How what was found is spread: over sources, languages and watches, and over time."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import String, cast, func, select
from sqlalchemy.engine import Connection

from storage.search.marked import wanted
from storage.search.selection import Selection
from storage.tables import ARTICLE

__all__ = ["Step", "facets", "timeline"]

Step = Literal["day", "week", "month"]


def facets(connection: Connection, asked: Selection) -> dict[str, dict[str, int]]:
    """Return how many articles of each source and language, and for each watch; most first."""
    where = asked.conditions.all
    by_watch = wanted()
    watched = ARTICLE.join(by_watch, by_watch.c.article_id == ARTICLE.c.id)
    return {
        "source": _counts(connection, ARTICLE.c.source, ARTICLE, *where),
        "language": _counts(connection, ARTICLE.c.language, ARTICLE, *where),
        "watch": _counts(connection, by_watch.c.watch, watched, *where),
    }


def timeline(connection: Connection, asked: Selection, by: Step) -> dict[str, int]:
    """Return the number for each period in order, those without any as 0.

    A period is named by its first day (``2025-08-11``), a month as ``2025-08``; UTC.
    """
    day = cast(func.date(ARTICLE.c.dated_at), String)
    found = _counts(connection, day, ARTICLE, *asked.conditions.all)
    days = {date.fromisoformat(name): number for name, number in found.items()}
    if not days:
        return {}
    spread = {_name(first, by): 0 for first in _periods(min(days), max(days), by)}
    for at, number in days.items():
        spread[_name(_start(at, by), by)] += number
    return spread


def _counts(connection: Connection, column: Any, table: Any, *where: Any) -> dict[str, int]:
    query = select(column, func.count()).select_from(table).where(*where).group_by(column)
    counts = [(name, each) for name, each in connection.execute(query)]
    # Sorted here: each database has its own order of names.
    return dict(sorted(counts, key=lambda count: (-count[1], count[0])))


def _periods(first: date, last: date, by: Step) -> Iterator[date]:
    at = _start(first, by)
    while at <= last:
        yield at
        # 32 days on is always in the next month, whose start is taken.
        at = _start(at + timedelta(days={"day": 1, "week": 7, "month": 32}[by]), by)


def _start(day: date, by: Step) -> date:
    match by:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)


def _name(start: date, by: Step) -> str:
    return start.isoformat()[:7] if by == "month" else start.isoformat()
