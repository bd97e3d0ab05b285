"""Whether a publisher changed its layout: the newest pages of a source held against its days before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log
from statistics import median

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
# A change also stands out from how much the days differ anyway: three standard deviations, as the median
# deviation tells them, which a changed day among the days before hardly moves.
_DEVIATIONS = 3 * 1.4826

_WHAT_TO_DO = "its layout may have changed; compare `tearsheet show ID` with the page in a browser"


def layout_change(days: Sequence[Day], *, today: date) -> str | None:
    """Return what differs in a source's newest pages, with the figures and what to do; None when nothing does.

    ``days`` (any order) are those on which pages were read. The newest pages are today's, with those of the
    days before where they are fewer than five. What lasts becomes usual after a week.
    """
    now, before = _parted(sorted(days, key=lambda day: day.day, reverse=True), today)
    if now.pages < _FEWEST_NOW or len(before) < _FEWEST_DAYS:
        return None
    if sum(day.pages for day in before) < _FEWEST_PAGES_BEFORE:
        return None
    rules = (_without_article, _shorter, _undated, _unsigned, _with_residue, _cut)
    found = [said for rule in rules if (said := rule(now, before))]
    return f"{', '.join(found)}: {_WHAT_TO_DO}" if found else None


def _parted(newest_first: Sequence[Day], today: date) -> tuple[Day, Sequence[Day]]:
    now, place = Day(day=today), 0
    for place, day in enumerate(newest_first):
        if now.pages >= _FEWEST_NOW or today - day.day > _OLDEST_NOW:
            return now, newest_first[place : place + DAYS_COMPARED]
        now += day
    return now, ()


@dataclass(frozen=True, slots=True)
class _Usual:
    middle: float
    spread: float
    """What differs less is no change."""


def _usual(values: Iterable[float | None]) -> _Usual | None:
    known = [value for value in values if value is not None]
    if len(known) < _FEWEST_DAYS:
        return None
    middle = median(known)
    return _Usual(middle, _DEVIATIONS * median(abs(value - middle) for value in known))


def _without_article(now: Day, before: Sequence[Day]) -> str:
    usual = _usual(1 - day.per_page(day.articles) for day in before)
    share = 1 - now.per_page(now.articles)
    if usual is None or share - usual.middle <= max(_MORE_WITHOUT_ARTICLE, usual.spread):
        return ""
    most = max(now.rejected, key=lambda fate: now.rejected[fate])
    return f"{share:.0%} of its pages are without an article ({most}), usually {usual.middle:.0%}"


def _shorter(now: Day, before: Sequence[Day]) -> str:
    # In logarithms: lengths differ by factors.
    usual = _usual(_log_length(day) for day in before)
    length = _log_length(now)
    if usual is None or length is None or now.articles < _FEWEST_NOW:
        return ""
    if usual.middle - length <= max(log(_SHORTER_TIMES), usual.spread):
        return ""
    return f"texts are {exp(length):,.0f} characters long, usually {exp(usual.middle):,.0f}"


def _log_length(day: Day) -> float | None:
    length = day.per_article(day.characters)
    return None if length is None else log(max(length, 1))


def _undated(now: Day, before: Sequence[Day]) -> str:
    usual = _usual(day.per_article(day.undated) for day in before)
    return _lost("a date", now, now.undated, usual)


def _unsigned(now: Day, before: Sequence[Day]) -> str:
    usual = _usual(day.per_article(day.unsigned) for day in before)
    return _lost("an author", now, now.unsigned, usual)


def _lost(name: str, now: Day, without: int, usual: _Usual | None) -> str:
    share = now.per_article(without)
    if usual is None or share is None or now.articles < _FEWEST_NOW:
        return ""
    if share - usual.middle <= max(_FEWER_WITH_FIELD, usual.spread):
        return ""
    return f"{1 - share:.0%} of its articles have {name}, usually {1 - usual.middle:.0%}"


def _with_residue(now: Day, before: Sequence[Day]) -> str:
    usual = _usual(day.per_article(day.residue) for day in before)
    lines = now.per_article(now.residue)
    if usual is None or lines is None or now.articles < _FEWEST_NOW:
        return ""
    if lines - usual.middle < max(_MORE_RESIDUE, usual.spread):
        return ""
    return f"{lines:.1f} lines of a text stand in other texts too, usually {usual.middle:.1f}"


def _cut(now: Day, before: Sequence[Day]) -> str:
    usual = _usual(day.per_page(day.lines_cut) for day in before)
    lines = now.per_page(now.lines_cut)
    if usual is None or abs(lines - usual.middle) < max(_CUT_LINES, usual.spread):
        return ""
    low, high = sorted((lines, usual.middle))
    if high < low * _CUT_TIMES:
        return ""
    return f"{lines:.1f} lines are cut from a page, usually {usual.middle:.1f}"
