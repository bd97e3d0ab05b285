"""What is said of frozen sets."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from storage.search.records import iso
from storage.search.selection import Filters

__all__ = ["Change", "Difference", "FrozenSet"]

Change = Literal["added", "gone", "changed", "forgotten"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSet:
    """What a question found at one time."""

    name: str
    query: str
    filters: Filters
    """Those that were given."""
    frozen_at: datetime
    version: str
    """Of Tearsheet."""
    watches: Mapping[str, Sequence[str]]
    """The watches that wanted articles of the set, with the versions that judged them."""
    articles: int
    forgotten: int
    """How many of them have been forgotten since."""
    fingerprint: str
    """SHA-256 of ``id revision hash``, a line for each article in the order of the ids."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "name": self.name,
            "query": self.query,
            "filters": {
                key: iso(value) if isinstance(value, datetime) else value
                for key, value in self.filters.items()
            },
            "frozen_at": iso(self.frozen_at),
            "version": self.version,
            "watches": {watch: list(versions) for watch, versions in self.watches.items()},
            "articles": self.articles,
            "forgotten": self.forgotten,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One article that would be another today, or not there, or was not there."""

    change: Change
    """``added``: found today only; ``gone``: found then only; ``forgotten``: removed since."""
    id: int
    url: str
    """Empty when forgotten, as is the title."""
    title: str
    why: tuple[str, ...]
    """What hides it, ``copy`` or ``off_topic``; then the fields of the record that differ, ``last_seen_at``
    aside, with ``withdrawn`` for flags that say so. Of an added one: ``new``, or ``stored_before``."""
    revision_then: int | None
    revision_now: int | None
    duplicate_of: int | None = None
    """The article that stands for it today."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self) | {"why": list(self.why)}
