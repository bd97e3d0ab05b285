"""What a person decided of an article: it stands above what the rules say, and no rule changes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["Mark", "MarkVerdict", "PairVerdict", "Pairing"]

MarkVerdict = Literal["relevant", "not"]
PairVerdict = Literal["same", "different"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whether an article belongs to a watch, as a person says."""

    watch: str
    verdict: MarkVerdict
    marked_at: datetime
    """UTC."""
    note: str = ""
    """Why, in the person's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Whether two articles carry the same text, as a person says."""

    article_id: int
    """The one that was marked; it leaves the other's cluster when both are different."""
    other_id: int
    verdict: PairVerdict
    marked_at: datetime
    """UTC."""
    note: str = ""
    """Why, in the person's words."""

    def beside(self, article_id: int) -> int:
        """Return the article that one of both was compared with."""
        return self.other_id if article_id == self.article_id else self.article_id
