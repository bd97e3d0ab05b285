"""What ties an article to others, as values."""

from dataclasses import dataclass

__all__ = ["Bridge", "Links"]


@dataclass(frozen=True, slots=True)
class Bridge:
    """A second cluster that turns out to be one with the article's."""

    cluster: int
    article_id: int
    """The article of that cluster which the text is like."""
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What ties an article to others, and what is kept so that later ones find it."""

    copy_of: int | None = None
    """The stored article whose copy it is, if of any."""
    score: float = 0.0
    """How much it shares with that one, or with the article that tells the same story; 0 to 1."""
    bridges: tuple[Bridge, ...] = ()
    against: tuple[str, ...] = ()
    """Why it is no copy of articles that it is like."""
    words: tuple[str, ...] = ()
    """Its words without the furniture of its source."""
    fingerprints: tuple[int, ...] = ()
    """Those by which it can be found; none for a digest."""
    paragraphs: tuple[int, ...] = ()
    """Marks of its paragraphs, with its source: what stands in many articles of a source is furniture."""
    mentions: tuple[int, ...] = ()
    """Those of its names and numbers by which its story can be found."""
    weight: float = 0.0
    """Of all its mentions."""
    same_story_as: int | None = None
    """The stored article that tells the same story; None when it opens one, or is a copy."""
    follows: int | None = None
    """The stored article that it follows up with another story."""
    credit: str = ""
