"""Whether a channel's silence is longer than chance makes it, by its own rate, its hours and its weekends."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.figures import Day
from pipeline.pace import Pace

__all__ = ["is_long_silence", "weekend_share"]

_DAY = timedelta(days=1)
_STEP = timedelta(hours=1)
# Newsrooms rest at night and printers fail: some hours say nothing, however much a channel announces.
_SHORTEST = timedelta(hours=18)
# Once in so many months of healthy sources, a silence of chance is taken for one.
_SOURCE_MONTHS = 400
_DAYS_OF_MONTH = 30
# News comes in bursts: so many of the entries bring the others with them.
_APART = 0.7
# A quarterly bulletin is not called quiet; what announces still less is, after four months.
_LEAST_PER_DAY = 0.1

# What is usual on a weekend day, over a working day, where nothing is known; and what that weighs, in days.
_USUAL_WEEKEND, _USUAL_WEIGHS = 0.1, 1.0
# Zones are up to so far apart that it is a weekend somewhere in the source's day.
_ZONES = timedelta(hours=6)
_SATURDAY = 5


def is_long_silence(
    pace: Pace, *, since: datetime, until: datetime, watched_since: datetime | None, weekend: float
) -> bool:
    """Tell whether a channel of this pace, as it is now, should have announced something since.

    ``since`` is its last news, ``until`` its last answer, ``weekend`` the share of a working day's news that
    a weekend day has. Without ``watched_since`` the pace is that of its list, which no silence lowers.
    """
    if until - since < _SHORTEST:
        return False
    if watched_since is not None:
        pace = pace.before_silence(until - since, watched=since - watched_since)
    per_day = max(pace.new_per_day, _LEAST_PER_DAY)
    expected = _expected(Pace(new_per_day=per_day, hours=pace.hours), since, until, weekend)
    # As many silences as there are entries in all those months, each with a chance of exp(-expected).
    return expected * _APART > math.log(max(_SOURCE_MONTHS * _DAYS_OF_MONTH * per_day, math.e))


def _expected(pace: Pace, since: datetime, until: datetime, weekend: float) -> float:
    rates = pace.by_hour()
    working = 7 / (5 + 2 * weekend)
    expected = 0.0
    while since < until:
        end = min(since + _STEP, until)
        share = working * (weekend if _is_weekend(since) else 1)
        expected += rates[since.hour] * share * ((end - since) / _DAY)
        since = end
    return expected


def _is_weekend(at: datetime) -> bool:
    return (at - _ZONES).weekday() >= _SATURDAY or (at + _ZONES).weekday() >= _SATURDAY


def weekend_share(days: Sequence[Day]) -> float:
    """Return how much a source prints on a weekend day over a working day, by the pages of its days."""
    if not days:
        return _USUAL_WEEKEND
    pages = {day.day: day.pages for day in days}
    first, last = min(pages), max(pages)
    span = [first + number * _DAY for number in range((last - first).days + 1)]
    resting = [pages.get(day, 0) for day in span if day.weekday() >= _SATURDAY]
    working = [pages.get(day, 0) for day in span if day.weekday() < _SATURDAY]
    usual = sum(working) / max(len(working), 1)
    if not usual:
        return _USUAL_WEEKEND
    known = sum(resting) / usual
    return min((known + _USUAL_WEEKEND * _USUAL_WEIGHS) / (len(resting) + _USUAL_WEIGHS), 1.0)
