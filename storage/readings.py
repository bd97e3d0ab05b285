"""What the pages of each source gave, day by day: how a changed layout is seen."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.figures import Day, PageFigures
from pipeline.items import Fate
from storage.database import Database
from storage.tables import ADDRESS, LINE, READING_DAY

__all__ = ["Readings", "days_by_source"]

# Twice what is compared, for sources that do not print every day.
_DAYS_KEPT = timedelta(days=30)
# What was not met for a week stands on the pages no more.
_LINES_KEPT = timedelta(days=7)

_SUMS = (
    "pages",
    "articles",
    "rejected",
    "characters",
    "lines_cut",
    "residue",
    "undated",
    "unsigned",
    "paywalled",
)
_RAISE_DAY = (
    update(READING_DAY)
    .where(READING_DAY.c.source == bindparam("of_source"), READING_DAY.c.day == bindparam("on_day"))
    .values({name: bindparam(f"new_{name}") for name in _SUMS})
)
# The open addresses are few: what failed in passing is given up after two days.
_REFUSED = select(ADDRESS.c.source, ADDRESS.c.tried_at, ADDRESS.c.fate).where(
    ADDRESS.c.settled.is_(False), ADDRESS.c.tried_at.is_not(None), ADDRESS.c.fate != Fate.PENDING.value
)
_MEET_LINE = (
    update(LINE)
    .where(LINE.c.line == bindparam("which"))
    .values(articles=bindparam("new_articles"), day=bindparam("new_day"))
)


class Readings:
    """The figures of the pages that one run reads."""

    def __init__(self, corpus: Database, *, now: Callable[[], datetime]) -> None:
        self._corpus = corpus
        self._now = now
        self._pruned_on: date | None = None

    def note(self, pages: Sequence[PageFigures]) -> None:
        """Add pages, in the order they were read, to the day of the clock (in UTC).

        For a batch, at most some hundred: seven statements, however many pages. Inside ``Corpus.write`` it
        joins that transaction.
        """
        if not pages:
            return
        day = self._now().date()
        with self._corpus.write() as connection:
            self._prune(connection, day)
            residues = _meet_lines(connection, pages, day)
            _add_up(connection, list(zip(pages, residues, strict=True)), day)

    def _prune(self, connection: Connection, day: date) -> None:
        if self._pruned_on == day:
            return
        connection.execute(delete(LINE).where(LINE.c.day < day - _LINES_KEPT))
        connection.execute(delete(READING_DAY).where(READING_DAY.c.day < day - _DAYS_KEPT))
        self._pruned_on = day


def days_by_source(connection: Connection) -> dict[str, tuple[Day, ...]]:
    """Return the days kept of every source, oldest first; those of the last month."""
    found: dict[str, dict[date, Day]] = {}
    for row in connection.execute(select(READING_DAY)):
        found.setdefault(row.source, {})[row.day] = _day(row)
    for row in connection.execute(_REFUSED):
        days, day = found.setdefault(row.source, {}), row.tried_at.date()
        days[day] = days.get(day, Day(day=day)) + Day(day=day, refused={row.fate: 1})
    return {source: tuple(days[day] for day in sorted(days)) for source, days in found.items()}


def _day(row: Row[Any]) -> Day:
    return Day(day=row.day, **{name: getattr(row, name) for name in _SUMS})


def _meet_lines(connection: Connection, pages: Sequence[PageFigures], day: date) -> list[int]:
    """Write in which articles each line was met; return the residue of each page, by those before it."""
    keys = sorted({line for page in pages for line in page.lines})
    rows = connection.execute(select(LINE).where(LINE.c.line.in_(keys))).all() if keys else []
    before = {row.line: row for row in rows}
    met = {row.line: row.articles for row in rows}
    residues = []
    for page in pages:
        residues.append(page.residue(met))
        met |= {line: met.get(line, 0) | page.bit for line in page.lines}
    new = [{"line": line, "articles": met[line], "day": day} for line in keys if line not in before]
    if new:
        connection.execute(insert(LINE), new)
    again = [
        {"which": line, "new_articles": met[line], "new_day": day}
        for line, row in before.items()
        if (row.articles, row.day) != (met[line], day)
    ]
    if again:
        connection.execute(_MEET_LINE, again)
    return residues


def _add_up(connection: Connection, pages: Sequence[tuple[PageFigures, int]], day: date) -> None:
    names = {page.source for page, _ in pages}
    query = select(READING_DAY).where(READING_DAY.c.source.in_(names), READING_DAY.c.day == day)
    before = {row.source: _day(row) for row in connection.execute(query)}
    sums = {name: before.get(name, Day(day=day)) for name in names}
    for page, residue in pages:
        sums[page.source] = sums[page.source].with_page(page, residue=residue)
    new = [
        {"source": name, "day": day} | {each: getattr(sums[name], each) for each in _SUMS}
        for name in sorted(names - before.keys())
    ]
    if new:
        connection.execute(insert(READING_DAY), new)
    raised = [
        {"of_source": name, "on_day": day} | {f"new_{each}": getattr(sums[name], each) for each in _SUMS}
        for name in before
    ]
    if raised:
        connection.execute(_RAISE_DAY, raised)
