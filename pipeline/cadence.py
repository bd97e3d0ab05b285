"""When to ask a channel again: a fixed interval, or one that follows how much it announces."""

import math
import re
from datetime import datetime, timedelta

from pipeline.errors import SourceError

__all__ = ["USUAL_PER_DAY", "fixed_interval", "new_per_day", "next_poll"]

USUAL_PER_DAY = 10.0
"""New entries a day that we expect of a channel we know nothing of."""

_USUAL_INTERVAL = timedelta(minutes=60)
_SHORTEST = timedelta(minutes=10)
_LONGEST = timedelta(hours=12)
_LONGEST_BACKOFF = timedelta(hours=24)
_MEMORY = timedelta(days=7)
_DAY = timedelta(days=1)

# A whole number and its unit: "30 minutes", "1 day".
_EVERY = re.compile(r"([1-9][0-9]{0,3}) (minute|hour|day)s?")


def fixed_interval(every: str) -> timedelta:
    """Return the interval that a source's ``every`` names; raises SourceError when it is none.

    >>> fixed_interval("30 minutes")
    datetime.timedelta(seconds=1800)
    """
    found = _EVERY.fullmatch(every)
    if found is None:
        raise SourceError(f'every = {every!r} is no interval; write e.g. "30 minutes", "2 hours" or "1 day"')
    return timedelta(**{found[2] + "s": int(found[1])})


def new_per_day(before: float, *, new: int, elapsed: timedelta) -> float:
    """Return the channel's rate after ``new`` entries in ``elapsed``: a mean that forgets within a week.

    >>> round(new_per_day(10.0, new=0, elapsed=timedelta(days=7)), 2)
    3.68
    """
    elapsed = max(elapsed, timedelta(minutes=1))
    kept = math.exp(-(elapsed / _MEMORY))
    return kept * before + (1 - kept) * new / (elapsed / _DAY)


def next_poll(*, new_per_day: float, failures: int, every: str, now: datetime) -> datetime:
    """Return when to ask next: ``every`` if given, else by the square root of the rate; failures delay it.

    The square root spends a budget of polls so that the sum of all delays is least; a plain
    proportion would starve the small papers.
    """
    interval = fixed_interval(every) if every else _adaptive(new_per_day)
    longest = max(interval, _LONGEST_BACKOFF)
    return now + min(interval * (1 + failures), longest)


def _adaptive(rate: float) -> timedelta:
    if rate <= 0:
        return _LONGEST
    return min(max(_USUAL_INTERVAL / math.sqrt(rate / USUAL_PER_DAY), _SHORTEST), _LONGEST)
