"""What linking needs of an article, made where its page is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.linking.credit import credit_of
from pipeline.linking.fingerprints import fingerprints
from pipeline.linking.names import mentions
from pipeline.linking.prose import prose_of

__all__ = ["Sketch", "sketch_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """An article as its neighbours are told from it."""

    prose: tuple[str, ...]
    """Its paragraphs as folded words (pipeline.linking.prose)."""
    fingerprints: tuple[int, ...]
    """Of all its prose: those by which it is found, unless some of that is furniture of its source."""
    mentions: Mapping[int, float]
    """What it names and counts (pipeline.linking.names)."""
    credit: str
    """Whom it credits with its text, folded to letters; empty when no one."""


def sketch_of(title: str, text: str, *, authors: Sequence[str] = (), removed: Sequence[str] = ()) -> Sketch:
    """Return the sketch of an article; about half a millisecond for 3 KB of text."""
    prose = prose_of(text)
    return Sketch(
        prose=prose,
        fingerprints=fingerprints(" ".join(prose).split(" ")),
        mentions=mentions(f"{title}.\n{text}"),
        credit=credit_of(text, authors=authors, removed=removed),
    )
