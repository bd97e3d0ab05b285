"""What to do with an address that a channel announces: fetch it, or say at once how it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.items import Entry, Fate, Precision, Stamp
from pipeline.urls import url_key

__all__ = ["RECHECK_AGE", "Known", "Meeting", "by_address", "meet", "next_look_at", "next_try_at"]

RECHECK_AGE = timedelta(days=7)
"""How long after its first sighting an article is looked at again when asked to recheck."""

_LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=3), timedelta(days=7))
_FIRST_WAIT = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(hours=24)
_MOST_ATTEMPTS = 6
# A server that asks for more has mistaken the unit, or wants to be rid of us.
_LONGEST_RETRY = timedelta(days=7)

# A day or a month stands for its first instant, so that much is forgiven before a time is called old.
_WIDTH = {Precision.DAY: timedelta(days=1), Precision.MONTH: timedelta(days=31)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the corpus holds of an address met before."""

    fate: Fate | None
    """Its last fate; None when no run has got round to it."""
    settled: bool
    """No run need fetch it again of its own accord."""
    tried_at: datetime
    """The last fetch, or the first meeting where there was none."""
    modified_at: datetime | None = None
    """The publisher's modified time as last announced."""
    next_try_at: datetime | None = None
    """Not before this, after a failure in passing."""
    article_seen_at: datetime | None = None
    """When its article was first seen; None when it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """How one meeting with an address ends: ``fate`` None means fetch it."""

    fate: Fate | None = None
    rule: str
    reason: str = ""

    @property
    def is_fetch(self) -> bool:
        """The page is to be fetched now."""
        return self.fate is None


def meet(
    entry: Entry,
    known: Known | None,
    *,
    now: datetime,
    max_age_days: float,
    is_first_poll: bool = False,
    recheck: bool = False,
) -> Meeting:
    """Decide on one announced entry.

    ``is_first_poll`` says that its channel answers for the first time: only then an old entry is left out.
    """
    if known is None:
        if is_first_poll and _is_older(entry, now - timedelta(days=max_age_days)):
            return Meeting(fate=Fate.TOO_OLD, rule="first poll", reason=f"older than {max_age_days:g} days")
        return Meeting(rule="never met")
    if known.fate is Fate.FORGOTTEN:
        return Meeting(fate=Fate.FORGOTTEN, rule="forgotten")
    if not known.settled:
        return _meet_unsettled(known, now)
    if recheck and known.article_seen_at is not None and now - known.article_seen_at <= RECHECK_AGE:
        return Meeting(rule="recheck")
    if _is_modified(entry, known):
        return Meeting(rule="modified")
    return Meeting(fate=Fate.KNOWN, rule="known")


def by_address(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Return the entries by URL key; of several with one address the newest, else the first."""
    found: dict[str, Entry] = {}
    for entry in entries:
        key = url_key(entry.url)
        before = found.setdefault(key, entry)
        if _time(entry) > _time(before):
            found[key] = entry
    return found


def next_look_at(first_seen_at: datetime, *, now: datetime) -> datetime | None:
    """Return when to look again at the page of a stored article; None when it is old enough to be left alone.

    After 1 h, 6 h, 24 h, 3 days and 7 days: corrections come soon, withdrawals later. A look that comes late
    stands for all that were missed.
    """
    times = (first_seen_at + age for age in _LOOKS)
    return next((at for at in times if at > now), None)


def next_try_at(attempts: int, *, now: datetime, retry_at: datetime | None = None) -> datetime | None:
    """Return when to try again after so many attempts failed in passing; None when it is enough.

    Not before ``retry_at``, which the server asked for, but within a week all the same.
    """
    if attempts >= _MOST_ATTEMPTS:
        return None
    own = now + min(_FIRST_WAIT * 4.0 ** (attempts - 1), _LONGEST_WAIT)
    return own if retry_at is None else max(own, min(retry_at, now + _LONGEST_RETRY))


def _meet_unsettled(known: Known, now: datetime) -> Meeting:
    if known.next_try_at is None or known.next_try_at <= now:
        return Meeting(rule="left over")
    when = known.next_try_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Meeting(fate=Fate.PENDING, rule="waiting", reason=f"next try at {when}")


def _time(entry: Entry) -> datetime:
    return (entry.published or entry.modified).at or datetime.min.replace(tzinfo=UTC)


def _is_older(entry: Entry, limit: datetime) -> bool:
    stamp = entry.published or entry.modified
    return stamp.at is not None and _latest(stamp, stamp.at) < limit


def _latest(stamp: Stamp, at: datetime) -> datetime:
    return at + _WIDTH.get(stamp.precision, timedelta(0))


def _is_modified(entry: Entry, known: Known) -> bool:
    if entry.modified.at is None:
        return False
    return entry.modified.at > (known.modified_at or known.tried_at)
