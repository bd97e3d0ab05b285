"""What linking must ask of the corpus. Declared here, implemented in ``storage``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

__all__ = ["Found", "KnownText", "KnownWords", "Seen", "Telling"]


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


class Telling(NamedTuple):
    """What all the mentions of a stored article weigh, when it was first seen, its headline and language."""

    weight: float
    seen_at: datetime
    title: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who was found by marks, and which of these too many have to say anything."""

    articles: Mapping[int, tuple[int, ...]]
    """The stored articles of each mark that any has, but for the common ones."""
    common: frozenset[int] = frozenset()


class Seen(Protocol):
    """The look-ups of ``place()``; those with ``at`` look only at articles first seen some days around it."""

    def at_address(self, url_key: str) -> KnownText | None:
        """Return the article stored for this address, with its newest text."""

    def with_text(self, text_hash: str) -> KnownText | None:
        """Return the first stored article with this text, if any."""

    def furniture(self, paragraphs: Sequence[int]) -> frozenset[int]:
        """Return those of the marked paragraphs that stand in three articles or more of their source."""

    def sharing(self, fingerprints: Sequence[int], *, at: datetime, most: int) -> Found:
        """Return who has these fingerprints, those that more than ``most`` articles have apart."""

    def clusters_of(self, article_ids: Collection[int]) -> Mapping[int, int]:
        """Return the clusters of articles by number."""

    def words_of(self, most: Mapping[int, int | None]) -> Mapping[int, KnownWords]:
        """Return the words of articles by number: of those of no more than so many, where that is said.

        One whose words are no longer kept is left out.
        """

    def mentioning(self, marks: Sequence[int], *, at: datetime, most: int) -> Found:
        """Return who mentions these, those that more than ``most`` articles mention apart."""

    def tellings_of(self, article_ids: Sequence[int]) -> Mapping[int, Telling]:
        """Return the weights, times and headlines of articles by number."""

    def count_around(self, at: datetime) -> int:
        """Return how many articles were first seen around a time."""

    def are_parted(self, one: int, other: int) -> bool:
        """Tell whether a person said of articles of two clusters that they are not the same."""
