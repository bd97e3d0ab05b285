"""Whether a publisher changed its layout: the newest pages of a source held against its days before."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt
from operator import attrgetter
from statistics import fmean, median

from pipeline.figures import Day

__all__ = ["DAYS_COMPARED", "layout_change"]

DAYS_COMPARED = 14
"""At most so many days before are what is usual."""

_FEWEST_DAYS = 3
_FEWEST_PAGES_BEFORE = 20
# Fewer pages, or articles, say nothing: one gallery among three is a third.
_FEWEST_NOW = 5
_OLDEST_NOW = timedelta(days=6)

_SHORTER_TIMES = 2
_MORE_WITHOUT_ARTICLE = 0.4
_FEWER_WITH_FIELD = 0.6
_CUT_TIMES, _CUT_LINES = 3, 3
_MORE_RESIDUE = 2

# What chance does is less than three standard deviations. How much the days differ is told by their median
# deviation, which a changed day among the days before hardly moves.
_DEVIATIONS = 3
_DEVIATION_BY_MEDIAN = 1.4826
# How much the lengths of one paper's articles differ, in logarithms: from a notice to a long read.
_LENGTHS_DIFFER = 0.8
_RAREST = 0.1

_WHAT_TO_DO = "its layout may have changed; compare `tearsheet show ID` with the page in a browser"


def layout_change(days: Sequence[Day], *, today: date) -> str | None:
    """Return what differs in a source's newest pages, in figures, and what to do; None when nothing does.

    ``days`` (any order) are those on which pages were read. The newest pages are today's, with those of the
    days before where they are fewer than five. What lasts becomes usual after a week.
    """
    newest_first = sorted(days, key=attrgetter("day"), reverse=True)
    found = [said for rule in _RULES if (said := rule(newest_first, today))]
    return f"{', '.join(found)}: {_WHAT_TO_DO}" if found else None


@dataclass(frozen=True, slots=True)
class _Compared:
    now: float
    usual: float
    chance: float
    """What differs by less has no meaning."""
    days: Day
    """The newest pages, summed up."""


def _compared(
    days: Sequence[Day],
    today: date,
    *,
    of: str,
    value: Callable[[Day], float],
    noise: Callable[[float], float],
    middle: Callable[[Iterable[float]], float] = median,
) -> _Compared | None:
    """Hold the newest pages (or articles: ``of``) against the days before; None when too little is known.

    ``middle`` makes the usual value of those of the days: the median of shares of few pages is often 0, so
    theirs is the mean. ``noise`` is the standard deviation of a single page from the usual value.
    """
    size: Callable[[Day], int] = attrgetter(of)
    now, before = _parted([day for day in days if size(day)], today, size)
    if size(now) < _FEWEST_NOW or len(before) < _FEWEST_DAYS:
        return None
    if sum(day.pages for day in before) < _FEWEST_PAGES_BEFORE:
        return None
    values = [value(day) for day in before]
    usual = middle(values)
    # Few pages differ more than many.
    fewer = max(1.0, median(map(size, before)) / size(now))
    by_days = _DEVIATION_BY_MEDIAN * median(abs(each - usual) for each in values) * sqrt(fewer)
    deviation = max(by_days, noise(usual) / sqrt(size(now)))
    return _Compared(value(now), usual, _DEVIATIONS * deviation, now)


def _parted(
    newest_first: Sequence[Day], today: date, size: Callable[[Day], int]
) -> tuple[Day, Sequence[Day]]:
    now = Day(day=today)
    for place, day in enumerate(newest_first):
        if size(now) >= _FEWEST_NOW or today - day.day > _OLDEST_NOW:
            return now, newest_first[place : place + DAYS_COMPARED]
        now += day
    return now, ()


def _without_article(days: Sequence[Day], today: date) -> str:
    found = _compared(
        days, today, of="pages", value=_share_without_article, noise=_noise_of_share, middle=fmean
    )
    if found is None or found.now - found.usual <= max(_MORE_WITHOUT_ARTICLE, found.chance):
        return ""
    most = max(found.days.rejected.items(), key=lambda item: item[1])[0]
    return f"{found.now:.0%} of its pages are without an article ({most}), usually {found.usual:.0%}"


def _share_without_article(day: Day) -> float:
    return 1 - day.articles / day.pages


def _shorter(days: Sequence[Day], today: date) -> str:
    # In logarithms: lengths differ by factors.
    found = _compared(days, today, of="articles", value=_log_length, noise=lambda usual: _LENGTHS_DIFFER)
    if found is None or found.usual - found.now <= max(log(_SHORTER_TIMES), found.chance):
        return ""
    return f"texts are {exp(found.now):,.0f} characters long, usually {exp(found.usual):,.0f}"


def _log_length(day: Day) -> float:
    return log(max(day.characters, 1) / day.articles)


def _undated(days: Sequence[Day], today: date) -> str:
    return _without_field(days, today, name="a date", without=lambda day: day.undated / day.articles)


def _unsigned(days: Sequence[Day], today: date) -> str:
    return _without_field(days, today, name="an author", without=lambda day: day.unsigned / day.articles)


def _without_field(days: Sequence[Day], today: date, *, name: str, without: Callable[[Day], float]) -> str:
    found = _compared(days, today, of="articles", value=without, noise=_noise_of_share, middle=fmean)
    if found is None or found.now - found.usual <= max(_FEWER_WITH_FIELD, found.chance):
        return ""
    return f"{1 - found.now:.0%} of its articles have {name}, usually {1 - found.usual:.0%}"


def _with_residue(days: Sequence[Day], today: date) -> str:
    found = _compared(
        days, today, of="articles", value=lambda day: day.residue / day.articles, noise=_noise_of_count
    )
    if found is None or found.now - found.usual < max(_MORE_RESIDUE, found.chance):
        return ""
    return f"{found.now:.1f} lines of a text stand in other texts too, usually {found.usual:.1f}"


def _cut(days: Sequence[Day], today: date) -> str:
    found = _compared(
        days, today, of="pages", value=lambda day: day.lines_cut / day.pages, noise=_noise_of_count
    )
    if found is None or abs(found.now - found.usual) < max(_CUT_LINES, found.chance):
        return ""
    low, high = sorted((found.now, found.usual))
    if high < low * _CUT_TIMES:
        return ""
    return f"{found.now:.1f} lines are cut from a page, usually {found.usual:.1f}"


def _noise_of_share(usual: float) -> float:
    share = min(max(usual, _RAREST), 1 - _RAREST)
    return sqrt(share * (1 - share))


def _noise_of_count(usual: float) -> float:
    return sqrt(usual + 1)


_RULES = (_without_article, _shorter, _undated, _unsigned, _with_residue, _cut)
