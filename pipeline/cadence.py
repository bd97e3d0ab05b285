"""When to ask a channel again: at a fixed interval, or by how much it announces at which hours."""

import math
import re
from datetime import datetime, timedelta
from hashlib import blake2b

from pipeline.errors import SourceError
from pipeline.pace import Pace, importance

__all__ = ["fixed_interval", "next_poll_at"]

_SHORTEST = timedelta(minutes=2)
_LONGEST = timedelta(hours=12)
# Runs start every 2 minutes: a poll that is due waits for half of that.
_WAIT = timedelta(minutes=1)
_LONGEST_BACKOFF = timedelta(hours=24)
# A server that asks for more has mistaken the unit, or wants to be rid of us: it is asked again.
_LONGEST_RETRY = timedelta(days=7)
_FULL_TIMES = 2
_JITTER = 0.1
_HOUR = timedelta(hours=1)
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


def next_poll_at(
    pace: Pace,
    *,
    now: datetime,
    channel: str,
    mean_root_rate: float,
    polls_per_day: float,
    every: str = "",
    failures: int = 0,
    is_full: bool = False,
    last_hit_at: datetime | None = None,
    retry_at: datetime | None = None,
    crawl_delay: timedelta = timedelta(0),
) -> datetime:
    """Return when to ask next: after ``every`` if given, else by the channel's pace and the budget.

    ``polls_per_day`` is the mean of all channels, ``mean_root_rate`` that of their ``root_rate``. Failures in
    a row space the polls out up to a day, a full list halves the interval, and neither the server's own
    wishes (``retry_at``, at most a week; ``crawl_delay``) nor 2 minutes are undercut.
    """
    if every:
        interval = fixed_interval(every)
    else:
        polls = polls_per_day / max(mean_root_rate, 1e-9) * math.sqrt(importance(last_hit_at, now))
        interval = _paced(pace, polls * (_FULL_TIMES if is_full else 1), now)
        interval = min(max(interval * (1 + _jitter(channel, now)) - _WAIT, _SHORTEST), _LONGEST)
    longest = max(interval, _LONGEST_BACKOFF)
    at = now + max(min(interval * (1 + failures), longest), crawl_delay)
    return at if retry_at is None else max(at, min(retry_at, now + _LONGEST_RETRY))


def _paced(pace: Pace, polls: float, now: datetime) -> timedelta:
    """Return after how long one poll is due, where each hour has ``polls`` times its root rate in a day."""
    rates = pace.by_hour()
    at, due = now, 1.0
    while at - now < _LONGEST:
        end = at.replace(minute=0, second=0, microsecond=0) + _HOUR
        per_day = polls * math.sqrt(rates[at.hour])
        gained = per_day * ((end - at) / _DAY)
        if gained >= due:
            return at + _DAY * (due / per_day) - now
        at, due = end, due - gained
    return _LONGEST


def _jitter(channel: str, now: datetime) -> float:
    """Return a share that differs from channel to channel, so that those of one pace part."""
    digest = blake2b(f"{channel} {now.isoformat()}".encode(), digest_size=4).digest()
    return _JITTER * (int.from_bytes(digest) / 2**31 - 1)
