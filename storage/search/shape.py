"""How what was found is spread: over sources, languages, watches and facts, and over time."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Select, String, cast, func
from sqlalchemy.engine import Connection

from pipeline.errors import ConfigError
from storage.search.conditions import Conditions
from storage.search.labels import Labelled, labelled
from storage.search.marked import wanted
from storage.search.rows import rows_of
from storage.search.selection import Selection
from storage.tables import ARTICLE, FACT
from storage.tallies import facet_values, facets_found

__all__ = ["FACETS", "Facet", "Step", "facets", "timeline"]

Step = Literal["day", "week", "month"]
Facet = Literal["source", "language", "day", "watch", "group", "mechanism"]
FACETS: tuple[Facet, ...] = ("source", "language", "watch", "group", "mechanism")
"""What is told when no facet is named: days would be too many to read."""

_OF_ARTICLE = ("source", "language", "day")
_EPOCH = date(1970, 1, 1)


def facets(
    connection: Connection, asked: Selection, names: Sequence[Facet] = FACETS
) -> dict[str, dict[str, int]]:
    """Return how many articles each source, language and day has, each watch wants, and each fact is said by.

    The most first. A day is one of UTC, in the form ``2025-08-11``. Where SQLite's index can answer alone,
    sources, languages and days asked for together cost little more than one of them. Raises ConfigError for
    another name.
    """
    if unknown := [name for name in names if name not in get_args(Facet)]:
        raise ConfigError(f"no facet {unknown[0]!r}; there are {', '.join(get_args(Facet))}")
    said = labelled(connection, asked)
    quick = [name for name in names if name in _OF_ARTICLE]
    counts = dict(zip(quick, _by_label(connection, asked, said, quick), strict=True))
    for name in names:
        if name not in _OF_ARTICLE:
            counts[name] = _by_other(connection, said, name)
    return {name: _ordered(counts[name]) for name in names}


def timeline(connection: Connection, asked: Selection, by: Step) -> dict[str, int]:
    """Return the number for each period in order, those without any as 0.

    A period is named by its first day (``2025-08-11``), a month as ``2025-08``; UTC.
    """
    found = facets(connection, asked, ["day"])["day"]
    days = {date.fromisoformat(name): number for name, number in found.items()}
    if not days:
        return {}
    spread = {_name(first, by): 0 for first in _periods(min(days), max(days), by)}
    for at, number in days.items():
        spread[_name(_start(at, by), by)] += number
    return spread


def _by_label(
    connection: Connection, asked: Selection, said: Labelled, names: Sequence[str]
) -> Iterator[Counter[str]]:
    """Yield the counts by source, language or day: by the index alone, where it can tell."""
    if said.match is None or not names:
        yield from (_of_rows(connection, name, said.found) for name in names)
        return
    known = facet_values(connection)
    marked = ARTICLE.c.id.in_(said.apart)
    for name, listed in zip(names, facets_found(connection, said.match, names, said.apart), strict=True):
        numbers = Counter(json.loads(listed))
        counts = Counter({_value(known, name, number): count for number, count in numbers.items()})
        yield counts + _of_rows(connection, name, asked.conditions.narrowed(marked)) if said.apart else counts


def _value(known: Mapping[int, str], name: str, number: int) -> str:
    return (_EPOCH + timedelta(days=number)).isoformat() if name == "day" else known[number]


def _of_rows(connection: Connection, name: str, found: Conditions) -> Counter[str]:
    rows = rows_of(connection, found)
    column = cast(func.date(rows.c.dated_at), String) if name == "day" else rows.c[name]
    return _counts(connection, column, rows.select(column, func.count()))


def _by_other(connection: Connection, said: Labelled, name: str) -> Counter[str]:
    """Return the counts by what stands in a table of its own; an article that says a thing twice is one."""
    rows = rows_of(connection, said.found)
    if name == "watch":
        by_watch = wanted()
        query = rows.select(by_watch.c.watch, func.count())
        return _counts(connection, by_watch.c.watch, query.join(by_watch, by_watch.c.article_id == rows.c.id))
    articles = func.count(rows.c.id.distinct())
    query = rows.select(FACT.c.value, articles).join(FACT, FACT.c.article_id == rows.c.id)
    return _counts(connection, FACT.c.value, query.where(FACT.c.name == name))


def _counts(connection: Connection, column: Any, query: Select[Any]) -> Counter[str]:
    counts = connection.execute(query.group_by(column))
    return Counter({name: count for name, count in counts})  # noqa: C416  # a Row is no pair


def _ordered(counts: Counter[str]) -> dict[str, int]:
    """Return the most first; sorted here, because each database has its own order of names."""
    return dict(sorted(counts.items(), key=lambda count: (-count[1], count[0])))


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
