"""Which article stands for its cluster."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.linking.credit import is_credited

__all__ = ["Member", "head_of"]

# A text with less of the longest than this is a teaser of it; a copy may well be longer than what it copies.
_TEASER = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a cluster, as far as it may stand for it."""

    article_id: int
    source: str
    credit: str
    """Whom it credits (pipeline.linking.credit)."""
    length: int
    """The characters of its text."""
    first_seen_at: datetime


def head_of(members: Sequence[Member]) -> int:
    """Return the article that stands for the members of a cluster (one or more).

    The source that the others credit comes first, then what credits no one; then what is no teaser, then what
    was seen first, then the lower number. So the choice does not depend on the order of arrival. Published
    times are not asked: one copy in twenty claims an earlier one than what it copies.
    """
    least = _TEASER * max(member.length for member in members)
    credited = Counter(member.credit for member in members if member.credit)

    def rank(member: Member) -> tuple[int, bool, bool, datetime, int]:
        named = sum(count for credit, count in credited.items() if is_credited(member.source, credit))
        is_teaser = member.length < least
        return (-named, bool(member.credit), is_teaser, member.first_seen_at, member.article_id)

    return min(members, key=rank).article_id
