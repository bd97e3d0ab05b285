"""Which article stands for its cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.linking.credit import is_credited

__all__ = ["Member", "head_of"]

# A published time that much before the middle of its cluster is a wrong one, not an early one.
_PLAUSIBLE = timedelta(days=1)
# A text with most of the words of the longest is as full as it.
_FULL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a cluster, as far as it may stand for it."""

    article_id: int
    source: str
    credit: str
    """Whom it credits (pipeline.linking.credit)."""
    length: int
    """The characters of its text."""
    published_at: datetime | None
    first_seen_at: datetime

    @property
    def at(self) -> datetime:
        """The earlier of its two times."""
        return min(self.published_at or self.first_seen_at, self.first_seen_at)


def head_of(members: Sequence[Member]) -> int:
    """Return the article that stands for the members of a cluster (one or more).

    The source that the others credit comes first, then what credits no one; then the fuller text, then the
    earlier plausible time, then the lower number. So the choice does not depend on the order of arrival.
    """
    times = sorted(member.at for member in members)
    earliest = times[len(times) // 2] - _PLAUSIBLE
    full = _FULL * max(member.length for member in members)
    credits = [member.credit for member in members if member.credit]

    def rank(member: Member) -> tuple[int, bool, bool, datetime, int]:
        named = sum(is_credited(member.source, credit) for credit in credits)
        at = member.at if member.at >= earliest else member.first_seen_at
        return (-named, bool(member.credit), member.length < full, at, member.article_id)

    return min(members, key=rank).article_id
