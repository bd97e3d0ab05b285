"""The syntax tree of the query language: what ``pipeline.query`` parses into and every backend reads.

A tree is a Node. Words in it are folded (``pipeline.words``); no node holds text that a backend may parse.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.words import words

__all__ = [
    "And",
    "Bound",
    "Everything",
    "Exact",
    "Field",
    "FieldName",
    "Near",
    "Node",
    "Not",
    "Or",
    "Published",
    "Scope",
    "Sought",
    "Text",
]


class Scope(StrEnum):
    """Which text a Text node looks in."""

    ALL = "all"
    """Title, standfirst and main text."""
    TITLE = "title"


class FieldName(StrEnum):
    """The fields that are matched as values, not as text."""

    SOURCE = "source"
    LANG = "lang"
    AUTHOR = "author"
    URL = "url"
    WATCH = "watch"
    STORY = "story"
    """A number, of the corpus that is searched."""
    FATE = "fate"
    GROUP = "group"
    PERSON = "person"
    MECHANISM = "mechanism"
    STAGE = "stage"


class Bound(StrEnum):
    """Which side of an instant."""

    AFTER = "after"
    """At or after it."""
    BEFORE = "before"
    """Before it."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every article: the empty query."""


@dataclass(frozen=True, slots=True)
class Text:
    """Consecutive folded words; one word is a phrase of length one."""

    words: tuple[str, ...]
    scope: Scope = Scope.ALL
    prefix: bool = False
    """The last word is the beginning of a word."""


@dataclass(frozen=True, slots=True)
class Exact:
    """Consecutive words with their case and accents, as ``pipeline.words.written`` gives them."""

    words: tuple[str, ...]
    scope: Scope = Scope.ALL

    @property
    def folded(self) -> Text:
        """What it is found by where only folded words are known."""
        return Text(tuple(words(" ".join(self.words))), self.scope)


@dataclass(frozen=True, slots=True)
class Near:
    """Two texts with at most so many words between them, in either order; they share no word."""

    left: Text
    right: Text
    between: int

    @property
    def scope(self) -> Scope:
        """Where both must be: a title is also part of everything."""
        return Scope.TITLE if Scope.TITLE in (self.left.scope, self.right.scope) else Scope.ALL


@dataclass(frozen=True, slots=True)
class Field:
    """A field contains (author, url, group, person) or equals (every other) the folded value."""

    name: FieldName
    value: str


@dataclass(frozen=True, slots=True)
class Published:
    """Published (or, where that is unknown, first seen) on one side of an instant (aware, UTC)."""

    bound: Bound
    at: datetime


@dataclass(frozen=True, slots=True)
class Not:
    """Everything the part does not match."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Every part matches."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Some part matches."""

    parts: "tuple[Node, ...]"


Sought = Text | Exact | Near
"""What is looked for in the words of an article."""

Node = Everything | Sought | Field | Published | Not | And | Or
