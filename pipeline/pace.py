"""How much a channel announces, and at which hours: learned poll by poll, forgotten within weeks."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.items import Precision, Stamp

__all__ = ["USUAL_PER_DAY", "Pace", "importance", "is_possible_gap", "learned", "root_rate"]

USUAL_PER_DAY = 10.0
"""New entries a day that we expect of a channel we know nothing of."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MEMORY = timedelta(days=7)
_HOURS_MEMORY = timedelta(days=14)
# What is expected of an unknown channel weighs as much as these days of watching it.
_USUAL_WEIGHS = timedelta(days=1)
_SHORTEST = timedelta(minutes=1)
# An entry that is so much older than the poll before is no news: a site that lists its archive anew.
_LATE = timedelta(days=2)
_EXACT = frozenset({Precision.SECOND, Precision.MINUTE})

# Until so many entries were met, the hours say little.
_FLAT_WEIGHS = 6.0
# A channel that brought what a watch wants counts as several times its rate, halved every so often: first
# for the follow-ups of the same hours, then because it has the subject.
_AFTER_HIT = ((3.0, timedelta(hours=6)), (1.0, timedelta(days=7)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known of how much a channel announces."""

    new_per_day: float = USUAL_PER_DAY
    hours: tuple[float, ...] = ()
    """Fading counts of its new entries by hour of the day (UTC), 24 of them; empty when unknown."""

    def by_hour(self) -> tuple[float, ...]:
        """Return the rate at each hour of the day (UTC), in entries a day; their mean is ``new_per_day``."""
        if len(self.hours) != 24:
            return (self.new_per_day,) * 24
        scale = self.new_per_day * 24 / (sum(self.hours) + _FLAT_WEIGHS)
        return tuple(scale * (smooth + _FLAT_WEIGHS / 24) for smooth in _smoothed(self.hours))

    def before_silence(self, silence: timedelta, *, watched: timedelta) -> "Pace":
        """Return the pace that a channel had before a silence, as far as its own entries showed it.

        ``watched`` is how long it was known by then. What was expected of it unseen is left out, and so is
        its last entry, which every silence follows.
        """
        faded = math.exp(-(silence / _MEMORY))
        rate = self.new_per_day / faded - _DAY / _MEMORY - USUAL_PER_DAY * _usual_share(watched)
        return Pace(new_per_day=max(rate, 0.0), hours=self.hours)


def _usual_share(watched: timedelta) -> float:
    """Return how much of a rate is still what was expected at first, and not seen."""
    gaining = min(max(watched, timedelta(0)), _MEMORY - _USUAL_WEIGHS)
    share = _USUAL_WEIGHS / (_USUAL_WEIGHS + gaining)
    return share * math.exp(-(max(watched - gaining, timedelta(0)) / _MEMORY))


def _smoothed(hours: Sequence[float]) -> Iterator[float]:
    # An hour resembles its neighbours.
    for before, hour, after in zip((hours[-1], *hours), hours, (*hours[1:], hours[0]), strict=False):
        yield (before + 2 * hour + after) / 4


def _hours_between(since: datetime, until: datetime) -> Iterator[tuple[int, timedelta]]:
    """Yield each hour of the day that a time touches, and for how long."""
    while since < until:
        end = min(since.replace(minute=0, second=0, microsecond=0) + _HOUR, until)
        yield since.hour, end - since
        since = end


def root_rate(pace: Pace, *, now: datetime, last_hit_at: datetime | None = None) -> float:
    """Return the channel's share in the budget of polls: the square root of its rate, as a mean of the hours.

    The square root spends a budget so that the sum of all delays is least; a plain proportion would starve
    the small papers.
    """
    roots = sum(map(math.sqrt, pace.by_hour())) / 24
    return roots * math.sqrt(importance(last_hit_at, now))


def importance(last_hit_at: datetime | None, now: datetime) -> float:
    """Return how many times its rate a channel counts for, by when it last brought what a watch wants."""
    if last_hit_at is None:
        return 1.0
    age = max(now - last_hit_at, timedelta(0))
    return 1 + sum(bonus * math.exp2(-(age / half)) for bonus, half in _AFTER_HIT)


def is_possible_gap(*, new: int, listed: int, is_first: bool) -> bool:
    """Tell whether entries may have come and gone unseen: all that a known channel lists is new."""
    return not is_first and 0 < listed <= new


def learned(
    pace: Pace,
    *,
    published: Sequence[Stamp],
    since: datetime | None,
    at: datetime,
    watched_since: datetime | None,
    is_full: bool,
) -> Pace:
    """Return the pace after an answer at ``at`` with one of ``published`` (or an unknown time) per new entry.

    ``since`` is the answer before; None when there was none, or not for certain: then, and where the list
    was full of new entries, only the times they carry say in how long they came.

    >>> learned(Pace(), published=(), since=datetime(2025, 8, 1), at=datetime(2025, 8, 8),
    ...         watched_since=datetime(2025, 7, 1), is_full=False).new_per_day
    3.6787944117144233
    """
    times = sorted(time for stamp in published if (time := _exact(stamp)) is not None and time <= at)
    came: list[datetime | None]
    if since is None and not times:
        return pace
    if since is None or (is_full and _is_denser(times, since, at)):
        # The oldest entry opens the time in which the others came.
        since = max(times[0], at - _MEMORY)
        came = [time for time in times if time > since]
    else:
        late = since - _LATE
        came = [_came_at(stamp, since, at) for stamp in published if stamp.at is None or stamp.at >= late]
    return Pace(
        new_per_day=_new_per_day(pace.new_per_day, len(came), at - since, at - (watched_since or at)),
        hours=_hours(pace.hours, came, since, at),
    )


def _is_denser(times: Sequence[datetime], since: datetime, at: datetime) -> bool:
    """Tell whether a full list shows a higher rate by its own times than over the time since ``since``."""
    return len(times) > 1 and (len(times) - 1) * (at - since) > len(times) * (at - times[0])


def _exact(stamp: Stamp) -> datetime | None:
    return stamp.at if stamp.precision in _EXACT else None


def _came_at(stamp: Stamp, since: datetime, at: datetime) -> datetime | None:
    """Return when an entry came, as the publisher says, or None; one that was listed late came at once."""
    time = _exact(stamp)
    return None if time is None else min(max(time, since), at)


def _new_per_day(before: float, new: int, elapsed: timedelta, watched: timedelta) -> float:
    elapsed = max(elapsed, _SHORTEST)
    kept = math.exp(-(elapsed / min(_MEMORY, watched + _USUAL_WEIGHS)))
    return kept * before + (1 - kept) * new / (elapsed / _DAY)


def _hours(
    before: Sequence[float], came: Sequence[datetime | None], since: datetime, at: datetime
) -> tuple[float, ...]:
    if not came and len(before) != 24:
        return ()
    kept = math.exp(-((at - since) / _HOURS_MEMORY))
    hours = [kept * count for count in before] if len(before) == 24 else [0.0] * 24
    for time in came:
        if time is not None:
            hours[time.hour] += 1
    untimed = came.count(None)
    if untimed:
        # A whole day says nothing of the hours, and more of them say no more.
        start = min(max(since, at - _DAY), at - _SHORTEST)
        for hour, share in _hours_between(start, at):
            hours[hour] += untimed * (share / (at - start))
    return tuple(hours)
