"""On what ground an answer stands, in a line or two for people."""

from collections.abc import Sequence
from datetime import date

from storage.search.coverage import Coverage, spans
from tearsheet.cli.output import counted

__all__ = ["coverage_text"]

_MOST_SOURCES, _MOST_SPANS = 5, 6


def coverage_text(coverage: Coverage) -> str:
    """Return what was read of the days that were asked for, and what was not, most gaps first."""
    if coverage.first_day is None or coverage.last_day is None:
        return _unread(coverage)
    whole = len(coverage.read) - len(coverage.not_read)
    asked = counted(len(coverage.read), "source")
    when = _period(coverage.first_day, coverage.last_day)
    parts = [
        f"{asked} read every day {when}"
        if not coverage.not_read
        else f"{whole} of {asked} read every day {when}"
    ]
    worst = sorted(coverage.not_read.items(), key=lambda one: (-len(one[1]), one[0]))
    parts += [
        f"{name}: {counted(len(days), 'day')} not read ({_days(days, coverage.last_day.year)})"
        for name, days in worst[:_MOST_SOURCES]
    ]
    if len(worst) > _MOST_SOURCES:
        parts.append(f"{counted(len(worst) - _MOST_SOURCES, 'source')} more with gaps")
    parts += _missed(coverage)
    return "; ".join(parts)


def _unread(coverage: Coverage) -> str:
    if not coverage.sources:
        return "no source that the question asks for is in the corpus (see: tearsheet sources list)"
    if coverage.since is None:
        return "no source was ever read; what is there was imported"
    return f"no source was read in this time; the first run was on {_day(coverage.since.date())}"


def _missed(coverage: Coverage) -> list[str]:
    """Say of each source how often it may have announced more than was seen."""
    names = dict.fromkeys(gap.source for gap in coverage.missed)
    for_names = [(name, [gap for gap in coverage.missed if gap.source == name]) for name in names]
    return [
        f"{name} may have announced more than was seen {_times(len(gaps))}"
        f" (last {gaps[-1].since:%Y-%m-%d %H:%M} to {gaps[-1].until:%Y-%m-%d %H:%M})"
        for name, gaps in for_names[:_MOST_SOURCES]
    ]


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _period(first: date, last: date) -> str:
    """Return a time as people write it.

    >>> _period(date(2025, 11, 1), date(2025, 11, 25)), _period(date(2024, 12, 30), date(2025, 1, 2))
    ('1–25 Nov 2025', '30 Dec 2024 – 2 Jan 2025')
    """
    if first == last:
        return f"on {_day(first)}" if first else ""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)}"
    return (
        f"{first.day} {first:%b} – {_day(last)}"
        if first.year == last.year
        else f"{_day(first)} – {_day(last)}"
    )


def _days(days: Sequence[date], year: int) -> str:
    """Return some days, those that follow each other as one; the year where it is not the one that is shown.

    >>> _days([date(2025, 11, 4), date(2025, 11, 5), date(2025, 11, 6), date(2025, 11, 9)], 2025)
    '4–6, 9 Nov'
    """
    rows = spans(days)
    shown: list[str] = []
    for place, (first, last) in enumerate(rows[:_MOST_SPANS]):
        month = f" {last:%b}" + (f" {last.year}" if last.year != year else "")
        begins = f"{first.day}" + (
            f" {first:%b}" if (first.year, first.month) != (last.year, last.month) else ""
        )
        follows = rows[place + 1][0] if place + 1 < min(len(rows), _MOST_SPANS) else None
        is_shared = follows is not None and (follows.year, follows.month) == (last.year, last.month)
        shown.append((begins if first == last else f"{begins}–{last.day}") + ("" if is_shared else month))
    return ", ".join([*shown, *(["…"] if len(rows) > _MOST_SPANS else [])])


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
