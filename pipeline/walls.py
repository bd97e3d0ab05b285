"""What stands between a source's channels, which answer, and its pages, which then say nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.figures import Day
from pipeline.items import Fate

__all__ = ["Wall", "wall_before"]

# Pages of today and yesterday: a wall is told on its first day, and for as long as it stands.
_NEWEST = timedelta(days=2)
_FEWEST = 3
_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One way in which pages are kept from us."""

    like: Fate
    """What a channel with the same trouble ends as."""
    finding: str
    """``what; what to do``, with the number of such pages and of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    like: Fate
    says: str
    advice: str
    count: Callable[[Day], int]


_DOWN = (Fate.TIMEOUT, Fate.UNREACHABLE, Fate.HTTP_ERROR)
_ELSEWHERE = "look for another channel of it, ask the publisher, or set enabled = false"
_KINDS = (
    _Kind(
        like=Fate.CONSENT_WALL,
        says="are a consent wall",
        advice=f"it wants a reader's consent: {_ELSEWHERE}",
        count=lambda day: day.rejected.get(Fate.CONSENT_WALL.value, 0),
    ),
    _Kind(
        like=Fate.BLOCKED,
        says="are a teaser before a paywall",
        advice=f"its texts are for subscribers: {_ELSEWHERE}",
        count=lambda day: day.paywalled,
    ),
    _Kind(
        like=Fate.ROBOTS,
        says="are forbidden by its robots.txt",
        advice=_ELSEWHERE,
        count=lambda day: day.refused.get(Fate.ROBOTS.value, 0),
    ),
    _Kind(
        like=Fate.BLOCKED,
        says="were refused (blocked), though its channels answer",
        advice="see its robots.txt and terms, and set collect.contact",
        count=lambda day: day.refused.get(Fate.BLOCKED.value, 0),
    ),
    _Kind(
        like=Fate.NOT_HTML,
        says="are gone, though its channels list them",
        advice="open one in a browser, and look for a channel whose addresses are right",
        count=lambda day: day.rejected.get(Fate.GONE.value, 0),
    ),
    _Kind(
        like=Fate.UNREACHABLE,
        says="did not answer, or with an error, though its channels do",
        advice="they are asked again by themselves, so look at one in a browser only if that goes on",
        count=lambda day: sum(day.refused.get(fate.value, 0) for fate in _DOWN),
    ),
)


def wall_before(days: Sequence[Day], *, today: date) -> Wall | None:
    """Return what stands before at least half of a source's newest pages, and at least 3; else None."""
    newest = sum((day for day in days if today - day.day < _NEWEST), start=Day(day=today))
    pages = newest.pages + sum(newest.refused.values())
    counts = [(kind.count(newest), kind) for kind in _KINDS]
    found, kind = max(counts, key=lambda pair: pair[0])
    if found < max(_FEWEST, pages * _SHARE):
        return None
    return Wall(like=kind.like, finding=f"{found} of {pages} pages {kind.says}; {kind.advice}")
