"""What a person decided of an article: it stands above what the rules say, and no rule changes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["Mark", "MarkVerdict"]

MarkVerdict = Literal["relevant", "not"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Whether an article belongs to a watch, as a person says."""

    watch: str
    verdict: MarkVerdict
    marked_at: datetime
    """UTC."""
    note: str = ""
    """Why, in the person's words."""
