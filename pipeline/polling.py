"""What the answers of a channel are worth: whether to believe that nothing changed, and what went unseen."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.items import Entry, Precision
from pipeline.pace import is_possible_gap

__all__ = ["is_full_answer_due", "is_window_full", "unseen"]

_FULL_AFTER = timedelta(days=3)
_POLLS_TO_ONE_IN_FULL = 24
# A list of a few is all new on many a day: a news sitemap lists two days only.
_FEWEST_LISTED = 5
_EXACT = frozenset({Precision.SECOND, Precision.MINUTE})


def is_full_answer_due(last_full_at: datetime | None, *, last_polled_at: datetime, now: datetime) -> bool:
    """Tell whether to ask a channel for all of it, though it may say that nothing changed.

    After 3 days without an answer in full, and at most once in 24 polls.
    """
    if last_full_at is None:
        return True
    return now - last_full_at >= max(_FULL_AFTER, _POLLS_TO_ONE_IN_FULL * (now - last_polled_at))


def is_window_full(*, new: int, listed: int, is_first: bool) -> bool:
    """Tell whether all that a channel lists is new: at least 5 entries, and not at its first answer."""
    return listed >= _FEWEST_LISTED and is_possible_gap(new=new, listed=listed, is_first=is_first)


def unseen(entries: Sequence[Entry], *, since: datetime, at: datetime) -> tuple[datetime, datetime] | None:
    """Return the time of which a full window shows nothing; None when it reaches back to ``since``.

    ``since`` is the answer before this one, ``at`` this one: where the entries carry no exact times, all of
    the time between may be unseen.
    """
    stamps = (entry.published or entry.modified for entry in entries)
    times = [stamp.at for stamp in stamps if stamp.at is not None and stamp.precision in _EXACT]
    until = min([*times, at])
    return (since, until) if since < until else None
