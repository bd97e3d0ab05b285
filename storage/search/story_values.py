"""The values by which stories are answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.search.carriage import Carriage
from storage.search.records import Hit, iso

__all__ = ["Report", "Stories", "Story", "StoryHit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that was written of one event."""

    story: int
    articles: int
    """Copies too."""
    texts: int
    """Of these, the texts that are not copies of each other."""
    sources: int
    languages: tuple[str, ...]
    """Most articles first."""
    origins: tuple[str, ...]
    """Whose texts they are (pipeline.linking.origins)."""
    first_at: datetime
    """When the first was published, or first seen."""
    last_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "story": self.story,
            "articles": self.articles,
            "texts": self.texts,
            "sources": self.sources,
            "languages": list(self.languages),
            "origins": list(self.origins),
            "first_at": iso(self.first_at),
            "last_at": iso(self.last_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryHit:
    """A story that a search found."""

    story: Story
    head: Hit
    """Of what was found in it, the article whose text most carry; of several the first."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return self.story.as_dict() | {"head": self.head.as_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """One page of the stories that a search found."""

    query: str
    count: int
    """All stories that were found, on this page or not."""
    stories: tuple[StoryHit, ...]
    cursor: str
    """Asks for the next page; empty on the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One text of a story, by the article that stands for it."""

    article_id: int
    at: datetime
    """Published, or first seen."""
    source: str
    language: str
    title: str
    carriage: Carriage
    follows: int | None
    """The article that stands for an earlier text of the story, whose names and numbers this one shares."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "article": self.article_id,
            "at": iso(self.at),
            "source": self.source,
            "language": self.language,
            "title": self.title,
            "carried": self.carriage.as_dict(),
            "follows": self.follows,
        }
