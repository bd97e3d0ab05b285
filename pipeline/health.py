"""What a source's answers, and its silence, mean: one word, and one line that says what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.figures import Day
from pipeline.items import ChannelKind, Fate
from pipeline.layout import layout_change
from pipeline.pace import Pace
from pipeline.silence import is_long_silence, weekend_share
from pipeline.walls import wall_before

__all__ = ["ChannelState", "Health", "health"]


class Health(StrEnum):
    """The state of a source, the worst of its channels'."""

    OK = "ok"
    QUIET = "quiet"
    """It answers, but announces less (or older) than is usual for it."""
    FAILING = "failing"
    BLOCKED = "blocked"
    """It refuses us."""
    GONE = "gone"
    CHANGED = "changed"
    """It answers with something else than before, or its pages are read otherwise than before."""
    NEVER = "never"
    """It was never asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """What is kept of one channel between its polls."""

    url: str
    kind: ChannelKind
    status: int = 0
    """The last HTTP status; 0 when there was no answer."""
    failure: Fate | None = None
    """Why the last poll failed; None when it did not."""
    reason: str = ""
    failures: int = 0
    """Polls that failed in a row."""
    first_polled_at: datetime | None = None
    """The first poll that succeeded."""
    last_polled_at: datetime | None = None
    last_item_at: datetime | None = None
    """The newest time that the publisher gave to an entry."""
    last_new_at: datetime | None = None
    """When it last announced something new to us."""
    next_poll_at: datetime | None = None
    new_per_day: float = 0.0
    hours: tuple[float, ...] = ()
    """Counts of its new entries by hour of the day (``pipeline.pace``)."""
    moved_to: str = ""
    """The address to which it has moved for good, and at which it answers."""


_WORD = {
    Fate.GONE: Health.GONE,
    Fate.BLOCKED: Health.BLOCKED,
    Fate.ROBOTS: Health.BLOCKED,
    Fate.CONSENT_WALL: Health.BLOCKED,
    Fate.NOT_HTML: Health.CHANGED,
    Fate.NOT_ARTICLE: Health.CHANGED,
    Fate.PARSE_ERROR: Health.CHANGED,
    Fate.REDIRECT_LOOP: Health.CHANGED,
    Fate.TOO_LARGE: Health.CHANGED,
}

_NEW_ADDRESS = "look for its new address on its site, and write that into tearsheet.toml"
_WAIT = "it is asked again by itself, so check the address only if that goes on"
_ADVICE = {
    Fate.GONE: _NEW_ADDRESS,
    Fate.BLOCKED: "see its robots.txt and terms, and set collect.contact",
    Fate.ROBOTS: "ask the publisher, look for a channel that is allowed, or set enabled = false",
    Fate.CONSENT_WALL: "it wants a reader's consent: look for its feed or its sitemap",
    Fate.TOO_LARGE: "list a smaller channel, such as its news sitemap",
}
_SEE = "open it in a browser, and if it moved put its new address into the sources"

_WORST_FIRST = (Health.GONE, Health.BLOCKED, Health.CHANGED, Health.FAILING, Health.QUIET, Health.OK)

# A rate says nothing before the channel has been watched for some days.
_WATCHED = timedelta(days=7)

_Verdict = tuple[Health, str]


def health(
    channels: Sequence[ChannelState],
    *,
    now: datetime,
    expect_per_day: tuple[float, float] | None = None,
    days: Sequence[Day] = (),
) -> _Verdict:
    """Judge a source by its channels, and by what its pages gave on the last ``days``.

    The finding is empty when all is well, else ``what; what to do``.
    """
    polled = [channel for channel in channels if channel.last_polled_at is not None]
    if not polled:
        return Health.NEVER, "not asked so far: run `tearsheet collect`"
    newest = max((at for channel in polled if (at := _newest(channel))), default=None)
    weekend = weekend_share(days)
    verdicts = [_verdict(channel, newest, weekend) for channel in polled]
    word, finding = min(
        [*verdicts, _pages_verdict(days, now)], key=lambda verdict: _WORST_FIRST.index(verdict[0])
    )
    if word is not Health.OK:
        return word, finding
    if newest is None and any(channel.first_polled_at for channel in polled):
        url = polled[0].url
        return Health.QUIET, f"{url}: it announced nothing so far; see whether it is the right address"
    if expect_per_day is not None and (found := _against_band(polled, expect_per_day, now)) is not None:
        return found
    return next(map(_moved, filter(_has_moved, polled)), (Health.OK, ""))


def _newest(channel: ChannelState) -> datetime | None:
    return max((at for at in (channel.last_item_at, channel.last_new_at) if at is not None), default=None)


def _verdict(channel: ChannelState, newest: datetime | None, weekend: float) -> _Verdict:
    """Judge one channel; ``newest`` is the last news of its source."""
    if channel.failure is not None:
        return _failed(channel, channel.failure)
    if channel.reason and (channel.kind is not ChannelKind.SITEMAP or _newest(channel) is None):
        # A news sitemap may be empty for a while: it lists two days only.
        return Health.QUIET, f"{channel.url}: {channel.reason}; see whether it is the right address"
    # A channel without times may list what another announced before it.
    since = newest if channel.last_item_at is None else _newest(channel)
    if since is None or channel.last_polled_at is None:
        return Health.OK, ""
    pace = Pace(new_per_day=channel.new_per_day, hours=channel.hours)
    watched = channel.first_polled_at
    if is_long_silence(
        pace, since=since, until=channel.last_polled_at, watched_since=watched, weekend=weekend
    ):
        silence = _in_words(channel.last_polled_at - since)
        return Health.QUIET, f"{channel.url}: nothing new for {silence}; see whether it still publishes"
    return Health.OK, ""


def _failed(channel: ChannelState, failure: Fate) -> _Verdict:
    word = _WORD.get(failure, Health.FAILING)
    why = channel.reason or failure.value
    times = f", {channel.failures} times in a row" if channel.failures > 1 else ""
    advice = _ADVICE.get(failure, _SEE if word is Health.CHANGED else _WAIT)
    if channel.moved_to:
        why = f"{why} (it has moved to {channel.moved_to})"
    return word, f"{channel.url}: {why}{times}; {advice}"


def _in_words(silence: timedelta) -> str:
    days = silence.days
    return f"{days} days" if days > 1 else f"{silence // timedelta(hours=1)} hours"


def _pages_verdict(days: Sequence[Day], now: datetime) -> _Verdict:
    wall = wall_before(days, today=now.date())
    if wall is not None:
        return _WORD.get(wall.like, Health.FAILING), wall.finding
    changed = layout_change(days, today=now.date())
    return (Health.OK, "") if changed is None else (Health.CHANGED, changed)


def _has_moved(channel: ChannelState) -> bool:
    return bool(channel.moved_to)


def _moved(channel: ChannelState) -> _Verdict:
    return (
        Health.CHANGED,
        f"{channel.url}: moved to {channel.moved_to} for good; write that into tearsheet.toml",
    )


def _against_band(
    channels: Sequence[ChannelState], band: tuple[float, float], now: datetime
) -> _Verdict | None:
    watched_since = [channel.first_polled_at for channel in channels if channel.first_polled_at is not None]
    if not watched_since or now - min(watched_since) < _WATCHED:
        return None
    rate = sum(channel.new_per_day for channel in channels)
    low, high = band
    if rate < low:
        return Health.QUIET, f"{rate:.1f} new entries a day, expected {low:g} or more; see what is missing"
    if rate > high:
        return Health.CHANGED, f"{rate:.1f} new entries a day, expected {high:g} or less; see what it adds"
    return None
