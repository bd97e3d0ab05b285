"""What a source's answers, and its silence, mean: one word, and one line that says what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.figures import Day
from pipeline.items import ChannelKind, Fate
from pipeline.layout import layout_change

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

_ADVICE = {
    Health.GONE: "look for its new address on its site, and write that into tearsheet.toml",
    Health.BLOCKED: "see its robots.txt and terms, and set collect.contact",
    Health.CHANGED: "open it in a browser, and if it moved put its new address into the sources",
    Health.FAILING: "it is asked again by itself, so check the address only if that goes on",
}

_WORST_FIRST = (Health.GONE, Health.BLOCKED, Health.CHANGED, Health.FAILING, Health.QUIET, Health.OK)

# Longer than a holiday weekend; and five times the usual gap, so that a monthly bulletin is not called quiet.
_SHORTEST_SILENCE = timedelta(days=4)
_GAPS_OF_SILENCE = 5
# A rate says nothing before the channel has been watched for some days.
_WATCHED = timedelta(days=7)


def health(
    channels: Sequence[ChannelState],
    *,
    now: datetime,
    expect_per_day: tuple[float, float] | None = None,
    days: Sequence[Day] = (),
) -> tuple[Health, str]:
    """Judge a source by its channels, and by what its pages gave on the last ``days``.

    The finding is empty when all is well, else ``what; what to do``.
    """
    polled = [channel for channel in channels if channel.last_polled_at is not None]
    if not polled:
        return Health.NEVER, "not asked so far: run `tearsheet collect`"
    verdicts = [_verdict(channel, now) for channel in polled]
    changed = layout_change(days, today=now.date())
    if changed is not None:
        verdicts.append((Health.CHANGED, changed))
    word, finding = min(verdicts, key=lambda verdict: _WORST_FIRST.index(verdict[0]))
    if word is Health.OK and expect_per_day is not None:
        return _against_band(polled, expect_per_day, now)
    return word, finding


def _verdict(channel: ChannelState, now: datetime) -> tuple[Health, str]:
    if channel.failure is not None:
        word = _WORD.get(channel.failure, Health.FAILING)
        why = channel.reason or channel.failure.value
        times = f", {channel.failures} times in a row" if channel.failures > 1 else ""
        return word, f"{channel.url}: {why}{times}; {_ADVICE[word]}"
    newest = max((at for at in (channel.last_item_at, channel.last_new_at) if at is not None), default=None)
    if newest is not None and now - newest > _usual_silence(channel.new_per_day):
        days = (now - newest).days
        return Health.QUIET, f"{channel.url}: nothing new for {days} days; see whether it still publishes"
    return Health.OK, ""


def _usual_silence(rate: float) -> timedelta:
    # The rate fades during the silence itself, so its floor keeps the limit finite.
    return max(_SHORTEST_SILENCE, timedelta(days=_GAPS_OF_SILENCE / max(rate, 0.05)))


def _against_band(
    channels: Sequence[ChannelState], band: tuple[float, float], now: datetime
) -> tuple[Health, str]:
    watched_since = [channel.first_polled_at for channel in channels if channel.first_polled_at is not None]
    if not watched_since or now - min(watched_since) < _WATCHED:
        return Health.OK, ""
    rate = sum(channel.new_per_day for channel in channels)
    low, high = band
    if rate < low:
        return Health.QUIET, f"{rate:.1f} new entries a day, expected {low:g} or more; see what is missing"
    if rate > high:
        return Health.CHANGED, f"{rate:.1f} new entries a day, expected {high:g} or less; see what it adds"
    return Health.OK, ""
