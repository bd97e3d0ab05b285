"""What linking must ask of the corpus. Declared here, implemented in ``storage``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

__all__ = ["Found", "KnownText", "KnownWords", "Mention", "Seen", "Sharing"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownText:
    """What the corpus holds of an article, as far as linking needs it."""

    article_id: int
    title: str
    text: str
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWords:
    """A stored text as linking compares it."""

    article_id: int
    source: str
    seen_at: datetime
    """When it was first seen."""
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sharing:
    """A stored article that has a fingerprint, and its cluster."""

    fingerprint: int
    article_id: int
    cluster: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A stored article that mentions something, what all its mentions weigh, and when it was first seen."""

    mark: int
    article_id: int
    weight: float
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was found by marks, and which of these too many have to say anything."""

    rows: tuple[T, ...] = ()
    common: frozenset[int] = frozenset()


class Seen(Protocol):
    """The look-ups of ``place()``; those with ``at`` look only at articles first seen some days around it."""

    def at_address(self, url_key: str) -> KnownText | None:
        """Return the article stored for this address, with its newest text."""

    def with_text(self, text_hash: str) -> KnownText | None:
        """Return the first stored article with this text, if any."""

    def furniture(self, paragraphs: Sequence[int]) -> frozenset[int]:
        """Return those of the marked paragraphs that stand in three articles or more of their source."""

    def sharing(self, fingerprints: Sequence[int], *, at: datetime, most: int) -> Found[Sharing]:
        """Return who has these fingerprints, those that more than ``most`` articles have apart."""

    def words_of(self, article_ids: Sequence[int]) -> Mapping[int, KnownWords]:
        """Return the words of articles by number; one whose words are no longer kept is left out."""

    def mentioning(self, marks: Sequence[int], *, at: datetime, most: int) -> Found[Mention]:
        """Return who mentions these, those that more than ``most`` articles mention apart."""

    def count_around(self, at: datetime) -> int:
        """Return how many articles were first seen around a time."""

    def are_parted(self, one: int, other: int) -> bool:
        """Tell whether a person said of articles of two clusters that they are not the same."""
